"""A lean HTTP client: requests that were serialised before, as little parsing of answers as will do.

It drives the store and the limit alike, so what it costs itself falls on both.
"""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from time import monotonic
from typing import cast

PATIENCE = 20.0
"""Seconds after the last request in which every answer has to come."""
_BLANK = b"\r\n\r\n"


class Failed(Exception):
    """An answer that is neither 2xx nor 503 with Retry-After, or a connection that was lost."""


class Run:
    """A closed loop: each connection sends its next request when the one before is answered.

    Ends with the last answer after `seconds`, or when the requests are used up.
    """

    def __init__(self, requests: Iterator[bytes], seconds: float) -> None:
        self._requests = requests
        self._seconds = seconds
        self._deadline = 0.0
        self._busy = 0
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.latencies = array("d")
        """Seconds, an entry for each answered request."""
        self.began = self.ended = 0.0
        self.retries = 0
        self.bytes = 0
        """Of the bodies of answers."""
        self.short = False

    async def drive(self, host: str, ports: Sequence[int], connections: int) -> None:
        """Connect, to one port after another, then run to the end. Raises Failed."""
        loop = asyncio.get_running_loop()
        opened = [
            await loop.create_connection(lambda: Connection(self), host, port)
            for port in islice(cycle(ports), connections)
        ]
        self.began = monotonic()
        self._deadline = self.began + self._seconds
        self._busy = connections
        loop.call_later(self._seconds + PATIENCE, self._give_up)
        for _, connection in opened:
            connection.send_next()
        try:
            await self._done
        finally:
            for transport, _ in opened:
                transport.close()

    def next(self) -> bytes | None:
        """The next request; None when it is over."""
        if monotonic() < self._deadline:
            for request in self._requests:
                return request
            self.short = True
        self._busy -= 1
        if not self._busy and not self._done.done():
            self._done.set_result(None)
        return None

    def answered(self, began: float, size: int) -> None:
        """Note an answer to a request that was first sent at `began`."""
        self.ended = monotonic()
        self.latencies.append(self.ended - began)
        self.bytes += size

    def _give_up(self) -> None:
        self.fail(f"{self._busy} requests had no answer {PATIENCE:g} s after the end")

    def fail(self, reason: str) -> None:
        """End the run: its figures mean nothing."""
        if not self._done.done():
            self._done.set_exception(Failed(reason))


class Connection(asyncio.Protocol):
    """One connection with keep-alive and one request at a time."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._transport: asyncio.Transport
        self._request = b""
        self._began = 0.0
        self._received = b""
        self._size = 0
        self._missing = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def send_next(self) -> None:
        """Send the next request, if there is one."""
        request = self._run.next()
        if request is not None:
            self._request = request
            self._began = monotonic()
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        if self._missing:
            self._missing -= len(data)
            if self._received[9:10] != b"2":
                self._received += data
        else:
            self._received += data
            end = self._received.find(_BLANK)
            if end < 0:
                return
            length = _header(self._received[:end], b"content-length")
            if length is None:
                self._run.fail(f"an answer without Content-Length: {self._received[:200]!r}")
                return
            self._size = int(length)
            self._missing = end + len(_BLANK) + self._size - len(self._received)
        if self._missing == 0:
            self._answered()
        elif self._missing < 0:
            self._run.fail("an answer is longer than its Content-Length")

    def connection_lost(self, exc: Exception | None) -> None:
        self._run.fail(f"a connection was lost: {exc}")

    def _answered(self) -> None:
        received, self._received = self._received, b""
        if received[9:10] == b"2":
            self._run.answered(self._began, self._size)
            self.send_next()
            return
        after = _header(received.partition(_BLANK)[0], b"retry-after")
        if received[9:12] != b"503" or after is None:
            self._run.fail(f"{received[:1000].decode(errors='replace')}")
            return
        self._run.retries += 1
        asyncio.get_running_loop().call_later(float(after), self._transport.write, self._request)


def _header(head: bytes, name: bytes) -> bytes | None:
    """The value of a header; `name` in small letters."""
    _, found, rest = head.lower().partition(b"\r\n" + name + b":")
    return rest.partition(b"\r\n")[0].strip() if found else None

"""A connection to a broker that is slow and breaks."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from random import Random
from types import TracebackType

PIECE = 64 * 1024


class Proxy:
    """Listens at `port` and hands on to `target`, both on this machine."""

    def __init__(self, port: int, target: int) -> None:
        self.broken = 0
        """Connections that were broken."""
        self._port = port
        self._target = target
        self._random = Random(port)
        self._delay = self._breaks = 0.0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Proxy:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self._port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def disturb(self, *, delay: float, breaks: float) -> None:
        """Hold each piece for up to `delay` seconds; break the connection instead with this probability."""
        self._delay, self._breaks = delay, breaks

    def calm(self) -> None:
        """Hand on at once."""
        self._delay = self._breaks = 0.0

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        with suppress(OSError, asyncio.CancelledError):
            try:
                inner, outer = await asyncio.open_connection("127.0.0.1", self._target)
                try:
                    both = [
                        asyncio.ensure_future(self._hand_on(*it)) for it in ((reader, outer), (inner, writer))
                    ]
                    try:
                        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
                    finally:
                        for it in both:
                            it.cancel()
                        await asyncio.gather(*both, return_exceptions=True)
                finally:
                    outer.transport.abort()
            finally:
                writer.transport.abort()

    async def _hand_on(self, source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        while piece := await source.read(PIECE):
            if self._delay:
                await asyncio.sleep(self._random.uniform(0, self._delay))
            if self._random.random() < self._breaks:
                self.broken += 1
                return
            to.write(piece)
            await to.drain()

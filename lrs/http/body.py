"""Reads request bodies within bounds: of one body, and of all that are being worked on (G11)."""

from __future__ import annotations

import asyncio

from aiohttp import web
from prometheus_client import Gauge

from lrs.problem import Problem, overloaded

_JSON = "application/json"
SLOWEST = 60
"""Seconds in which a body must arrive: until then it holds its room."""


class Bodies:
    """The bytes of requests in flight."""

    def __init__(self, max_body: int, max_in_flight: int, gauge: Gauge) -> None:
        self._max_body = max_body
        self._max_in_flight = max_in_flight
        self._in_flight = 0
        gauge.set_function(lambda: self._in_flight)

    def take(self, request: web.Request) -> int:
        """Take room for the request's body, and say how much; without a length the largest.

        Give it back with `give` when the request is over. Raises Problem: 413 for a body that is too large,
        503 where there is no room now.
        """
        size = request.content_length
        if size is None:
            size = self._max_body if request.body_exists else 0
        if size > self._max_body:
            raise self._too_large()
        self.hold(size)
        return size

    def hold(self, size: int) -> None:
        """Take room for so many bytes that came or will come. Raises Problem 503 where there is none now."""
        if self._in_flight + size > self._max_in_flight:
            raise overloaded("too-many-bytes-in-flight", "The server is busy. Send the same request again.")
        self._in_flight += size

    def give(self, size: int) -> None:
        """Give room back."""
        self._in_flight -= size

    async def read_json(self, request: web.Request) -> bytes:
        """A body that says it is JSON. Raises Problem as `read`; 400 for another type (Communication 1.5)."""
        if request.headers.get("Content-Type") != _JSON and request.content_type != _JSON:
            raise Problem(
                400,
                "content-type-unsupported",
                "Send Content-Type: application/json, or multipart/mixed with the data of attachments.",
            )
        return await self.read(request)

    async def read(self, request: web.Request) -> bytes:
        """A body of any type. Raises Problem: 413, 415 for an encoding, 408."""
        refuse_encoding(request)
        try:
            if request.content.is_eof():
                return await request.read()
            async with asyncio.timeout(SLOWEST):
                return await request.read()
        except web.HTTPRequestEntityTooLarge:
            raise self._too_large() from None
        except TimeoutError:
            raise Problem(408, "body-too-slow", f"Send the whole body within {SLOWEST} seconds.") from None

    def _too_large(self) -> Problem:
        return Problem(413, "body-too-large", f"Send at most {self._max_body} bytes in one request.")


def refuse_encoding(request: web.Request) -> None:
    """Raises Problem 415 for a body that is packed."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Problem(415, "content-encoding-unsupported", "Send the body without Content-Encoding.")

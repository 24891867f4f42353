"""Reads request bodies within bounds: of one body, and of all that are being worked on (G11)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from aiohttp import web
from multidict import CIMultiDict
from prometheus_client import Gauge
from yarl import URL

from lrs.http.gzip import Broken, TooLarge, inflate
from lrs.problem import Problem, overloaded

CONTENT = web.RequestKey("content", bytes)
"""The content of a request that came in another form."""
CONTENT_ENCODING = "Content-Encoding"
_JSON = "application/json"
_GZIP = ("gzip", "x-gzip")
SLOWEST = 60
"""Seconds in which a body must arrive: until then it holds its room."""


class Bodies:
    """The bytes of requests in flight."""

    def __init__(self, max_body: int, max_in_flight: int, gauge: Gauge) -> None:
        self._max_body = max_body
        self._max_in_flight = max_in_flight
        self._in_flight = 0
        gauge.set_function(lambda: self._in_flight)

    def take(self, request: web.Request, largest: int | None = None) -> int:
        """Take room for the request's body, and say how much; without a length the largest.

        Give it back with `give` when the request is over. Raises Problem: 413 for a body that is too large
        (or larger than `largest`), 503 where there is no room now.
        """
        most = self.bound(largest)
        size = request.content_length
        if size is None:
            size = most if request.body_exists else 0
        if size > most:
            raise _too_large(most)
        self.hold(size)
        return size

    def bound(self, largest: int | None = None) -> int:
        """The bytes that a body may have, where it may have up to `largest`."""
        return self._max_body if largest is None else min(largest, self._max_body)

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

    async def read(self, request: web.Request, largest: int | None = None) -> bytes:
        """A body of any type. Raises Problem: 413, 415 for an encoding, 408, 400 where it broke off."""
        if CONTENT in request:
            return request[CONTENT]
        refuse_encoding(request)
        return await self._whole(request, self.bound(largest))

    async def unpacked(self, request: web.Request) -> web.Request:
        """The request as it is without its Content-Encoding, which is gzip or none (RFC 9110 8.4).

        Raises Problem: 415 for another encoding and for packed parts, 413 for what is or becomes too large,
        400 for what is no gzip, 408, 503.
        """
        encoding = request.headers[CONTENT_ENCODING].strip(" \t").lower()
        if encoding == "identity":
            return request
        if encoding not in _GZIP or request.content_type.startswith("multipart/"):
            raise _unsupported()
        spare = request.clone()
        room = self.take(request)
        try:
            packed = await self._whole(request, self._max_body)
            # what it may become: never so much that one alone would find no room
            more = self._max_body - room
            self.hold(more)
            try:
                content = await inflate(packed, self._max_body)
            except TooLarge:
                raise _too_large(self._max_body) from None
            except Broken:
                message = "The body is no gzip, is cut off, or has something after it."
                raise Problem(400, "bad-gzip", message, CONTENT_ENCODING) from None
            finally:
                self.give(more)
        finally:
            self.give(room)
        headers = spare.headers.copy()
        for name in (CONTENT_ENCODING, "Transfer-Encoding"):
            headers.popall(name, None)
        return with_content(spare, content, headers)

    async def _whole(self, request: web.Request, most: int) -> bytes:
        if most < self._max_body:
            request = request.clone(client_max_size=most)
        try:
            if request.content.is_eof():
                return await request.read()
            async with asyncio.timeout(SLOWEST):
                return await request.read()
        except web.HTTPRequestEntityTooLarge:
            raise _too_large(most) from None
        except (ConnectionError, web.RequestPayloadError):
            raise Problem(400, "body-incomplete", "The body broke off.") from None
        except TimeoutError:
            raise Problem(408, "body-too-slow", f"Send the whole body within {SLOWEST} seconds.") from None


def with_content(
    request: web.Request,
    content: bytes,
    headers: Mapping[str, str],
    *,
    method: str | None = None,
    url: URL | None = None,
) -> web.Request:
    """The request, of which nothing was read yet, as it would be with this content and these headers."""
    told = CIMultiDict(headers)
    told["Content-Length"] = str(len(content))
    made = request.clone(method=method or request.method, rel_url=url or request.rel_url, headers=told)
    made[CONTENT] = content
    return made


def _too_large(most: int) -> Problem:
    return Problem(413, "body-too-large", f"Send at most {most} bytes in one request.")


def _unsupported() -> Problem:
    return Problem(
        415,
        "content-encoding-unsupported",
        "Send the body without Content-Encoding, or but for multipart bodies as gzip.",
        CONTENT_ENCODING,
        {"Accept-Encoding": "gzip"},
    )


def refuse_encoding(request: web.Request) -> None:
    """Raises Problem 415 for a body that is packed."""
    if request.headers.get(CONTENT_ENCODING, "identity").lower() != "identity":
        raise _unsupported()

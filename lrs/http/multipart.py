"""Reads a multipart body (RFC 2046, 5.1) part by part as it comes, exact on bytes, and never more of it at
once than a piece and a delimiter.

A reader of our own, since that of aiohttp takes a part whose own type is multipart apart, and believes a
part's Content-Length; others are made for forms. A delimiter is what RFC 2046 says: the beginning of a line.
Data in which the boundary begins a line is refused: where it ends cannot be known.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from email.message import Message

LARGEST_HEADERS = 16 * 1024
"""Bytes of the headers of a part."""
LARGEST_MARGIN = 16 * 1024
"""Bytes of what stands before the first part, and after the last one."""
_PADDING = 256
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*:[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*)")

Headers = Mapping[str, str]
"""A part's headers by their names in lower case."""


class Malformed(Exception):
    """The body is no multipart body; the message says why."""


def boundary_of(content_type: str) -> str | None:
    """The boundary that a media type names, if it is one."""
    message = Message()
    message["Content-Type"] = content_type
    boundary = message.get_boundary()
    return boundary if boundary is not None and _BOUNDARY.fullmatch(boundary) else None


class Multipart:
    """The parts of one body. `read` gives what comes next, and `b""` at the end."""

    def __init__(self, read: Callable[[], Awaitable[bytes]], boundary: str) -> None:
        self._read = read
        self._delimiter = b"\r\n--" + boundary.encode()
        # the first delimiter may be the first thing of all
        self._buffer = b"\r\n"
        self._inside = False
        self._began = False

    async def next(self) -> Headers | None:
        """The headers of the next part; None after the last one, when the body has been read to its end.

        What was not read of the part before is skipped. Raises Malformed.
        """
        if not self._began:
            self._began = True
            await self._skip_margin()
        async for _ in self.data():
            pass
        if await self._closes():
            await self._read_margin()
            return None
        self._inside = True
        return await self._headers()

    async def data(self) -> AsyncIterator[bytes]:
        """What is left of the part, as it comes. Raises Malformed where the body ends before the part."""
        if not self._inside:
            return
        # the line end before the data is kept, since that of a delimiter may be the same one
        skip, keep = 2, len(self._delimiter) - 1
        while (at := self._buffer.find(self._delimiter)) < 0:
            if len(self._buffer) > skip + keep:
                piece, self._buffer = self._buffer[skip:-keep], self._buffer[-keep:]
                skip = 0
                yield piece
            await self._more()
        piece, self._buffer = self._buffer[skip:at], self._buffer[at + len(self._delimiter) :]
        self._inside = False
        if piece:
            yield piece

    async def _more(self) -> None:
        data = await self._read()
        if not data:
            raise Malformed("The body ends within a part: end it with the boundary and two hyphens.")
        self._buffer += data

    async def _skip_margin(self) -> None:
        while (at := self._buffer.find(self._delimiter)) < 0:
            if len(self._buffer) > LARGEST_MARGIN:
                raise Malformed("The boundary is not where the first part should begin.")
            data = await self._read()
            if not data:
                raise Malformed("The boundary that Content-Type names is not in the body.")
            self._buffer += data
        self._buffer = self._buffer[at + len(self._delimiter) :]

    async def _read_margin(self) -> None:
        left = len(self._buffer)
        while data := await self._read():
            left += len(data)
            if left > LARGEST_MARGIN:
                raise Malformed("There is something after the last boundary.")
        self._buffer = b""

    async def _closes(self) -> bool:
        """Whether the delimiter that was just passed is the last one; if not, a line's end follows."""
        while len(self._buffer) < 2:
            await self._more()
        if self._buffer.startswith(b"--"):
            return True
        while (at := self._buffer.find(b"\r\n")) < 0 and len(self._buffer) <= _PADDING:
            await self._more()
        if at < 0 or self._buffer[:at].strip(b" \t"):
            raise Malformed("A line begins with the boundary and goes on: take one that is in no part.")
        self._buffer = self._buffer[at:]
        return False

    async def _headers(self) -> Headers:
        """The headers; what is left begins with the empty line's end."""
        while (at := self._buffer.find(b"\r\n\r\n")) < 0 and len(self._buffer) <= LARGEST_HEADERS:
            await self._more()
        if not 0 <= at <= LARGEST_HEADERS:
            raise Malformed(f"End a part's headers with an empty line, within {LARGEST_HEADERS} bytes.")
        lines, self._buffer = self._buffer[2:at], self._buffer[at + 2 :]
        headers: dict[str, str] = {}
        # a line that begins with a space goes on with the one before
        for line in re.sub(rb"\r\n[ \t]+", b" ", lines).split(b"\r\n") if lines else ():
            found = _HEADER.fullmatch(line)
            if found is None:
                raise Malformed("A part's header is not of the form Name: value.")
            name = found[1].decode().lower()
            if name in headers:
                raise Malformed(f"A part has the header {name[:60]} twice.")
            headers[name] = found[2].decode("utf-8", "replace").strip(" \t")
        return headers

"""gzip in both directions: bodies of requests within a bound, and answers that are worth it (RFC 1952;
RFC 9110 8.4, 12.5.3).
"""

from __future__ import annotations

import asyncio
import re
import zlib

from aiohttp import web

SMALLEST = 1024
"""Bytes of an answer from which on it is packed: a smaller one goes in one packet as it is."""
INLINE = 64 * 1024
"""Bytes up to which the event loop packs and unpacks itself: beyond, a thread does."""
LEVEL = 1
"""The quickest: what is answered is packed anew each time."""
MOST_MEMBERS = 64
"""Streams that follow each other in one body."""
PACKED = frozenset({"application/json", "text/csv", "text/html", "text/plain"})
"""Media types of answers that are packed."""

_GZIP = 16 + zlib.MAX_WBITS
_CODING = re.compile(r"[ \t]*(gzip|x-gzip|\*)[ \t]*(?:;[ \t]*q=([0-9.]{1,5})[ \t]*)?", re.IGNORECASE)


class TooLarge(Exception):
    """It becomes more than is allowed."""


class Broken(Exception):
    """It is no gzip, is cut off, or is followed by something else."""


async def inflate(packed: bytes, most: int) -> bytes:
    """What was packed, never more than `most` bytes of it. Raises TooLarge, Broken."""
    if len(packed) <= INLINE // 16:
        return _inflated(packed, most)
    return await asyncio.to_thread(_inflated, packed, most)


def _inflated(packed: bytes, most: int) -> bytes:
    content, rest = bytearray(), packed
    for _ in range(MOST_MEMBERS):
        member = zlib.decompressobj(_GZIP)
        try:
            # a byte more than is allowed tells that it is too much
            content += member.decompress(rest, most + 1 - len(content))
        except zlib.error:
            raise Broken from None
        if len(content) > most:
            raise TooLarge
        if not member.eof:
            raise Broken
        rest = member.unused_data
        if not rest:
            return bytes(content)
    raise Broken


async def deflate(request: web.Request, response: web.StreamResponse) -> None:
    """Pack an answer's body where that is worth it and the client takes it; say that it goes by that.

    What has an entity tag stays as it is: the tag is of these very bytes.
    """
    if not isinstance(response, web.Response) or "ETag" in response.headers:
        return
    body = response.body
    if not isinstance(body, bytes) or len(body) < SMALLEST or "Content-Encoding" in response.headers:
        return
    if response.content_type not in PACKED:
        return
    vary(response, "Accept-Encoding")
    if not takes_gzip(request.headers.get("Accept-Encoding", "")):
        return
    packed = _packed(body) if len(body) <= INLINE else await asyncio.to_thread(_packed, body)
    if len(packed) < len(body):
        response.body = packed
        response.headers["Content-Encoding"] = "gzip"


def takes_gzip(header: str) -> bool:
    """Whether an Accept-Encoding names gzip, or all, with a weight above zero; what names gzip goes first."""
    weights: dict[str, float] = {}
    for part in header.split(","):
        found = _CODING.fullmatch(part)
        if found is not None:
            try:
                weights[found[1].lower()] = float(found[2] or 1)
            except ValueError:
                continue
    for name in ("gzip", "x-gzip", "*"):
        if name in weights:
            return weights[name] > 0
    return False


def vary(response: web.StreamResponse, name: str) -> None:
    """Say that the answer goes by this header of the request (RFC 9110 12.5.5)."""
    said = response.headers.get("Vary")
    response.headers["Vary"] = name if said is None else f"{said}, {name}"


def _packed(body: bytes) -> bytes:
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, _GZIP)
    return packer.compress(body) + packer.flush()

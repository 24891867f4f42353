"""Takes in multipart/mixed bodies: first the statements, then the data of their attachments, which goes to
the store as it comes (xAPI 1.0.3 Communication 1.5.2).

A path in a refusal is `part/<number>`, the statements' being 0, and where it is about one, a header's name.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import NamedTuple

import orjson
from aiohttp import web

from lrs.endpoint.prepare import Named, Prepared
from lrs.endpoint.signature import Keys, check_signature
from lrs.http.body import SLOWEST, Bodies, refuse_encoding
from lrs.http.multipart import Headers, Malformed, Multipart, boundary_of
from lrs.problem import Problem
from schemas.attachment import PIECE, WrongHash
from schemas.ports import AttachmentStore
from schemas.xapi import Invalid, Version, essence

MIXED = "multipart/mixed"
HASH, ENCODING = "X-Experience-API-Hash", "Content-Transfer-Encoding"
WINDOW = 4 * PIECE
"""Bytes of room that a request takes beside its statements: what is held of data on its way."""
SLOWEST_RATE = 16 * 1024
"""Bytes a second, on average and after the first minute, in which a body must come."""
LONGEST = 3600.0
"""Seconds in which it must have come, however large it is."""
_LARGEST_CHAIN = 64 * 1024
"""Bytes that a signature may have beside its payload."""


def is_mixed(request: web.Request) -> bool:
    """Whether the body says that it is multipart/mixed."""
    return request.content_type == MIXED


class _Bounds(NamedTuple):
    """Most bytes of what one body holds."""

    statements: int
    attachments: int
    """Of all together."""
    signature: int


class MixedBodies:
    """Reads them, within bounds."""

    def __init__(
        self,
        store: AttachmentStore,
        bodies: Bodies,
        keys: Keys,
        *,
        max_body: int,
        max_attachments: int,
        max_statement: int,
    ) -> None:
        self._store = store
        self._bodies = bodies
        self._keys = keys
        # base64 makes four bytes of three
        self._bounds = _Bounds(max_body, max_attachments, max_statement * 4 // 3 + _LARGEST_CHAIN)

    @asynccontextmanager
    async def opened(self, request: web.Request) -> AsyncIterator[MixedBody]:
        """The body of a request; the room it takes is given back on leaving. Raises Problem."""
        refuse_encoding(request)
        boundary = boundary_of(request.headers["Content-Type"])
        if boundary is None:
            message = "Name in Content-Type the boundary of the parts: 1 to 70 of the characters of RFC 2046."
            raise Problem(400, "boundary-missing", message, "Content-Type")
        room = _Room(self._bodies)
        try:
            room.take(WINDOW)
            arriving = Multipart(_Arriving(request).read, boundary)
            yield MixedBody(arriving, room, self._store, self._bounds, self._keys)
        finally:
            room.close()


class MixedBody:
    """One body: read `statements`, then `attachments`."""

    def __init__(
        self, multipart: Multipart, room: _Room, store: AttachmentStore, bounds: _Bounds, keys: Keys
    ) -> None:
        self._multipart = multipart
        self._room = room
        self._store = store
        self._bounds = bounds
        self._left = bounds.attachments
        self._keys = keys

    async def statements(self) -> bytes:
        """The first part, which is JSON. Raises Problem."""
        headers = await self._next(0)
        if headers is None:
            raise _malformed("The body has no parts: send the statements in the first one.", 0)
        if essence(headers.get("content-type", "")) != "application/json":
            message = "Send the statements in the first part, with Content-Type: application/json."
            raise Problem(400, "first-part-not-json", message, "part/0/Content-Type")
        if headers.get(ENCODING.lower(), "binary").lower() not in ("binary", "8bit", "7bit"):
            raise _encoded(0)
        text = bytearray()
        async for piece in self._data(0):
            if len(text) + len(piece) > self._bounds.statements:
                message = f"Send at most {self._bounds.statements} bytes of statements in one request."
                raise Problem(413, "body-too-large", message, "part/0")
            self._room.take(len(piece))
            text += piece
        return bytes(text)

    async def attachments(self, prepared: Prepared, version: Version, sender: str) -> None:
        """The other parts: on return they are in the store, durably, as the platform `sender` sent them, and
        signatures are verified.

        Raises Problem where a part is not named by a statement or not what it says, where an attachment is
        missing, and where a signature is bad. Then some may be in the store; what no statement names goes
        from there by its age.
        """
        every = [Named(*it) for it in prepared.named]
        named: dict[str, list[Named]] = defaultdict(list)
        for it in every:
            named[it.sha2].append(it)
        arrived: dict[str, bytes] = {}
        number = 0
        while (headers := await self._next(number + 1)) is not None:
            number += 1
            if number > len(every):
                raise _not_named(number)
            sha2 = _checked(headers, number, named)
            signature = bytearray() if any(it.signature for it in named[sha2]) else None
            try:
                await self._store.keep_attachment(sha2, self._counted(number, signature), sender)
            except WrongHash:
                message = "The data of this part has another SHA-2 hash than its header says."
                raise Problem(400, "attachment-hash-wrong", message, f"part/{number}/{HASH}") from None
            arrived[sha2] = bytes(signature or b"")
        for it in every:
            if it.sha2 not in arrived and not it.file_url:
                message = "Send the data of this attachment in a part, or name its fileUrl."
                raise Problem(400, "attachment-missing", message, it.path)
        signatures = (it for it in every if it.signature and it.sha2 in arrived)
        await self._verify(signatures, arrived, prepared, version)

    async def _verify(
        self, signatures: Iterable[Named], arrived: dict[str, bytes], prepared: Prepared, version: Version
    ) -> None:
        # one that a statement names twice is verified once
        for it in {(it.statement, it.sha2): it for it in signatures}.values():
            statement = orjson.loads(prepared.values[it.statement])
            try:
                await asyncio.to_thread(check_signature, arrived[it.sha2], statement, version, self._keys)
            except Invalid as error:
                raise Problem(400, error.code, error.message, it.path) from None

    async def _next(self, number: int) -> Headers | None:
        try:
            return await self._multipart.next()
        except Malformed as error:
            raise _malformed(str(error), number) from None

    async def _data(self, number: int) -> AsyncIterator[bytes]:
        try:
            async for piece in self._multipart.data():
                yield piece
        except Malformed as error:
            raise _malformed(str(error), number) from None

    async def _counted(self, number: int, signature: bytearray | None) -> AsyncIterator[bytes]:
        """The data of an attachment as far as the limit allows; a signature is also gathered."""
        async for piece in self._data(number):
            self._left -= len(piece)
            if self._left < 0:
                message = f"Send at most {self._bounds.attachments} bytes of attachments in one request."
                raise Problem(413, "attachments-too-large", message, f"part/{number}")
            if signature is not None:
                if len(signature) + len(piece) > self._bounds.signature:
                    message = f"Send signatures of at most {self._bounds.signature} bytes."
                    raise Problem(413, "signature-too-large", message, f"part/{number}")
                self._room.take(len(piece))
                signature += piece
            yield piece


class _Room:
    """What one request has of the room of all."""

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies
        self._taken = 0

    def take(self, size: int) -> None:
        self._bodies.hold(size)
        self._taken += size

    def close(self) -> None:
        self._bodies.give(self._taken)


class _Arriving:
    """A body as it comes, in good time."""

    def __init__(self, request: web.Request) -> None:
        self._content = request.content
        self._began = asyncio.get_running_loop().time()
        self._received = 0

    async def read(self) -> bytes:
        """What has come since, `b""` at the end. Raises Problem: 408 where it is too slow, 400 where it broke
        off.
        """
        until = self._began + min(LONGEST, SLOWEST + self._received / SLOWEST_RATE)
        try:
            async with asyncio.timeout_at(until):
                data = await self._content.readany()
        except TimeoutError:
            message = f"Send the body within {SLOWEST} seconds, and {SLOWEST_RATE} bytes a second more."
            raise Problem(408, "body-too-slow", message) from None
        except (ConnectionError, web.RequestPayloadError):
            raise Problem(400, "body-incomplete", "The body broke off.") from None
        self._received += len(data)
        return data


def _checked(headers: Headers, number: int, named: dict[str, list[Named]]) -> str:
    """The hash of a part whose headers agree with a statement's. Raises Problem."""
    # binary is assumed where nothing is said (Communication 1.5.2)
    if headers.get(ENCODING.lower(), "binary").lower() != "binary":
        raise _encoded(number)
    sha2 = headers.get(HASH.lower(), "").lower()
    if not sha2:
        message = f"Send with each part after the first the header {HASH}."
        raise Problem(400, "attachment-hash-missing", message, f"part/{number}/{HASH}")
    if sha2 not in named:
        raise _not_named(number, HASH)
    # without parameters: the specification's own example leaves one out
    content_type, length = headers.get("content-type"), headers.get("content-length")
    types = {essence(it.content_type) for it in named[sha2]}
    if content_type is not None and essence(content_type) not in types:
        raise _mismatch(number, "Content-Type", "contentType")
    if length is not None and length not in {str(it.length) for it in named[sha2]}:
        raise _mismatch(number, "Content-Length", "length")
    return sha2


def _malformed(message: str, number: int) -> Problem:
    return Problem(400, "bad-multipart", message, f"part/{number}")


def _encoded(number: int) -> Problem:
    message = f"Send the data as it is, with {ENCODING}: binary."
    return Problem(400, "transfer-encoding-unsupported", message, f"part/{number}/{ENCODING}")


def _not_named(number: int, *header: str) -> Problem:
    message = "No attachment of the statements in the first part has this part's hash as its sha2."
    return Problem(400, "attachment-not-named", message, "/".join((f"part/{number}", *header)))


def _mismatch(number: int, header: str, key: str) -> Problem:
    message = f"Send the {header} that the attachment's {key} says, or leave it out."
    return Problem(400, "attachment-header-wrong", message, f"part/{number}/{header}")

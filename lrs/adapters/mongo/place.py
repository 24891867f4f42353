"""A statement's place in the order of a page: 24 bytes, `stored` (8, big-endian) and then its id (16).

One field instead of two, so that an index range, a sort and a cursor are each one comparison of bytes:
MongoDB compares binary values of one length and subtype byte by byte.
"""

from __future__ import annotations

import re

from schemas.document import Document
from schemas.identifier import to_bytes
from schemas.query import StatementQuery

LAST = 2**62
"""A `stored` after every other one."""
_CURSOR = re.compile(r"([0-9]{1,18})-([0-9a-f]{32})")


def place_of(document: Document) -> bytes:
    """Where a document stands."""
    return _place(document.stored, to_bytes(document.id))


def stored_of(place: bytes) -> int:
    """The `stored` (milliseconds) of what stands there."""
    return int.from_bytes(place[:8], "big")


def identifier_of(place: bytes) -> bytes:
    """The id of the statement that stands there."""
    return place[8:]


def cursor_of(place: bytes) -> str:
    """The cursor of what comes after this place."""
    return f"{stored_of(place)}-{identifier_of(place).hex()}"


def between(query: StatementQuery) -> tuple[bytes, bytes]:
    """The places between which, not including them, the page lies. Raises ValueError where the cursor is
    none.
    """
    low, high = _place(0, b""), _place(LAST, b"")
    if query.since is not None and query.since >= 0:
        low = _place(min(query.since, LAST), b"\xff" * 16)
    if query.until is not None:
        high = _place(min(max(query.until + 1, 0), LAST), b"")
    if query.after is not None:
        match = _CURSOR.fullmatch(query.after)
        if match is None:
            raise ValueError("not a cursor of this store's")
        cursor = _place(int(match[1]), bytes.fromhex(match[2]))
        low, high = (max(low, cursor), high) if query.ascending else (low, min(high, cursor))
    return low, high


def _place(stored: int, identifier: bytes) -> bytes:
    return stored.to_bytes(8, "big") + identifier.ljust(16, b"\0")

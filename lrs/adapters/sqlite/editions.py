"""Editions."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from lrs.adapters.sqlite.database import Database
from schemas.edition import Edition, EditionHead
from schemas.errors import Fenced

_HEAD = "number, day, published, through, digest"
_ADD = f"""
    INSERT INTO editions ({_HEAD}, public, frozen, memory) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (number) DO NOTHING
"""  # noqa: S608
_ONE = f"SELECT {_HEAD}, public, frozen, memory FROM editions WHERE number = ?"  # noqa: S608
_LATEST = f"SELECT {_HEAD} FROM editions WHERE number < ? ORDER BY number DESC LIMIT ?"  # noqa: S608
_NO_NUMBER = 2**62
"""Above every number."""


class Editions:
    """The part of the store that keeps editions."""

    _documents: Database

    async def add_edition(self, edition: Edition) -> None:
        if not await self._documents.write(_add, edition):
            raise Fenced(f"edition {edition.head.number} is there already")

    async def edition(self, number: int) -> Edition | None:
        return await self._documents.read(_edition, number)

    async def editions(self, before: int | None, limit: int) -> Sequence[EditionHead]:
        return await self._documents.read(_editions, _NO_NUMBER if before is None else before, limit)


def _add(connection: sqlite3.Connection, edition: Edition) -> bool:
    head = edition.head
    row = (head.number, head.day, head.published, head.through, head.digest)
    return connection.execute(_ADD, (*row, edition.public, edition.frozen, edition.memory)).rowcount == 1


def _edition(connection: sqlite3.Connection, number: int) -> Edition | None:
    row = connection.execute(_ONE, (number,)).fetchone()
    return None if row is None else Edition(EditionHead(*row[:5]), *row[5:])


def _editions(connection: sqlite3.Connection, before: int, limit: int) -> list[EditionHead]:
    return [EditionHead(*row) for row in connection.execute(_LATEST, (before, limit))]

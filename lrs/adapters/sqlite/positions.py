"""Consumers' positions in the log, and what they have counted on the way."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from lrs.adapters.sqlite.database import Database
from schemas.errors import Fenced
from schemas.record import Position

_OF = "SELECT log, partition, offset, stored, through FROM positions WHERE consumer = ?"
_SET = """
    INSERT INTO positions (consumer, log, partition, offset, stored, through) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (consumer, partition) DO UPDATE
    SET log = excluded.log, offset = excluded.offset, stored = excluded.stored, through = excluded.through
"""
_COUNT = """
    INSERT INTO counts (consumer, platform, kind, count) VALUES (?, ?, ?, ?)
    ON CONFLICT (consumer, platform, kind) DO UPDATE SET count = count + excluded.count
"""


class Positions:
    """The part of the store that knows how far consumers are."""

    _statements: Database

    async def positions(self, consumer: str) -> Mapping[int, Position]:
        return await self._statements.read(positions_of, consumer)

    async def move(
        self,
        consumer: str,
        expected: Position | None,
        to: Position,
        counts: Mapping[tuple[str, str], int],
    ) -> None:
        await self._statements.write(_move, consumer, expected, to, counts)

    async def counts(self, consumer: str) -> Mapping[tuple[str, str], int]:
        return await self._statements.read(_counts, consumer)


def positions_of(connection: sqlite3.Connection, consumer: str) -> dict[int, Position]:
    """A consumer's positions by partition."""
    return {row[1]: Position(*row) for row in connection.execute(_OF, (consumer,))}


def _move(
    connection: sqlite3.Connection,
    consumer: str,
    expected: Position | None,
    to: Position,
    counts: Mapping[tuple[str, str], int],
) -> None:
    row = connection.execute(f"{_OF} AND partition = ?", (consumer, to.partition)).fetchone()
    found = None if row is None else Position(*row)
    if found != expected:
        raise Fenced(f"{consumer} is at {found}, not at {expected}")
    connection.execute(_SET, (consumer, *to))
    connection.executemany(
        _COUNT, [(consumer, platform, kind, count) for (platform, kind), count in counts.items()]
    )


def _counts(connection: sqlite3.Connection, consumer: str) -> dict[tuple[str, str], int]:
    rows = connection.execute("SELECT platform, kind, count FROM counts WHERE consumer = ?", (consumer,))
    return {(platform, kind): count for platform, kind, count in rows}

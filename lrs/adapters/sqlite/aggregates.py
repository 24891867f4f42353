"""Learners, cells, examples and positions under a ruleset."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import orjson

from lrs.adapters.sqlite.aggregation import SqliteAggregation
from lrs.adapters.sqlite.database import Database
from lrs.adapters.sqlite.threads import Worker
from schemas.ports import Aggregation
from schemas.prefix import beyond
from schemas.record import Position

_POSITIONS = "SELECT log, partition, offset, stored, through FROM positions WHERE ruleset = ?"
_CELLS = """
    SELECT json_group_object(key, value) FROM cells
    WHERE ruleset = ? AND key >= ? AND key < ? AND value <> 0
"""
_CELLS_FROM = "SELECT json_group_object(key, value) FROM cells WHERE ruleset = ? AND key >= ? AND value <> 0"


class Aggregates:
    """The part of the store that keeps aggregates."""

    _statements: Database
    _provinces: Database
    _snapshot: Worker

    @asynccontextmanager
    async def aggregation(self, number: int, partition: int) -> AsyncIterator[Aggregation]:
        async with self._provinces.turn:
            try:
                await self._provinces.writer.run(_begin)
                yield SqliteAggregation(number, partition, self._provinces.writer, self._snapshot)
                await self._provinces.writer.run(_commit)
            finally:
                # queued behind whatever a cancelled caller has left under way, on the one thread there is
                try:
                    await self._provinces.writer.run(_end)
                finally:
                    await self._snapshot.run(_end)

    async def subjects(self, after: str, limit: int) -> Sequence[str]:
        return await self._statements.read(_subjects, after, limit)

    async def cells(self, number: int, *prefixes: str) -> Mapping[str, int]:
        return await self._provinces.read(_cells, number, prefixes)

    async def examples(self, number: int, platform: str) -> Mapping[str, Sequence[str]]:
        return await self._provinces.read(_examples, number, platform)

    async def aggregate_positions(self, number: int) -> Mapping[int, Position]:
        return await self._provinces.read(_positions, number)


def _begin(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")


def _commit(connection: sqlite3.Connection) -> None:
    connection.execute("COMMIT")


def _end(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def _subjects(connection: sqlite3.Connection, after: str, limit: int) -> list[str]:
    rows = connection.execute(
        "SELECT DISTINCT subject FROM subjects WHERE subject > ? ORDER BY subject LIMIT ?", (after, limit)
    )
    return [subject for (subject,) in rows]


def _cells(connection: sqlite3.Connection, number: int, prefixes: Sequence[str]) -> dict[str, int]:
    cells: dict[str, int] = {}
    connection.execute("BEGIN")
    try:
        for prefix in prefixes:
            until = beyond(prefix)
            sql, ends = (_CELLS_FROM, ()) if until is None else (_CELLS, (until,))
            # one row, so that beside a busy event loop the interpreter's lock is fought for once
            (found,) = connection.execute(sql, (number, prefix, *ends)).fetchone()
            cells.update(orjson.loads(found))
    finally:
        connection.execute("ROLLBACK")
    return cells


def _examples(connection: sqlite3.Connection, number: int, platform: str) -> dict[str, tuple[str, ...]]:
    rows = connection.execute(
        "SELECT reason, ids FROM examples WHERE ruleset = ? AND platform = ?", (number, platform)
    )
    return {reason: tuple(orjson.loads(ids)) for reason, ids in rows}


def _positions(connection: sqlite3.Connection, number: int) -> dict[int, Position]:
    return {row[1]: Position(*row) for row in connection.execute(_POSITIONS, (number,))}

"""What is known of activities."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

import orjson

from lrs.adapters.sqlite.database import Database, select_in
from schemas.activity import Known, bounded, merged

_KNOWN = "SELECT id, known FROM activities WHERE id IN ({values})"
_KEEP = """
    INSERT INTO activities (id, known) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET known = excluded.known
"""


class Activities:
    """The part of the store that knows activities."""

    _statements: Database

    async def define(self, activities: Mapping[str, Known]) -> None:
        await self._statements.write(_define, activities)

    async def definitions(self, activities: Sequence[str]) -> Mapping[str, Known]:
        return await self._statements.read(_definitions, activities)


def _definitions(connection: sqlite3.Connection, activities: Sequence[str]) -> dict[str, Known]:
    return {row[0]: orjson.loads(row[1]) for row in select_in(connection, _KNOWN, activities)}


def _define(connection: sqlite3.Connection, activities: Mapping[str, Known]) -> None:
    before = _definitions(connection, list(activities))
    rows = [
        (
            identifier,
            orjson.dumps(bounded(before.get(identifier, {}), merged(before.get(identifier, {}), said))),
        )
        for identifier, said in sorted(activities.items())
    ]
    connection.executemany(_KEEP, rows)

"""Agreements: what holds for a store as long as it lives."""

from __future__ import annotations

import sqlite3

from lrs.adapters.sqlite.database import Database

_AGREED = "agreed: "
"""Parts what was agreed from what a file says of itself."""


class Agreements:
    """The part of the store that keeps what was agreed."""

    _statements: Database

    async def agree(self, name: str, value: str) -> str:
        return await self._statements.write(_agree, _AGREED + name, value)

    async def agreed(self, name: str) -> str | None:
        return await self._statements.read(_agreed, _AGREED + name)


def _agree(connection: sqlite3.Connection, name: str, value: str) -> str:
    connection.execute("INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING", (name, value))
    return _agreed(connection, name) or value


def _agreed(connection: sqlite3.Connection, name: str) -> str | None:
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])

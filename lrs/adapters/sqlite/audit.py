"""The audit trail."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from lrs.adapters.sqlite.database import Database
from schemas.audit import Entry

_ADD = """
    INSERT INTO audit (moment, who, platform, what, amount, about, times) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_LISTED = """
    SELECT moment, who, platform, what, amount, about, times, number FROM audit
    WHERE number > ? ORDER BY number LIMIT ?
"""


class Audit:
    """The part of the store that keeps the audit trail."""

    _documents: Database

    async def audit(self, entries: Sequence[Entry]) -> None:
        if entries:
            await self._documents.write(_add, entries)

    async def audited(self, after: int, limit: int) -> Sequence[Entry]:
        return await self._documents.read(_listed, after, limit)

    async def forget_audit(self, before: int) -> int:
        return await self._documents.write(_forget, before)


def _add(connection: sqlite3.Connection, entries: Sequence[Entry]) -> None:
    connection.executemany(_ADD, [entry[:7] for entry in entries])


def _listed(connection: sqlite3.Connection, after: int, limit: int) -> list[Entry]:
    return [Entry(*row) for row in connection.execute(_LISTED, (after, limit))]


def _forget(connection: sqlite3.Connection, before: int) -> int:
    return connection.execute("DELETE FROM audit WHERE moment < ?", (before,)).rowcount

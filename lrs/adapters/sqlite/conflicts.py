"""Conflicts: what came under an id that was taken."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from lrs.adapters.sqlite.database import Database
from schemas.identifier import to_bytes, to_text
from schemas.projection import Conflict

_KEEP = """
    INSERT INTO conflicts (id, log, partition, offset, stored, platform, text) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (log, partition, offset) DO NOTHING
"""


class Conflicts:
    """The part of the store that keeps conflicts."""

    _statements: Database

    async def keep_conflicts(self, conflicts: Sequence[Conflict]) -> None:
        await self._statements.write(_keep, conflicts)

    async def conflicts(self, platform: str | None, limit: int) -> Sequence[Conflict]:
        return await self._statements.read(_latest, platform, limit)


def _keep(connection: sqlite3.Connection, conflicts: Sequence[Conflict]) -> None:
    rows = [
        (to_bytes(lost.id), lost.log, lost.partition, lost.offset, lost.stored, lost.platform, lost.text)
        for lost in conflicts
    ]
    connection.executemany(_KEEP, rows)


def _latest(connection: sqlite3.Connection, platform: str | None, limit: int) -> list[Conflict]:
    restriction, values = ("", ()) if platform is None else ("WHERE platform = ?", (platform,))
    rows = connection.execute(
        f"""
        SELECT id, log, partition, offset, stored, platform, text FROM conflicts {restriction}
        ORDER BY number DESC LIMIT ?
        """,  # noqa: S608
        (*values, limit),
    )
    return [Conflict(to_text(identifier), *rest) for identifier, *rest in rows]

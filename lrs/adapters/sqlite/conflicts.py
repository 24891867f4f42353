"""Conflicts: what came under an id that was taken."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence

import orjson

from lrs.adapters.sqlite.database import Database
from lrs.adapters.sqlite.erased import erasures_of
from schemas.erasure import remains, untils
from schemas.identifier import to_bytes, to_text
from schemas.projection import Conflict

_PAGE = 100
"""Conflicts that are read at once."""

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

    async def each_conflict(self) -> AsyncIterator[Conflict]:
        before = 2**62
        while page := await self._statements.read(_before, before, _PAGE):
            for number, conflict in page:
                before = number
                yield conflict

    async def conflicts_naming(self, texts: Sequence[str]) -> frozenset[str]:
        return await self._statements.read(_naming, texts)


def _before(connection: sqlite3.Connection, before: int, limit: int) -> list[tuple[int, Conflict]]:
    rows = connection.execute(
        "SELECT number, id, log, partition, offset, stored, platform, text FROM conflicts "
        "WHERE number < ? ORDER BY number DESC LIMIT ?",
        (before, limit),
    )
    return [(number, Conflict(to_text(identifier), *rest)) for number, identifier, *rest in rows]


def _naming(connection: sqlite3.Connection, texts: Sequence[str]) -> frozenset[str]:
    wanted = {text.encode() for text in texts}
    found: set[bytes] = set()
    for (kept,) in connection.execute("SELECT text FROM conflicts") if wanted else ():
        lower = bytes(kept).lower()
        found |= {text for text in wanted - found if text in lower}
    return frozenset(text.decode() for text in found)


def _keep(connection: sqlite3.Connection, conflicts: Sequence[Conflict]) -> None:
    rows = []
    for lost in conflicts:
        erased = untils(erasures_of(connection, lost.named))
        text = _left(lost.text, erased)
        place = (lost.log, lost.partition, lost.offset)
        rows.append((to_bytes(lost.id), *place, lost.stored, lost.platform, text))
    connection.executemany(_KEEP, rows)


def take_out(connection: sqlite3.Connection, erased: Mapping[str, int]) -> None:
    """Take these learners, erased until these moments, out of what is kept."""
    changed = []
    for number, text in connection.execute("SELECT number, text FROM conflicts WHERE text <> x''"):
        left = _left(text, erased)
        if left != text:
            changed.append((left, number))
    connection.executemany("UPDATE conflicts SET text = ? WHERE number = ?", changed)


def _left(text: bytes, erased: Mapping[str, int]) -> bytes:
    left = remains(orjson.loads(text), erased) if erased else None
    return text if left is None else left.text


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

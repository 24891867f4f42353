"""Erasures: who was erased until when, and the statements that they are taken out of."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

import orjson

from lrs.adapters.sqlite import conflicts, dead_letters
from lrs.adapters.sqlite.database import Database, select_in
from lrs.adapters.sqlite.erased import TOMBSTONE, erasures_by, erasures_of, overwriting
from lrs.adapters.sqlite.references import TERM
from schemas.document import Term
from schemas.erasure import Erasure, Remains, is_out, taken_out
from schemas.identifier import to_bytes, to_text
from schemas.projection import Corrected, Erased
from schemas.query import LONGEST_CHAIN

_NOTE = """
    INSERT INTO erasures (learner, agent, related_agent, until) VALUES (?, ?, ?, ?)
    ON CONFLICT (learner) DO UPDATE SET until = max(until, excluded.until)
"""
_NAMING = """
    SELECT s.stored, s.seq, s.id, o.log, o.partition, s.offset, p.name, s.text
    FROM terms AS f
    JOIN statements AS s ON s.seq = f.seq
    JOIN sources AS o ON o.number = s.source
    JOIN platforms AS p ON p.number = s.platform
    WHERE f.term = ? AND f.via = 0 AND (f.stored, f.seq) > (?, ?)
    ORDER BY f.stored, f.seq LIMIT ?
"""
_REPLACE = "UPDATE statements SET text = ?, subjects = ?, voided = max(voided, ?), erased = ? WHERE seq = ?"
_COUNTS_NOT = "DELETE FROM subjects WHERE subject = ? AND seq = ?"
_COUNTS = "INSERT OR IGNORE INTO subjects (subject, seq) VALUES (?, ?)"
_FOUND_BY = "SELECT seq, id, stored, terms, text FROM statements WHERE id IN ({values})"
_ABOVE = """
    WITH RECURSIVE above (seq, id, stored, far) AS (
        SELECT seq, id, stored, 0 FROM statements WHERE seq = ?
        UNION
        SELECT s.seq, s.id, s.stored, a.far + 1 FROM above AS a JOIN statements AS s ON s.refers_to = a.id
        WHERE a.far < ?
    )
    SELECT DISTINCT seq, stored FROM above WHERE seq <> ?
"""
_FIND_NOT = "DELETE FROM terms WHERE term = ? AND stored = ? AND seq = ? AND via = ?"


class Erasures:
    """The part of the store that erases."""

    _statements: Database

    async def note_erasure(self, erasure: Erasure) -> None:
        await self._statements.write(_note, erasure)

    async def erase(self, erasure: Erasure, after: str, limit: int) -> Erased:
        return await self._statements.write(_erase, erasure, after, limit)

    async def erasures(self, learners: Sequence[str]) -> Mapping[str, Erasure]:
        return await self._statements.read(erasures_of, learners)

    async def tombstones(self) -> Mapping[str, int]:
        return await self._statements.read(_tombstones)

    async def forget(self, erasure: Erasure, ids: Sequence[str]) -> None:
        await self._statements.write(_forget, erasure, [to_bytes(identifier) for identifier in ids])


def _tombstones(connection: sqlite3.Connection) -> dict[str, int]:
    rows = connection.execute(
        "SELECT p.name, count(*) FROM statements AS s JOIN platforms AS p ON p.number = s.platform "
        "WHERE s.erased = 2 GROUP BY s.platform"
    )
    return dict(rows.fetchall())


def _note(connection: sqlite3.Connection, erasure: Erasure) -> None:
    connection.execute(_NOTE, (erasure.learner, *erasure.terms, erasure.until))
    with overwriting(connection):
        for kept in (conflicts, dead_letters):
            kept.take_out(connection, {erasure.learner: erasure.until})


def _erase(connection: sqlite3.Connection, erasure: Erasure, after: str, limit: int) -> Erased:
    stored, _, seq = after.partition("-")
    place = (int(stored), int(seq)) if after else (-1, 0)
    rows = connection.execute(_NAMING, (erasure.terms[1], *place, limit)).fetchall()
    corrected: list[Corrected] = []
    with overwriting(connection):
        for stored_, seq_, identifier, log, partition, offset, platform, text in rows:
            remains = taken_out(bytes(text), erasure)
            if remains is None:
                continue
            if remains.text != text:
                replace(connection, seq_, remains)
            told = (*remains.subjects, *sorted(remains.removed))
            corrected.append(Corrected(to_text(identifier), log, partition, offset, stored_, platform, told))
    return Erased(tuple(corrected), f"{rows[-1][0]}-{rows[-1][1]}" if len(rows) == limit else None)


def _own(connection: sqlite3.Connection, terms: Sequence[Term], erasure: Erasure) -> set[Term]:
    """The terms that go with a tombstone: all but those by which another erasure has yet to find it."""
    others = [it for it in erasures_by(connection, terms) if it.learner != erasure.learner]
    return set(terms).difference(*(it.terms for it in others))


def replace(connection: sqlite3.Connection, seq: int, remains: Remains) -> None:
    """Put what is left of a statement in its place."""
    (before,) = connection.execute("SELECT subjects FROM statements WHERE seq = ?", (seq,)).fetchone()
    subjects = orjson.dumps(remains.subjects).decode()
    voided, erased = (0, 1) if remains.text else (1, TOMBSTONE)
    connection.execute(_REPLACE, (remains.text, subjects, voided, erased, seq))
    connection.executemany(
        _COUNTS_NOT, [(it, seq) for it in orjson.loads(before) if it not in remains.subjects]
    )
    connection.executemany(_COUNTS, [(it, seq) for it in remains.subjects])


def _forget(connection: sqlite3.Connection, erasure: Erasure, ids: Sequence[bytes]) -> None:
    with overwriting(connection):
        for seq, _, stored, terms, text in list(select_in(connection, _FOUND_BY, ids)):
            if not is_out(bytes(text), erasure):
                continue
            own = [terms[at : at + TERM] for at in range(0, len(terms), TERM)]
            gone = set(erasure.terms) if text else _own(connection, own, erasure)
            above = connection.execute(_ABOVE, (seq, LONGEST_CHAIN, seq)).fetchall()
            found = [(stored, seq, 0), *((higher_stored, higher, seq) for higher, higher_stored in above)]
            connection.executemany(_FIND_NOT, [(term, *place) for place in found for term in gone])
            left = b"".join(term for term in own if term not in gone)
            connection.execute("UPDATE statements SET terms = ? WHERE seq = ?", (left, seq))

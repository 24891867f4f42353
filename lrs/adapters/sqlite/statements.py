"""Statements in the store: kept once per id, with their terms and subjects."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from operator import itemgetter
from typing import Any, NamedTuple

import orjson

from lrs.adapters.sqlite.database import Database, select_in
from lrs.adapters.sqlite.erased import TOMBSTONE, erasures_of
from lrs.adapters.sqlite.erasures import replace
from lrs.adapters.sqlite.names import Names
from lrs.adapters.sqlite.references import Node, link
from lrs.adapters.sqlite.voids import Void, awaited, mark
from schemas.document import Document, StoredStatement, Term
from schemas.erasure import Erasure, Remains, remains, untils
from schemas.identifier import to_bytes, to_text
from schemas.projection import Projection
from schemas.query import LARGEST_PAGE

STORED_STATEMENT = """
    SELECT s.id, o.log, o.partition, s.offset, s.stored, p.name, s.text, s.voided, s.erased
    FROM statements AS s
    JOIN sources AS o ON o.number = s.source
    JOIN platforms AS p ON p.number = s.platform
"""

_FOUND = STORED_STATEMENT + "WHERE s.id IN ({values})"
_VOIDS_AMONG = """
    SELECT seq, platform, voids, voids_any FROM statements WHERE id IN ({values}) AND voids IS NOT NULL
"""
_SCANNED = f"""
    {STORED_STATEMENT.replace("AS s", "AS s INDEXED BY statements_by_source", 1)}
    WHERE s.source = (SELECT number FROM sources WHERE log = ? AND partition = ?)
    AND s.offset >= ? AND s.offset < ? ORDER BY s.offset LIMIT ?
"""  # noqa: S608
_FOUND_BY = """
    SELECT s.id, o.log, o.partition, s.offset, s.stored, p.name, s.text, s.voided, s.erased, s.seq
    FROM terms AS f
    JOIN statements AS s ON s.seq = f.seq
    JOIN sources AS o ON o.number = s.source
    JOIN platforms AS p ON p.number = s.platform
    WHERE f.term = ? AND f.via = 0 AND (f.stored, f.seq) > (?, ?)
    ORDER BY f.stored, f.seq LIMIT ?
"""
_INSERT_STATEMENT = """
    INSERT INTO statements
        (seq, id, stored, source, offset, platform, refers_to, voids, voids_any, subjects, terms, text,
         voided, erased)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_INSERT_TERM = "INSERT INTO terms (term, stored, seq, via, platform) VALUES (?, ?, ?, 0, ?)"
_INSERT_SUBJECT = "INSERT OR IGNORE INTO subjects (subject, seq) VALUES (?, ?)"


class Statements:
    """The part of the store that holds statements."""

    _statements: Database

    async def project(self, documents: Sequence[Document]) -> Projection:
        return await self._statements.write(_project, documents)

    async def find(self, ids: Sequence[str]) -> Mapping[str, StoredStatement]:
        found = await self._statements.look(_find, [to_bytes(identifier) for identifier in ids])
        return {to_text(identifier): statement for identifier, statement in found.items()}

    async def found_by(
        self, term: Term, after: str, limit: int
    ) -> tuple[Sequence[StoredStatement], str | None]:
        return await self._statements.read(_found_by, term, after, limit)

    async def sources(self) -> Sequence[tuple[str, int]]:
        return await self._statements.read(_sources)

    async def scan(
        self, log: str, partition: int, offset: int, until: int | None, limit: int
    ) -> Sequence[StoredStatement]:
        end = 2**62 if until is None else until
        return await self._statements.read(_scan, log, partition, offset, end, limit)

    async def awaited_by_voids(self, ids: Sequence[str], platform: str) -> frozenset[str]:
        found = await self._statements.read(awaited, [to_bytes(identifier) for identifier in ids], platform)
        return frozenset(map(to_text, found))

    async def last_seen(self, platform: str) -> int | None:
        return await self._statements.read(_last_seen, platform)

    async def ignored_voids(self) -> Mapping[str, int]:
        return await self._statements.read(_ignored_voids)


def stored_statement(row: tuple[Any, ...]) -> StoredStatement:
    """What a row of `STORED_STATEMENT` says."""
    identifier, log, partition, offset, stored, platform, text, voided, erased = row
    return StoredStatement(
        to_text(identifier),
        log,
        partition,
        offset,
        stored,
        platform,
        bytes(text),
        bool(voided),
        bool(erased),
    )


def _found_by(
    connection: sqlite3.Connection, term: Term, after: str, limit: int
) -> tuple[list[StoredStatement], str | None]:
    stored, _, seq = after.partition("-")
    place = (int(stored), int(seq)) if after else (-1, 0)
    found: list[StoredStatement] = []
    size = 0
    with closing(connection.execute(_FOUND_BY, (term, *place, limit))) as rows:
        for *row, seq_ in rows:
            found.append(stored_statement(tuple(row)))
            size += len(found[-1].text)
            if size >= LARGEST_PAGE or len(found) == limit:
                return found, f"{found[-1].stored}-{seq_}"
    return found, None


def _sources(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    return connection.execute("SELECT log, partition FROM sources ORDER BY log, partition").fetchall()


def _scan(
    connection: sqlite3.Connection, log: str, partition: int, offset: int, until: int, limit: int
) -> list[StoredStatement]:
    found: list[StoredStatement] = []
    size = 0
    with closing(connection.execute(_SCANNED, (log, partition, offset, until, limit))) as rows:
        for row in rows:
            found.append(stored_statement(row))
            size += len(found[-1].text)
            if size >= LARGEST_PAGE:
                break
    return found


def _last_seen(connection: sqlite3.Connection, platform: str) -> int | None:
    seen: int | None
    (seen,) = connection.execute(
        "SELECT max(stored) FROM statements WHERE voided = 0 "
        "AND platform = (SELECT number FROM platforms WHERE name = ?)",
        (platform,),
    ).fetchone()
    return seen


def _find(connection: sqlite3.Connection, ids: Iterable[bytes]) -> dict[bytes, StoredStatement]:
    return {row[0]: stored_statement(row) for row in select_in(connection, _FOUND, ids)}


def _project(connection: sqlite3.Connection, documents: Sequence[Document]) -> Projection:
    names = Names(connection)
    ids = [to_bytes(document.id) for document in documents]
    before = _find(connection, ids)
    erasures = erasures_of(connection, frozenset().union(*(document.named for document in documents)))
    left = [_remains(document, erasures) for document in documents]
    existing: list[StoredStatement | None] = []
    new: dict[bytes, _New] = {}
    for identifier, document, remains_ in zip(ids, documents, left, strict=True):
        if identifier in before:
            if remains_ is not None and before[identifier].is_of(document):
                _take_out(connection, identifier, erasures)
                before |= _find(connection, [identifier])
            existing.append(before[identifier])
        elif identifier in new:
            existing.append(new[identifier].as_stored())
        else:
            new[identifier] = _new(document, remains_)
            existing.append(None)
    voids = [Void(*row) for row in select_in(connection, _VOIDS_AMONG, before)]
    if new:
        nodes, new_voids = _insert(connection, names, new)
        link(connection, nodes)
        voids += new_voids
    return Projection(tuple(existing), tuple(mark(connection, names, ids, voids)), tuple(left), erasures)


class _New(NamedTuple):
    """A document to be stored, without those who were erased."""

    document: Document
    erased: int

    @property
    def voided(self) -> bool:
        return self.erased == TOMBSTONE

    def as_stored(self) -> StoredStatement:
        """As it will be found."""
        it = self.document
        place = (it.log, it.partition, it.offset)
        return StoredStatement(it.id, *place, it.stored, it.platform, it.text, self.voided, bool(self.erased))


def _remains(document: Document, erasures: Mapping[str, Erasure]) -> Remains | None:
    if document.named.isdisjoint(erasures):
        return None
    return remains(orjson.loads(document.text), untils(erasures))


def _take_out(connection: sqlite3.Connection, identifier: bytes, erasures: Mapping[str, Erasure]) -> None:
    """Take who was erased out of a statement that was stored before."""
    row = connection.execute("SELECT seq, text FROM statements WHERE id = ?", (identifier,)).fetchone()
    left = remains(orjson.loads(row[1]), untils(erasures)) if row[1] else None
    if left is not None:
        replace(connection, row[0], left)


def _new(document: Document, left: Remains | None) -> _New:
    if left is None:
        return _New(document, 0)
    document = document._replace(text=left.text, subjects=left.subjects)
    return _New(document, 1 if left.text else TOMBSTONE)


def _insert(
    connection: sqlite3.Connection, names: Names, new: Mapping[bytes, _New]
) -> tuple[list[Node], list[Void]]:
    (seq,) = connection.execute("SELECT coalesce(max(seq), 0) FROM statements").fetchone()
    rows: list[tuple[object, ...]] = []
    term_rows: list[tuple[object, ...]] = []
    subject_rows: list[tuple[str, int]] = []
    nodes: list[Node] = []
    voids: list[Void] = []
    for identifier, it in new.items():
        seq += 1
        document = it.document
        stored = document.stored
        platform = names.platform(document.platform)
        refers_to = None if document.refers_to is None else to_bytes(document.refers_to)
        target = None if document.voids is None else to_bytes(document.voids)
        terms = b"".join(document.terms)
        source = names.source(document.log, document.partition)
        subjects = orjson.dumps(document.subjects).decode()
        place = (seq, identifier, stored, source, document.offset, platform)
        told = (refers_to, target, document.voids_any, subjects, terms, document.text)
        rows.append((*place, *told, it.voided, it.erased))
        term_rows += [(term, stored, seq, platform) for term in document.terms]
        subject_rows += [(subject, seq) for subject in document.subjects]
        nodes.append(Node(seq, identifier, stored, platform, refers_to, terms))
        if target is not None:
            voids.append(Void(seq, platform, target, document.voids_any))
    # in the order of the index: its pages are gone through once
    term_rows.sort(key=itemgetter(0))
    subject_rows.sort(key=itemgetter(0))
    connection.executemany(_INSERT_STATEMENT, rows)
    connection.executemany(_INSERT_TERM, term_rows)
    connection.executemany(_INSERT_SUBJECT, subject_rows)
    return nodes, voids


def _ignored_voids(connection: sqlite3.Connection) -> dict[str, int]:
    rows = connection.execute("""
        SELECT p.name, count(*) FROM ignored_voids AS i JOIN platforms AS p ON p.number = i.platform
        GROUP BY i.platform
    """)
    return dict(rows.fetchall())

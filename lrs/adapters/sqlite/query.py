"""Queries: pages of the statements that match a filter, on the index of its rarest part."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import NamedTuple

from lrs.adapters.sqlite.database import Database
from schemas.document import Term
from schemas.query import LARGEST_PAGE, Page, StatementQuery

Place = tuple[int, int]
"""`stored` and `seq` of a statement: its place in the order of a page."""

_CURSOR = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")
_FIRST: Place = (-1, 0)
_LAST: Place = (2**62, 0)
_CAPS = (1_000, 30_000)
"""How far the rows of each part are counted: in a second round where several parts have more than the
first."""


class Query(NamedTuple):
    """A query in SQL."""

    sql: str
    values: list[object]


class Queries:
    """The part of the store that answers queries."""

    _statements: Database

    async def query(self, query: StatementQuery) -> Page:
        low, high = _range(query)
        return await self._statements.read(_page, query, low, high)


def _range(query: StatementQuery) -> tuple[Place, Place]:
    """The places between which, not including them, the page lies. Raises ValueError where the cursor is
    none."""
    low = _FIRST if query.since is None else (query.since, 2**62)
    high = _LAST if query.until is None else (query.until + 1, 0)
    if query.after is not None:
        match = _CURSOR.fullmatch(query.after)
        if match is None:
            raise ValueError("not a cursor of this store's")
        cursor = (int(match[1]), int(match[2]))
        low, high = (max(low, cursor), high) if query.ascending else (low, min(high, cursor))
    return low, high


def _page(connection: sqlite3.Connection, query: StatementQuery, low: Place, high: Place) -> Page:
    platform: int | None = None
    if query.platform is not None:
        row = connection.execute("SELECT number FROM platforms WHERE name = ?", (query.platform,)).fetchone()
        if row is None:
            return Page((), None)
        platform = row[0]
    ordered = _by_rarity(connection, sorted(query.terms), platform, low, high)
    sql, values = build(ordered, platform, low, high, query.ascending)
    texts: list[bytes] = []
    size, more = 0, None
    with closing(connection.execute(sql, [*values, query.limit + 1])) as rows:
        for stored, seq, text in rows:
            if len(texts) == query.limit or size >= LARGEST_PAGE:
                return Page(tuple(texts), more)
            texts.append(bytes(text))
            size += len(text)
            more = f"{stored}-{seq}"
    return Page(tuple(texts), None)


def build(parts: list[Term | None], platform: int | None, low: Place, high: Place, ascending: bool) -> Query:
    """The query that goes along the index of the first part, a term or None for the statements themselves;
    the limit is left open."""
    order = "ASC" if ascending else "DESC"
    driver, *others = parts
    terms = [term for term in others if term is not None]
    if driver is None:
        return _along_statements(terms, platform, low, high, order)
    return _along_terms(driver, terms, platform, low, high, order)


def _along_statements(terms: list[Term], platform: int | None, low: Place, high: Place, order: str) -> Query:
    index = "statements_listed" if platform is None else "statements_listed_by_platform"
    where = ["s.voided = 0", "(s.stored, s.seq) > (?, ?)", "(s.stored, s.seq) < (?, ?)"]
    values: list[object] = [*low, *high]
    if platform is not None:
        where.append("s.platform = ?")
        values.append(platform)
    if terms:
        first, *rest = terms
        inner = [
            "f.term = ? AND f.stored = s.stored AND f.seq = s.seq",
            *([_SAME_VIA] * len(rest)),
        ]
        values += [first, *rest]
        if platform is not None:
            inner.append("f.platform = ?")
            values.append(platform)
        where.append(f"EXISTS (SELECT 1 FROM terms AS f WHERE {' AND '.join(inner)})")  # noqa: S608
    sql = f"""
        SELECT s.stored, s.seq, s.text FROM statements AS s INDEXED BY {index}
        WHERE {" AND ".join(where)}
        ORDER BY s.stored {order}, s.seq {order} LIMIT ?
    """  # noqa: S608
    return Query(sql, values)


def _along_terms(
    driver: Term, terms: list[Term], platform: int | None, low: Place, high: Place, order: str
) -> Query:
    where = ["f.term = ?", "(f.stored, f.seq) > (?, ?)", "(f.stored, f.seq) < (?, ?)"]
    values: list[object] = [driver, *low, *high]
    if platform is not None:
        where.append("f.platform = ?")
        values.append(platform)
    where += [_SAME_VIA] * len(terms)
    values += terms
    # a statement may match through several others, hence the grouping
    sql = f"""
        SELECT f.stored, f.seq, s.text FROM terms AS f CROSS JOIN statements AS s ON s.seq = f.seq
        WHERE {" AND ".join(where)} AND s.voided = 0
        GROUP BY f.stored, f.seq
        ORDER BY f.stored {order}, f.seq {order} LIMIT ?
    """  # noqa: S608
    return Query(sql, values)


_SAME_VIA = """EXISTS (
    SELECT 1 FROM terms AS o
    WHERE o.term = ? AND o.stored = f.stored AND o.seq = f.seq AND o.via = f.via
)"""


def _by_rarity(
    connection: sqlite3.Connection, terms: list[Term], platform: int | None, low: Place, high: Place
) -> list[Term | None]:
    """The parts of the filter, the rarest first: it is gone through, the others are looked up."""
    parts: list[Term | None] = list(terms)
    if platform is not None or not terms:
        parts.append(None)
    counts: dict[Term | None, int] = {}
    for cap in _CAPS if len(parts) > 1 else ():
        for part in parts:
            counts[part] = _count(connection, part, platform, low, high, cap)
        if min(counts.values()) < cap:
            break
    return sorted(parts, key=lambda part: (counts.get(part, 0), part is None))


def _count(
    connection: sqlite3.Connection, part: Term | None, platform: int | None, low: Place, high: Place, cap: int
) -> int:
    """How many rows the index has of this part, between the places, but at most `cap`."""
    if part is None:
        source, key = (
            "statements INDEXED BY statements_listed_by_platform WHERE voided = 0 AND platform = ?",
            platform,
        )
    else:
        source, key = "terms WHERE term = ?", part  # type: ignore[assignment]
    row: tuple[int] = connection.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM {source} AND stored >= ? AND stored <= ? LIMIT ?)",  # noqa: S608
        (key, low[0], high[0], cap),
    ).fetchone()
    return row[0]

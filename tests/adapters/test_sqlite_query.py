"""The plans of queries: an index, whatever the filter, and no sorting of what was found."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import product
from pathlib import Path

import pytest

from lrs.adapters.sqlite import SqliteStore
from lrs.adapters.sqlite import query as module
from lrs.adapters.sqlite.files import connect
from lrs.adapters.sqlite.query import build
from schemas.document import Term
from schemas.query import StatementQuery
from tests.adapters.making import agent, document, verb


@pytest.fixture
async def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:  # type: ignore[misc]
    store = await SqliteStore.open(tmp_path / "store.db")
    documents = [document(n, terms=[verb("done"), agent(str(n % 9))], refers_to=n - 1) for n in range(1, 20)]
    await store.project(documents)
    await store.close()
    with closing(connect(tmp_path / "store.db")) as opened:
        yield opened


A, B, C = (bytes([number]) * 16 for number in range(3))
PARTS: tuple[list[Term | None], ...] = (
    [A],
    [A, B],
    [A, B, C],
    [A, None],
    [A, B, None],
    [A, None, B],
    [None],
    [None, A],
    [None, A, B],
    [None, A, B, C],
)


@pytest.mark.parametrize(("parts", "platform", "ascending"), list(product(PARTS, (None, 1), (False, True))))
def test_every_query_goes_along_an_index(
    connection: sqlite3.Connection, parts: list[Term | None], platform: int | None, ascending: bool
) -> None:
    sql, values = build(parts, platform, (3, 4), (9, 9), ascending)
    rows = connection.execute(f"EXPLAIN QUERY PLAN {sql}", [*values, 10]).fetchall()
    plan = [detail for *_, detail in rows]
    assert not [detail for detail in plan if "SCAN" in detail or "TEMP B-TREE" in detail], plan
    if parts[0] is not None:
        assert plan[0] == "SEARCH f USING PRIMARY KEY (term=? AND (stored,seq)>(?,?) AND (stored,seq)<(?,?))"
    else:
        index = "statements_listed" if platform is None else "statements_listed_by_platform"
        assert f"USING INDEX {index} (" in plan[0] and "stored>? AND stored<?" in plan[0]


async def test_the_rarest_part_is_gone_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CAPS", (3, 50))
    store = await SqliteStore.open(tmp_path / "store.db")
    common, uncommon, rare = verb("done"), agent("an"), agent("binh")
    documents = [
        document(
            n,
            platform="small" if n % 20 == 0 else "large",
            terms=[common, *([uncommon] if n % 4 == 0 else []), *([rare] if n % 40 == 0 else [])],
        )
        for n in range(80)
    ]
    await store.project(documents)
    chosen: list[Term | None] = []

    def spy(parts: list[Term | None], *rest: object) -> object:
        chosen.append(parts[0])
        return build(parts, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "build", spy)
    for terms, platform, expected in (
        ({common, rare}, None, rare),
        ({common, uncommon}, None, uncommon),
        ({common, uncommon, rare}, "large", rare),
        ({common}, "small", None),
        ({common, uncommon}, "small", None),
        ({common}, None, common),
        (set(), "small", None),
    ):
        await store.query(StatementQuery(frozenset(terms), platform))
        assert chosen.pop() == expected
    await store.close()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT seq FROM statements WHERE refers_to IN (?, ?)",
        "SELECT seq FROM statements WHERE voids IN (?, ?)",
        "SELECT seq FROM statements WHERE id IN (?, ?)",
        "SELECT count(*) FROM (SELECT 1 FROM terms WHERE term = ? AND stored >= ? LIMIT 9)",
        "SELECT DISTINCT subject FROM subjects WHERE subject > ? ORDER BY subject LIMIT ?",
    ],
)
def test_what_projecting_and_counting_look_up_has_an_index(connection: sqlite3.Connection, sql: str) -> None:
    values = [b"x"] * sql.count("?")
    plan = [detail for *_, detail in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert not [
        d for d in plan if ("SCAN" in d and "SUBQUERY" not in d and "(subquery" not in d) or "TEMP" in d
    ], plan

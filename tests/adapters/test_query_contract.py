"""The port `StatementStore`: queries, over every adapter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from schemas.document import Document
from schemas.ports import Store
from schemas.query import StatementQuery
from tests.adapters.making import BASE, agent, document, verb

DONE, SEEN = verb("done"), verb("seen")
AN, BINH = agent("an"), agent("binh")


def texts(*numbers: int) -> list[bytes]:
    return [document(number).text for number in numbers]


async def numbers_of(store: Store, query: StatementQuery) -> list[bytes]:
    """The whole answer, page by page."""
    found: list[bytes] = []
    while True:
        page = await store.query(query)
        assert len(page.texts) <= query.limit
        found += page.texts
        if page.more is None:
            return found
        query = replace(query, after=page.more)


async def fill(store: Store, documents: Sequence[Document]) -> None:
    await store.project(documents)


async def test_newest_first_unless_ascending(store: Store) -> None:
    await fill(store, [document(number) for number in (2, 1, 3)])
    assert list((await store.query(StatementQuery())).texts) == texts(3, 2, 1)
    assert list((await store.query(StatementQuery(ascending=True))).texts) == texts(1, 2, 3)


async def test_all_terms_hold_of_one_statement(store: Store) -> None:
    await fill(
        store,
        [
            document(1, terms=[DONE, AN]),
            document(2, terms=[SEEN, AN]),
            document(3, terms=[DONE, BINH]),
            document(4, terms=[DONE, AN, BINH]),
        ],
    )
    for terms, expected in (
        ({DONE}, (4, 3, 1)),
        ({DONE, AN}, (4, 1)),
        ({DONE, AN, BINH}, (4,)),
        ({SEEN, BINH}, ()),
        ({verb("never")}, ()),
    ):
        assert list((await store.query(StatementQuery(frozenset(terms)))).texts) == texts(*expected)


async def test_a_conjunction_is_not_spread_over_a_chain(store: Store) -> None:
    await fill(store, [document(1, terms=[DONE]), document(2, terms=[AN], refers_to=1)])
    assert (await store.query(StatementQuery(frozenset({DONE, AN})))).texts == ()
    assert list((await store.query(StatementQuery(frozenset({DONE})))).texts) == texts(2, 1)
    assert list((await store.query(StatementQuery(frozenset({AN})))).texts) == texts(2)


async def test_since_is_exclusive_and_until_inclusive(store: Store) -> None:
    await fill(store, [document(number, terms=[DONE]) for number in range(5)])
    for terms in (frozenset[bytes](), frozenset({DONE})):
        query = StatementQuery(terms, since=BASE + 1, until=BASE + 3)
        assert list((await store.query(query)).texts) == texts(3, 2)
    assert list((await store.query(StatementQuery(since=BASE + 3))).texts) == texts(4)
    assert list((await store.query(StatementQuery(until=BASE))).texts) == texts(0)


async def test_since_and_until_are_of_the_statement_that_refers(store: Store) -> None:
    await fill(store, [document(1, terms=[DONE]), document(7, refers_to=1)])
    query = StatementQuery(frozenset({DONE}), since=BASE + 5)
    assert list((await store.query(query)).texts) == texts(7)


async def test_a_platform_sees_its_own_also_down_the_chain(store: Store) -> None:
    await fill(
        store,
        [
            document(1, platform="two", terms=[DONE]),
            document(2, platform="one", refers_to=1, terms=[SEEN]),
            document(3, platform="one", refers_to=2),
            document(4, platform="one", terms=[DONE]),
            document(5, platform="one", refers_to=4),
            document(6, platform="two", refers_to=5),
            document(7, platform="one", refers_to=6),
        ],
    )
    for platform, terms, expected in (
        ("one", {DONE}, (5, 4)),
        ("two", {DONE}, (1,)),
        ("one", {SEEN}, (3, 2)),
        (None, {DONE}, (7, 6, 5, 4, 3, 2, 1)),
        ("one", (), (7, 5, 4, 3, 2)),
        ("nobody", (), ()),
        ("nobody", {DONE}, ()),
    ):
        query = StatementQuery(frozenset(terms), platform=platform)
        assert list((await store.query(query)).texts) == texts(*expected)


@pytest.mark.parametrize("ascending", [False, True])
@pytest.mark.parametrize("terms", [frozenset(), frozenset({DONE})])
@pytest.mark.parametrize("platform", [None, "one"])
async def test_pages_make_up_the_whole(
    store: Store, ascending: bool, terms: frozenset[bytes], platform: str | None
) -> None:
    documents = [document(number, stored=BASE + number // 4, terms=[DONE]) for number in range(23)]
    documents += [document(number, terms=[DONE], refers_to=number - 30) for number in range(30, 34)]
    await fill(store, documents)
    whole = list((await store.query(StatementQuery(terms, platform, ascending=ascending))).texts)
    assert sorted(whole) == sorted(d.text for d in documents)
    for limit in (1, 2, 5, 26, 27, 28):
        query = StatementQuery(terms, platform, limit=limit, ascending=ascending)
        assert await numbers_of(store, query) == whole


async def test_the_last_page_has_no_cursor(store: Store) -> None:
    await fill(store, [document(number) for number in range(4)])
    assert (await store.query(StatementQuery(limit=4))).more is None
    assert (await store.query(StatementQuery(limit=3))).more is not None


async def test_a_page_goes_on_where_it_stopped_whatever_came_since(store: Store) -> None:
    await fill(store, [document(number) for number in range(4)])
    page = await store.query(StatementQuery(limit=2))
    await fill(store, [document(number) for number in range(10, 13)])
    rest = await store.query(StatementQuery(limit=10, after=page.more))
    assert list(rest.texts) == texts(1, 0)


@pytest.mark.parametrize("cursor", ["", "nonsense", "1-", "-1-1", "1-1; DROP TABLE statements", "9" * 99])
async def test_a_strange_cursor_is_refused(store: Store, cursor: str) -> None:
    with pytest.raises(ValueError, match="cursor"):
        await store.query(StatementQuery(after=cursor))

"""The port `StatementStore`: statements in the order of the log, over every adapter."""

from __future__ import annotations

import pytest

from schemas.document import StoredStatement
from schemas.ports import Store
from schemas.query import LARGEST_PAGE
from tests.adapters.making import document, identifier
from tests.adapters.test_erasures_contract import document as said
from tests.adapters.test_erasures_contract import erase


async def test_an_empty_store_has_no_sources(store: Store) -> None:
    assert list(await store.sources()) == []
    assert list(await store.scan("log", 0, 0, None, 10)) == []


async def test_every_log_and_partition_is_a_source(store: Store) -> None:
    places = [("b", 1), ("a", 0), ("a", 10), ("a", 2)]
    await store.project([document(n)._replace(log=log, partition=it) for n, (log, it) in enumerate(places)])
    assert [tuple(it) for it in await store.sources()] == sorted(places)


@pytest.mark.parametrize("limit", [1, 3, 7, 100])
async def test_parts_of_any_size_find_all_in_order_of_offsets(store: Store, limit: int) -> None:
    """Whatever their moments are, and whatever the order was in which they were stored."""
    numbers = [4, 1, 9, 2, 30, 7]
    for n in numbers:
        await store.project([document(n, stored=1_700_000_000_000 - n)])
    await store.project([document(50)._replace(partition=1), document(51)._replace(log="other")])
    found: list[StoredStatement] = []
    offset = 0
    while page := await store.scan("log", 0, offset, None, limit):
        assert len(page) <= limit
        found += page
        offset = page[-1].offset + 1
    assert [it.offset for it in found] == sorted(numbers)
    assert [it.id for it in found] == [identifier(n) for n in sorted(numbers)]
    assert found[0].text == document(1).text


async def test_the_bounds_are_kept(store: Store) -> None:
    await store.project([document(n) for n in range(10)])
    assert [it.offset for it in await store.scan("log", 0, 3, 6, 100)] == [3, 4, 5]
    assert list(await store.scan("log", 0, 6, 6, 100)) == []
    assert list(await store.scan("log", 0, 10, None, 100)) == []
    assert list(await store.scan("log", 0, 0, None, 0)) == []


async def test_voided_ones_and_tombstones_are_among_them(store: Store) -> None:
    await store.project([said(1), document(2), document(9, voids=2), document(10)])
    await erase(store, "an")
    found = {it.offset: it for it in await store.scan("log", 0, 0, None, 100)}
    assert [found[n].voided for n in (1, 2, 9, 10)] == [True, True, False, False]
    assert [bool(found[n].text) for n in (1, 2, 9, 10)] == [False, True, True, True]


async def test_a_part_ends_where_its_statements_are_large(store: Store) -> None:
    large = b'{"x":"' + b"y" * (LARGEST_PAGE // 2) + b'"}'
    await store.project([document(n, text=large) for n in range(4)])
    first = await store.scan("log", 0, 0, None, 100)
    assert 1 <= len(first) < 4
    rest = await store.scan("log", 0, first[-1].offset + 1, None, 100)
    assert rest[0].offset == first[-1].offset + 1

"""The port `StatementStore`: statements and conflicts, over every adapter."""

from __future__ import annotations

from schemas.ports import Store
from schemas.projection import Conflict
from tests.adapters.factories import StoreFactory
from tests.adapters.making import document, identifier


async def test_a_new_document_is_stored_and_found(store: Store) -> None:
    given = document(1, subjects=("a", "b"))
    projection = await store.project([given])
    assert projection.existing == (None,) and projection.voided == ()
    found = await store.find([given.id, identifier(2)])
    assert list(found) == [given.id]
    statement = found[given.id]
    for name in ("id", "log", "partition", "offset", "stored", "platform", "text"):
        assert getattr(statement, name) == getattr(given, name)
    assert not statement.voided


async def test_nothing_is_stored_of_no_documents(store: Store) -> None:
    projection = await store.project([])
    assert projection.existing == () and projection.voided == ()
    assert await store.find([]) == {}


async def test_the_first_of_one_id_stays(store: Store) -> None:
    first = document(1, text=b"first")
    await store.project([first])
    projection = await store.project([document(1, text=b"second", offset=9), document(2)])
    before, new = projection.existing
    assert new is None
    assert before is not None and (before.text, before.offset) == (b"first", first.offset)
    assert (await store.find([first.id]))[first.id].text == b"first"


async def test_of_two_of_one_call_the_first_is_stored(store: Store) -> None:
    projection = await store.project([document(1, text=b"first"), document(1, text=b"second", offset=9)])
    first, second = projection.existing
    assert first is None
    assert second is not None and second.text == b"first" and second.offset == 1
    assert (await store.find([identifier(1)]))[identifier(1)].text == b"first"


async def test_a_repeat_says_which_record_is_the_original(store: Store) -> None:
    documents = [document(number) for number in range(3)]
    await store.project(documents)
    existing = (await store.project(documents)).existing
    assert [(e.log, e.partition, e.offset) for e in existing if e] == [
        (d.log, d.partition, d.offset) for d in documents
    ]


async def test_statements_outlive_a_restart(store_factory: StoreFactory) -> None:
    store = await store_factory()
    documents = [document(number) for number in range(700)]
    await store.project(documents)
    await store.close()
    again = await store_factory()
    found = await again.find([d.id for d in documents])
    assert {identifier: s.text for identifier, s in found.items()} == {d.id: d.text for d in documents}


def conflict(number: int, platform: str = "one") -> Conflict:
    return Conflict(identifier(number), "log", 0, number, 5, platform, b"lost %d" % number)


async def test_conflicts_are_kept_once_and_listed_latest_first(store: Store) -> None:
    await store.keep_conflicts([conflict(1), conflict(2, "two")])
    await store.keep_conflicts([conflict(2, "two"), conflict(3)])
    assert list(await store.conflicts(None, 10)) == [conflict(3), conflict(2, "two"), conflict(1)]
    assert list(await store.conflicts(None, 1)) == [conflict(3)]
    assert list(await store.conflicts("two", 10)) == [conflict(2, "two")]
    assert list(await store.conflicts("three", 10)) == []


async def test_last_seen_is_the_latest_statement_that_stands(store: Store) -> None:
    assert await store.last_seen("one") is None
    await store.project([document(1, stored=5_000), document(2, stored=7_000)])
    await store.project([document(3, stored=9_000, platform="two")])
    assert await store.last_seen("one") == 7_000

"""The port `StatementStore`: voids, over every adapter (G6, G7)."""

from __future__ import annotations

from itertools import permutations

from schemas.ports import Store
from schemas.query import StatementQuery
from tests.adapters.making import document, identifier


async def voided(store: Store, *numbers: int) -> list[bool]:
    found = await store.find([identifier(number) for number in numbers])
    return [found[identifier(number)].voided for number in numbers]


async def test_a_void_marks_its_target_and_tells_whom_it_counts_for(store: Store) -> None:
    target = document(1, subjects=("b", "a"))
    await store.project([target])
    (told,) = (await store.project([document(2, voids=1)])).voided
    for name in ("id", "log", "partition", "offset", "stored", "platform", "subjects"):
        assert getattr(told, name) == getattr(target, name)
    assert await voided(store, 1, 2) == [True, False]


async def test_a_void_may_come_first(store: Store) -> None:
    assert (await store.project([document(2, voids=1)])).voided == ()
    (told,) = (await store.project([document(1)])).voided
    assert told.id == identifier(1)
    assert await voided(store, 1) == [True]


async def test_a_void_and_its_target_may_come_in_one_call(store: Store) -> None:
    (told,) = (await store.project([document(2, voids=1), document(1)])).voided
    assert told.id == identifier(1)


async def test_a_repeat_answers_the_same(store: Store) -> None:
    target, void = document(1), document(2, voids=1)
    await store.project([target])
    first = (await store.project([void])).voided
    assert (await store.project([void])).voided == first
    assert (await store.project([target])).voided == first


async def test_a_void_of_another_platform_is_ignored_and_counted(store: Store) -> None:
    await store.project([document(2, platform="two", voids=1)])
    assert await store.ignored_voids() == {}
    assert (await store.project([document(1)])).voided == ()
    await store.project([document(2, platform="two", voids=1)])
    assert await voided(store, 1) == [False]
    assert await store.ignored_voids() == {"two": 1}


async def test_a_void_with_scope_all_reaches_other_platforms(store: Store) -> None:
    await store.project([document(1), document(2, platform="two", voids=1, voids_any=True)])
    assert await voided(store, 1) == [True]
    assert await store.ignored_voids() == {}


async def test_what_a_void_waits_for_is_told_of_a_platform(store: Store) -> None:
    await store.project(
        [
            document(2, voids=1),
            document(3, platform="two", voids=1),
            document(5, platform="two", voids=4, voids_any=True),
            document(7, refers_to=6),
        ]
    )
    ids = [identifier(number) for number in (1, 4, 6, 8)]
    expected = {"one": {1, 4}, "two": {1, 4}, "three": {4}}
    for platform, numbers in expected.items():
        assert await store.awaited_by_voids(ids, platform) == {identifier(number) for number in numbers}
    assert await store.awaited_by_voids(ids[1:], "one") == {identifier(4)}
    assert await store.awaited_by_voids([], "one") == frozenset()


async def test_a_void_cannot_be_voided(store: Store) -> None:
    for order in permutations((document(1), document(2, voids=1), document(3, voids=2, voids_any=True))):
        for part in order:
            await store.project([part])
    assert await voided(store, 1, 2, 3) == [True, False, False]
    assert await store.ignored_voids() == {"one": 1}


async def test_a_void_of_itself_is_ignored(store: Store) -> None:
    await store.project([document(1, voids=1)])
    assert await voided(store, 1) == [False]


async def test_a_void_that_lost_its_id_marks_nothing(store: Store) -> None:
    await store.project([document(1), document(2)])
    projection = await store.project([document(2, voids=1, offset=9)])
    assert projection.voided == ()
    assert await voided(store, 1) == [False]


async def test_what_is_voided_is_not_listed_but_what_refers_to_it_is(store: Store) -> None:
    term = b"t" * 16
    await store.project(
        [document(1, terms=[term]), document(2, refers_to=1), document(3, voids=1), document(4, terms=[term])]
    )
    page = await store.query(StatementQuery(frozenset([term]), ascending=True))
    assert list(page.texts) == [document(number).text for number in (2, 3, 4)]
    everything = await store.query(StatementQuery(ascending=True))
    assert list(everything.texts) == [document(number).text for number in (2, 3, 4)]

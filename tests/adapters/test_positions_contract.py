"""The port `StatementStore`: positions and counts, over every adapter."""

from __future__ import annotations

import asyncio

import pytest

from schemas.errors import Fenced
from schemas.ports import Store
from schemas.record import Position
from tests.adapters.factories import StoreFactory


async def test_a_position_moves_from_what_was_read(store: Store) -> None:
    assert await store.positions("projector") == {}
    first, second = Position("log", 2, 5, 7, 9), Position("log", 2, 8, 9, 9)
    await store.move("projector", None, first, {("one", "duplicate"): 2})
    await store.move("projector", first, second, {("one", "duplicate"): 1, ("two", "conflict"): 1})
    assert await store.positions("projector") == {2: second}
    assert await store.counts("projector") == {("one", "duplicate"): 3, ("two", "conflict"): 1}


@pytest.mark.parametrize(
    "expected", [None, Position("log", 0, 4), Position("other", 0, 5), Position("log", 0, 5, 1)]
)
async def test_a_zombie_is_fenced_and_writes_nothing(store: Store, expected: Position | None) -> None:
    position = Position("log", 0, 5)
    await store.move("projector", None, position, {})
    with pytest.raises(Fenced):
        await store.move("projector", expected, Position("log", 0, 9), {("one", "duplicate"): 1})
    assert await store.positions("projector") == {0: position}
    assert await store.counts("projector") == {}


async def test_a_first_move_is_fenced_where_a_position_was_expected(store: Store) -> None:
    with pytest.raises(Fenced):
        await store.move("projector", Position("log", 0, 1), Position("log", 0, 2), {})
    assert await store.positions("projector") == {}


async def test_consumers_and_partitions_are_apart(store: Store) -> None:
    for consumer in ("projector", "forwarder"):
        for partition in (0, 1):
            await store.move(consumer, None, Position("log", partition, 1), {(consumer, "kind"): 1})
    assert set(await store.positions("projector")) == {0, 1}
    assert await store.counts("forwarder") == {("forwarder", "kind"): 2}


async def test_of_two_at_once_one_moves(store_factory: StoreFactory) -> None:
    stores = [await store_factory(), await store_factory()]
    at: Position | None = None
    for offset in range(1, 20):
        to = Position("log", 0, offset)
        moves = [store.move("projector", at, to, {("one", "moved"): 1}) for store in stores]
        outcomes = await asyncio.gather(*moves, return_exceptions=True)
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Fenced", "NoneType"]
        at = to
    assert await stores[0].counts("projector") == {("one", "moved"): 19}


async def test_positions_outlive_a_restart(store_factory: StoreFactory) -> None:
    store = await store_factory()
    position = Position("log", 3, 2**40, 1_700_000_000_000, 5)
    await store.move("projector", None, position, {("one", "duplicate"): 4})
    await store.close()
    again = await store_factory()
    assert await again.positions("projector") == {3: position}
    assert await again.counts("projector") == {("one", "duplicate"): 4}

"""The port `AggregateStore`: transactions of learners, cells and positions, over every adapter."""

from __future__ import annotations

import asyncio

import pytest

from schemas.errors import Fenced, StoreError
from schemas.ports import PROJECTOR, Store
from schemas.record import Position
from schemas.ruleset import Ruleset
from tests.adapters.factories import StoreFactory
from tests.adapters.making import document, identifier


async def living(store: Store) -> int:
    """The number of a ruleset that was just made and is living."""
    number = await store.begin_filling(Ruleset(), {}, {})
    await store.switch(number)
    return number


async def test_what_is_saved_is_read_again(store: Store) -> None:
    number = await living(store)
    position = Position("facts", 1, 7, 8, 9)
    async with store.aggregation(number, 1) as aggregation:
        assert await aggregation.position() is None
        assert await aggregation.learners(["a", "b"]) == {}
        await aggregation.save({"a": b"A", "b": b"\x00"}, {"x": 2, "y": -1}, {}, position)
    async with store.aggregation(number, 1) as aggregation:
        state = await aggregation.ruleset()
        assert (state.number, state.stage, state.floor) == (number, "living", {})
        assert await aggregation.position() == position
        assert await aggregation.learners(["a", "c", "b"]) == {"a": b"A", "b": b"\x00"}
        await aggregation.save({"a": b"AA"}, {"x": 3, "y": 1}, {}, None)
    async with store.aggregation(number, 1) as aggregation:
        assert await aggregation.learners(["a"]) == {"a": b"AA"}
    assert await store.cells(number, "") == {"x": 5}
    assert await store.aggregate_positions(number) == {1: position}


async def test_an_exception_undoes_everything(store: Store) -> None:
    number = await living(store)
    with pytest.raises(RuntimeError, match="on purpose"):
        async with store.aggregation(number, 0) as aggregation:
            await aggregation.save({"a": b"A"}, {"x": 1}, {("one", "r"): ["i"]}, Position("f", 0, 1))
            raise RuntimeError("on purpose")
    async with store.aggregation(number, 0) as aggregation:
        assert await aggregation.learners(["a"]) == {}
        assert await aggregation.position() is None
    assert await store.cells(number, "") == {}
    assert await store.examples(number, "one") == {}


async def test_a_cancelled_transaction_is_undone_and_blocks_nobody(store: Store) -> None:
    number = await living(store)

    async def run() -> None:
        async with store.aggregation(number, 0) as aggregation:
            for _ in range(1_000_000):
                await aggregation.save({"a": b"A"}, {"x": 1}, {}, None)

    for pause in (0.0, 0.001, 0.005, 0.02):
        task = asyncio.create_task(run())
        await asyncio.sleep(pause)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    async with asyncio.timeout(20), store.aggregation(number, 0) as aggregation:
        assert await aggregation.learners(["a"]) == {}
    assert await store.cells(number, "") == {}


async def test_nothing_is_lost_between_two_that_add(store_factory: StoreFactory) -> None:
    stores = [await store_factory(), await store_factory()]
    number = await living(stores[0])

    async def add(store: Store, partition: int) -> int:
        done = 0
        while done < 15:
            try:
                async with store.aggregation(number, partition) as aggregation:
                    before = await aggregation.position()
                    offset = 1 if before is None else before.offset + 1
                    await aggregation.save({}, {"x": 1}, {}, Position("f", partition, offset))
            except StoreError:
                continue
            done += 1
        return done

    done = await asyncio.gather(*(add(store, partition) for store in stores for partition in (0, 0, 1)))
    assert await stores[0].cells(number, "") == {"x": sum(done)}
    positions = await stores[1].aggregate_positions(number)
    assert {partition: p.offset for partition, p in positions.items()} == {0: 60, 1: 30}


async def test_projected_and_statements_are_of_one_moment(store_factory: StoreFactory) -> None:
    store, projector = await store_factory(), await store_factory()
    number = await living(store)
    await projector.project([document(0), document(1, subjects=("other",)), document(2, voids=0)])
    first = Position("log", 0, 3)
    await projector.move(PROJECTOR, None, first, {})
    async with store.aggregation(number, 0) as aggregation:
        assert await aggregation.projected() == {"log/0": 3}
        await projector.project([document(3)])
        await projector.move(PROJECTOR, first, Position("log", 0, 4), {})
        found = await aggregation.statements_of(["subject", "other", "nobody"])
        theirs = {subject: [(s.id, s.voided) for s in statements] for subject, statements in found.items()}
        assert theirs == {
            "subject": [(identifier(0), True), (identifier(2), False)],
            "other": [(identifier(1), False)],
            "nobody": [],
        }
        assert await aggregation.projected() == {"log/0": 3}
    async with store.aggregation(number, 0) as aggregation:
        assert [s.offset for s in (await aggregation.statements_of(["subject"]))["subject"]] == [0, 2, 3]
        assert await aggregation.projected() == {"log/0": 4}


async def test_another_consumer_is_not_the_projector(store: Store) -> None:
    number = await living(store)
    await store.move("forwarder", None, Position("log", 0, 3), {})
    async with store.aggregation(number, 0) as aggregation:
        assert await aggregation.projected() == {}
        assert await aggregation.statements_of(["nobody"]) == {"nobody": []}
        assert await aggregation.statements_of([]) == {}


async def test_cells_are_found_by_prefix_alone(store: Store) -> None:
    number = await living(store)
    keys = [
        "a",
        "a/",
        "a/b",
        "a/b%",
        "a/_",
        "A/b",
        "a0",
        "ab",
        "b",
        "đ/x",
        "a/\U0010ffff",
        "a/\ud7ff",
        "a/\ue000",
    ]
    async with store.aggregation(number, 0) as aggregation:
        await aggregation.save({}, dict.fromkeys(keys, 1), {}, None)
    for prefix in ("", "a", "a/", "a/b", "a/_", "a/%", "đ", "a/\ud7ff", "a/\U0010ffff", "zz"):
        expected = {key for key in keys if key.startswith(prefix)}
        assert set(await store.cells(number, prefix)) == expected
    assert await store.cells(number + 1, "") == {}


async def test_up_to_five_examples_are_kept(store: Store) -> None:
    number = await living(store)
    for ids in (["1", "2"], ["2", "3", "4"], ["5", "6"], ["7"]):
        async with store.aggregation(number, 0) as aggregation:
            await aggregation.save({}, {}, {("one", "unit"): ids, ("two", "unit"): ids[:1]}, None)
    kept = await store.examples(number, "one")
    assert set(kept) == {"unit"}
    assert len(set(kept["unit"])) == 5 and set(kept["unit"]) <= set("1234567")
    assert await store.examples(number, "three") == {}


async def test_a_ruleset_that_is_gone_or_retired_fences(store: Store) -> None:
    first = await living(store)
    filling = await store.begin_filling(Ruleset(), {}, {})
    await store.switch(filling)
    with pytest.raises(Fenced):
        async with store.aggregation(first, 0) as aggregation:
            await aggregation.save({}, {"x": 1}, {}, Position("f", 0, 1))
    await store.drop_ruleset(first)
    with pytest.raises(Fenced):
        async with store.aggregation(first, 0) as aggregation:
            await aggregation.ruleset()
    with pytest.raises(Fenced):
        async with store.aggregation(first, 0) as aggregation:
            await aggregation.save({}, {"x": 1}, {}, Position("f", 0, 1))
    assert await store.cells(first, "") == {}


async def test_subjects_are_listed_once_page_by_page(store: Store) -> None:
    await store.project([document(n, subjects=(f"s{n % 7}", f"t{n % 3}")) for n in range(40)])
    listed: list[str] = []
    after = ""
    while page := await store.subjects(after, 3):
        assert len(page) <= 3
        listed += page
        after = page[-1]
    assert sorted(listed) == sorted([f"s{n}" for n in range(7)] + [f"t{n}" for n in range(3)])

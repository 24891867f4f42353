"""Two processes on one database, in whatever order their commands arrive."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any

import pytest

from consumers.retry import patiently
from lrs.adapters.mongo import MongoStore, references
from lrs.adapters.mongo.insertion import insert_absent
from schemas.document import Document
from schemas.errors import Fenced, StoreError, Unavailable
from schemas.record import Position
from schemas.ruleset import Ruleset
from tests.adapters.making import document
from tests.adapters.model import Model
from tests.adapters.mongo_database import Fresh, fresh
from tests.adapters.test_erasures_contract import erase, found_by, whole
from tests.adapters.test_references_contract import check, draw
from tests.consumers.factories import group, number, said
from tests.consumers.watched import Crash


@pytest.fixture
async def home(mongo_url: str) -> AsyncIterator[Fresh]:
    async with fresh(mongo_url) as home:
        yield home


async def in_parts(store: MongoStore, documents: Sequence[Document], size: int) -> list[tuple[str, bool]]:
    """Project so many at a time; for each its id, and whether it was stored by this."""
    said = []
    for at in range(0, len(documents), size):
        part = documents[at : at + size]
        projection = await store.project(part)
        said += [(d.id, e is None) for d, e in zip(part, projection.existing, strict=True)]
    return said


@pytest.mark.parametrize("seed", range(6))
async def test_all_is_linked_and_marked_whoever_brings_it(home: Fresh, seed: int) -> None:
    """A zombie and its successor project the same records, each in an order and in parts of its own."""
    generator = random.Random(seed)
    stores = [await home.open() for _ in range(3)]
    model = Model()
    documents = draw(generator, 40)
    model.project(documents)
    orders = [generator.sample(documents, len(documents)) for _ in stores]
    said = await asyncio.gather(
        *(
            in_parts(store, order, generator.randrange(1, 9))
            for store, order in zip(stores, orders, strict=True)
        )
    )
    assert Counter(name for each in said for name, new in each if new) == Counter(d.id for d in documents)
    for store in stores:
        await check(store, model, generator)


@pytest.mark.parametrize("seed", range(3))
async def test_a_void_and_its_target_meet_at_any_moment(home: Fresh, seed: int) -> None:
    stores = [await home.open(), await home.open()]
    for round_ in range(40):
        target, void = document(2 * round_), document(2 * round_ + 1, voids=2 * round_)
        projections = await asyncio.gather(stores[0].project([target]), stores[1].project([void]))
        told = {it.id for projection in projections for it in projection.voided}
        assert told == {target.id}, "whoever looks last tells"
        assert (await stores[seed % 2].find([target.id]))[target.id].voided


async def test_a_chain_closes_in_the_middle_from_both_sides(home: Fresh) -> None:
    stores = [await home.open() for _ in range(4)]
    for round_ in range(15):
        first = 10 * round_
        term = bytes([round_]) * 16
        links = [document(first, terms=[term])]
        links += [document(first + at, refers_to=first + at - 1) for at in range(1, 4)]
        await asyncio.gather(*(store.project([link]) for store, link in zip(stores, links, strict=True)))
        assert await home.raw["references"].count_documents({"terms": term}) == 3


async def test_one_of_two_that_begin_at_once_fills(home: Fresh) -> None:
    stores = [await home.open(), await home.open()]
    for _ in range(8):
        begun = await asyncio.gather(
            *(store.begin_filling(Ruleset(), {}, {}) for store in stores), return_exceptions=True
        )
        numbers = [it for it in begun if isinstance(it, int)]
        assert numbers and all(isinstance(it, int | Unavailable) for it in begun)
        (filling,) = [state.number for state in await stores[0].rulesets() if state.stage == "filling"]
        assert filling == max(numbers)


async def test_of_two_switches_at_once_one_lives(home: Fresh) -> None:
    stores = [await home.open(), await home.open()]
    for _ in range(5):
        number = await stores[0].begin_filling(Ruleset(), {}, {})
        outcomes = await asyncio.gather(*(it.switch(number) for it in stores), return_exceptions=True)
        assert outcomes.count(None) == 1
        assert all(it is None or isinstance(it, Fenced | Unavailable) for it in outcomes)
        stages = Counter(state.stage for state in await stores[1].rulesets())
        assert stages["living"] == 1 and stages["filling"] == 0


async def left(home: Fresh) -> dict[str, int]:
    names = ("aggregate_positions", "learners", "cells", "examples", "dropped")
    return {name: count for name in names if (count := await home.count(name))}


STARTS = {0: Position("facts", 0, 4)}


@pytest.mark.parametrize("partition", [0, 1], ids=["with a position", "without one"])
@pytest.mark.parametrize("asked", [True, False])
async def test_a_straggler_of_a_dropped_ruleset_writes_nothing(
    home: Fresh, partition: int, asked: bool
) -> None:
    ours, other = await home.open(), await home.open()
    number = await other.begin_filling(Ruleset(), {}, STARTS)
    with pytest.raises((Fenced, Unavailable)):
        async with ours.aggregation(number, partition) as aggregation:
            if asked:
                await aggregation.ruleset()
            await other.drop_ruleset(number)
            await aggregation.save({"a": b"A"}, {"x": 1}, {("one", "r"): ["i"]}, None)
    assert await left(home) == {}


@pytest.mark.parametrize("partition", [0, 1], ids=["with a position", "without one"])
async def test_a_drop_waits_for_what_is_being_written(home: Fresh, partition: int) -> None:
    ours, other = await home.open(), await home.open()
    number = await other.begin_filling(Ruleset(), {}, STARTS)
    dropping: asyncio.Task[None]
    async with ours.aggregation(number, partition) as aggregation:
        await aggregation.save({"a": b"A"}, {"x": 1}, {("one", "r"): ["i"]}, None)
        dropping = asyncio.create_task(patiently(lambda: other.drop_ruleset(number), asyncio.Event()))
        await asyncio.sleep(0.2)
        assert not dropping.done()
    await dropping
    assert await left(home) == {}


async def test_a_dropped_ruleset_leaves_nothing_whoever_is_at_work(home: Fresh) -> None:
    stores = [await home.open() for _ in range(3)]

    async def work(store: MongoStore, number: int, partition: int) -> None:
        try:
            while True:
                try:
                    async with store.aggregation(number, partition) as aggregation:
                        await aggregation.save({"a": b"A"}, {f"{n}": 1 for n in range(20)}, {}, None)
                except Unavailable:
                    continue
        except Fenced:
            pass

    for round_ in range(4):
        number = await stores[0].begin_filling(Ruleset(), {}, STARTS)
        working = [asyncio.create_task(work(store, number, at)) for store in stores[1:] for at in (0, 1)]
        await asyncio.sleep(0.05 * round_)
        await patiently(lambda number=number: stores[0].drop_ruleset(number), asyncio.Event())  # type: ignore[misc]
        await asyncio.gather(*working)
        assert await left(home) == {}


async def test_a_straggler_of_a_switch_ends_as_if_before_it_or_not_at_all(home: Fresh) -> None:
    ours, other = await home.open(), await home.open()
    first = await other.begin_filling(Ruleset(), {}, STARTS)
    await other.switch(first)
    second = await other.begin_filling(Ruleset(), {}, STARTS)
    ended = True
    try:
        async with ours.aggregation(first, 0) as aggregation:
            assert (await aggregation.ruleset()).stage == "living"
            await other.switch(second)
            await aggregation.save({}, {"x": 1}, {}, Position("facts", 0, 5))
    except StoreError:
        ended = False
    at = (await other.aggregate_positions(first))[0].offset
    assert (at, await other.cells(first, "")) == ((5, {"x": 1}) if ended else (4, {}))
    assert await other.cells(second, "") == {} and await other.aggregate_positions(second) == STARTS
    with pytest.raises(Fenced):
        async with ours.aggregation(first, 0) as aggregation:
            await aggregation.save({}, {"x": 1}, {}, Position("facts", 0, 6))


async def test_cells_are_of_one_moment(home: Fresh) -> None:
    """What is written in one transaction is seen whole, whatever the prefixes."""
    ours, other = await home.open(), await home.open()
    number = await ours.begin_filling(Ruleset(), {}, STARTS)
    keys = [f"{letter}/{n}" for letter in "ab" for n in range(30)]
    done = asyncio.Event()

    async def write() -> None:
        for _ in range(15):
            async with ours.aggregation(number, 0) as aggregation:
                await aggregation.save({}, dict.fromkeys(keys, 1), {}, None)
        done.set()

    writing = asyncio.create_task(write())
    looks = 0
    while not done.is_set():
        cells = await other.cells(number, "b/", "a/")
        assert len(set(cells.values())) <= 1 and len(cells) in {0, len(keys)}
        looks += 1
    await writing
    assert looks > 3


REFERENCE = {"object": {"objectType": "StatementRef", "id": number(1)}}


@pytest.mark.parametrize("dies", [False, True])
async def test_a_reference_is_made_while_its_target_is_erased(
    home: Fresh, monkeypatch: pytest.MonkeyPatch, dies: bool
) -> None:
    """Between the look at the target and the reference; also where its maker dies and another repeats."""
    store, other = await home.open(), await home.open()
    await store.project([whole(1, said(1, at=None))])
    referring = whole(2, said(2, learner="chi", at=None) | REFERENCE)
    look_again = references._look_again

    async def erased_before(collection: Any, rows: Sequence[dict[str, Any]]) -> list[int]:
        await erase(other, "an")
        return await insert_absent(collection, rows)

    async def died(*args: Any) -> None:
        if dies:
            raise Crash
        await look_again(*args)

    with monkeypatch.context() as patched:
        patched.setattr(references, "insert_absent", erased_before)
        patched.setattr(references, "_look_again", died)
        with suppress(Crash):
            await store.project([referring])
    assert await home.raw["references"].count_documents({}) == 1
    if dies:
        await store.project([referring])
    assert await found_by(store, "an") == 0
    assert await found_by(store, "chi") == 1


async def test_two_are_erased_while_a_reference_is_made(home: Fresh, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one between the look at the reference and its change."""
    store, other = await home.open(), await home.open()
    await store.project([whole(1, said(1, actor=group("an", "chi", "binh"), at=None))])
    below = references._below
    erased: list[str] = []

    async def erased_before(collection: Any, rows: Sequence[dict[str, Any]]) -> list[int]:
        erased.append("an")
        await erase(other, "an")
        return await insert_absent(collection, rows)

    async def erased_after(*args: Any) -> Any:
        found = await below(*args)
        if erased == ["an"]:
            erased.append("chi")
            await erase(other, "chi")
        return found

    monkeypatch.setattr(references, "insert_absent", erased_before)
    monkeypatch.setattr(references, "_below", erased_after)
    await store.project([whole(2, said(2, learner="dung", at=None) | REFERENCE)])
    assert erased == ["an", "chi"]
    for learner, count in (("an", 0), ("chi", 0), ("binh", 2)):
        assert await found_by(store, learner) == count

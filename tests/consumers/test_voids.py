"""Voids, whatever meets in whatever order (G6, G7, G10)."""

from __future__ import annotations

from contextlib import suppress
from itertools import permutations

import pytest

from consumers.aggregator import Aggregator
from consumers.projector import Projector
from schemas.fact import partition_of, source
from schemas.record import FACTS, STATEMENTS
from tests.consumers.conftest import MakeWorld
from tests.consumers.factories import fact, group, number, said, subject, void
from tests.consumers.watched import Crash, CrashAt, Once, watched_log, watched_store
from tests.consumers.world import PROFILE, World

LEARNING = (said(1, "registered", unit="vn-2004/49/20335"), said(2, topic=1), said(3, topic=2))


async def total(world: World, measure: str, line: str = "vn-2025/48") -> int:
    return (await world.figures(f"g|{line}|*|total|{measure}")).get(f"g|{line}|*|total|{measure}", 0)


async def is_right(world: World, *void_any: str) -> None:
    assert not await world.wrong(void_any)
    assert not await world.unbalanced()


@pytest.mark.parametrize("aggregating", ["each time", "at the end"])
@pytest.mark.parametrize("partition", [0, 1, 3])
@pytest.mark.parametrize("when", ["before", "after", "same batch, before", "same batch, after"])
async def test_a_void_takes_its_target_out_whenever_it_comes(
    world: World, when: str, partition: int, aggregating: str
) -> None:
    batches = {
        "before": [[void(9, 2)], [*LEARNING]],
        "after": [[*LEARNING], [void(9, 2)]],
        "same batch, before": [[void(9, 2), *LEARNING]],
        "same batch, after": [[*LEARNING, void(9, 2)]],
    }[when]
    for batch in batches:
        lies = partition if any(it["id"] == number(9) for it in batch) else 1
        await world.post(*batch, partition=lies)
        await world.project()
        if aggregating == "each time":
            await world.aggregate()
    await world.aggregate()
    assert (await world.store.find([number(2)]))[number(2)].voided
    assert (await world.figures())["p|onetouch|voided"] == 1
    assert await total(world, "statements") == 1
    assert await total(world, "registered") == 1
    assert await total(world, "trained") == 1
    await is_right(world)


@pytest.mark.parametrize("order", list(permutations(range(4))))
async def test_a_voided_registration_in_any_order(make_world: MakeWorld, order: tuple[int, ...]) -> None:
    world = await make_world()
    statements = (*LEARNING, void(9, 1))
    for partition, index in enumerate(order):
        await world.post(statements[index], partition=partition)
    await world.settle()
    assert await total(world, "registered", "vn-2025/not-stated") == 1
    assert await total(world, "registered-inferred", "vn-2025/not-stated") == 1
    await is_right(world)


async def test_everybody_of_a_voided_class_is_taken_out(world: World) -> None:
    await world.post(
        said(1, "attended", actor=group("an", "binh", "chi"), unit="vn-2025/48", topic=1),
        said(2, "attended", "chi", unit="vn-2025/48", topic=1),
    )
    await world.settle()
    assert await total(world, "active") == 3
    await world.post(void(9, 1), partition=2)
    await world.settle()
    assert await total(world, "active") == 1
    assert await total(world, "statements") == 2
    await is_right(world)


async def test_a_void_of_another_platform_is_counted_and_ignored(world: World) -> None:
    await world.post(void(8, 2), platform="moodle", partition=2)
    await world.post(*LEARNING, partition=1)
    await world.post(void(9, 2), platform="quang-binh", partition=3)
    await world.settle()
    assert not (await world.store.find([number(2)]))[number(2)].voided
    assert await world.store.ignored_voids() == {"moodle": 1, "quang-binh": 1}
    assert await total(world, "trained") == 1
    await is_right(world)


@pytest.mark.parametrize("before", [True, False])
async def test_with_scope_all_it_works_on_any_platforms_statement(world: World, before: bool) -> None:
    for it in (0, 1) if before else (1, 0):
        if it:
            await world.post(*LEARNING, partition=1)
        else:
            await world.post(void(9, 2), void(8, 3), platform="moodle", voids_any=True)
        await world.settle()
    assert await total(world, "trained") == 0
    await is_right(world, "moodle")


@pytest.mark.parametrize("voids_any", [True, False])
async def test_a_void_of_a_void_is_ignored(world: World, voids_any: bool) -> None:
    await world.post(void(10, 9), voids_any=voids_any)
    await world.post(*LEARNING, void(9, 2), partition=1)
    await world.post(void(11, 9), void(12, 12), voids_any=voids_any, partition=2)
    await world.settle()
    assert (await world.store.find([number(2)]))[number(2)].voided
    assert not (await world.store.find([number(9)]))[number(9)].voided
    assert await world.store.ignored_voids() == {"onetouch": 3}
    await is_right(world)


async def test_a_void_that_is_repeated_or_lost_a_conflict(world: World) -> None:
    await world.post(*LEARNING, void(9, 2), void(9, 2), void(10, 2))
    await world.post(void(9, 3), void(9, 2), partition=2)
    await world.settle()
    assert not (await world.store.find([number(3)]))[number(3)].voided
    assert (await world.figures())["p|onetouch|voided"] == 1
    await is_right(world)


async def test_the_void_of_a_statement_that_lost_a_conflict_hits_who_won(world: World) -> None:
    await world.post(said(2, "passed", unit="vn-2025/48"), partition=0)
    await world.post(said(2, learner="binh"), void(9, 2), partition=1)
    await world.settle()
    assert await total(world, "trained") == 0
    await is_right(world)


@pytest.mark.parametrize("dies", [False, True])
async def test_the_voided_fact_before_the_fact_of_its_statement(world: World, dies: bool) -> None:
    """Another projector finds the statement stored by one that has not appended its facts yet; which then
    appends them, or dies and begins again.
    """

    async def other() -> None:
        await world.post(void(9, 1), partition=1)
        (voiding,) = await world.records(STATEMENTS, 1)
        beginning = await world.beginning(STATEMENTS, 1)
        await Projector(world.log, world.store, PROFILE).handle([voiding], beginning)
        assert [it.kind for it in await world.facts() if it.subject == subject("an")] == ["voided"]
        await world.aggregate()
        if dies:
            raise Crash

    await world.post(said(1, unit="vn-2025/48"), said(2, topic=1), partition=2)
    store = watched_store(world.store, Once("after project", other))
    with suppress(Crash):
        await Projector(world.log, store, PROFILE).handle(
            await world.records(STATEMENTS, 2), await world.beginning(STATEMENTS, 2)
        )
    await world.settle()
    told = ["voided", "statement", "statement", *(["voided"] if dies else [])]
    assert [it.kind for it in await world.facts() if it.subject == subject("an")] == told
    await is_right(world)


@pytest.mark.parametrize("copies", [1, 3])
async def test_voided_facts_repeated_anywhere_change_nothing(world: World, copies: int) -> None:
    await world.post(*LEARNING, void(9, 2))
    await world.settle()
    before = await world.figures()
    told = fact(
        1,
        kind="voided",
        statement=number(2),
        source=source(await world.log.log_id(STATEMENTS), 0),
        learner=subject("an"),
    )
    partition = partition_of(subject("an"), 4)
    await world.append_facts(partition, *[told.encode()] * copies)
    await world.aggregate()
    assert await world.figures() == before
    await world.post(said(4, "passed", topic=3))
    await world.project()
    await world.append_facts(partition, *[told.encode()] * copies)
    await world.aggregate()
    await is_right(world)


async def test_a_crash_at_any_call_of_either_consumer(world: World) -> None:
    round_, call = 0, 1
    while call:
        first, name = round_ * 10, f"learner-{round_}"
        await world.post(void(first + 9, first + 1), said(first + 1, learner=name, unit="vn-2025/48"))
        await world.post(void(first + 8, first + 2), partition=1)
        await world.post(said(first + 2, "passed", name), said(first + 3, learner=name), partition=2)
        crash = CrashAt(call)
        log, store = watched_log(world.log, crash), watched_store(world.store, crash)
        try:
            await world.consume(Projector(log, store, PROFILE))
            await world.consume(Aggregator(log, store, PROFILE))
        except Crash:
            await world.settle()
        call = call + 1 if crash.calls >= call else 0
        round_ += 1
    assert round_ > 45, "a crash was tried at every call, and one round had none"
    assert sum((await world.log.ends(FACTS)).values()) > 7 * round_, "some facts were appended twice"
    await is_right(world)

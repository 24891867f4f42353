"""A rebuild while the projector is behind, one that is given up, and two at once (G9)."""

from __future__ import annotations

import asyncio

import pytest

from consumers.projector import Projector
from schemas.errors import Fenced
from schemas.record import FACTS
from tests.consumers.rebuilding import learn, meanwhile, stages
from tests.consumers.watched import Crash, CrashAt, Once, watched_log, watched_store
from tests.consumers.world import PROFILE, World


@pytest.mark.parametrize("behind", ["nothing projected", "half projected", "not aggregated"])
async def test_the_projector_is_behind(world: World, behind: str) -> None:
    await learn(world, 1, 60)
    if behind != "nothing projected":
        await world.project()
    if behind == "half projected":
        await world.aggregate()
        await learn(world, 100, 60, seed=1)
    await world.rebuild()
    await world.settle()
    assert not await world.wrong()
    assert not await world.unbalanced()


async def test_it_waits_for_a_projector_that_comes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that it need not read all facts again: the new number begins at their end."""
    monkeypatch.setattr("consumers.rebuild.PATIENCE", 30.0)
    await learn(world, 1, 60)
    await world.project()
    await world.aggregate()
    facts = await world.log.ends(FACTS)
    await world.tick()
    rebuilding = asyncio.create_task(world.rebuild())
    await asyncio.sleep(0.3)
    assert not rebuilding.done()
    await world.project()
    number = await rebuilding
    positions = await world.store.aggregate_positions(number)
    assert {partition: at.offset for partition, at in positions.items()} == facts
    assert not await world.wrong()


async def test_a_projector_that_has_appended_its_facts_and_not_moved_yet(world: World) -> None:
    """Those facts lie before the facts' end and concern statements after the floor: nobody appends them
    again.
    """
    await learn(world, 1, 60)

    async def rebuilding() -> None:
        await world.rebuild()

    store = watched_store(world.store, Once("before move", rebuilding))
    await world.consume(Projector(world.log, store, PROFILE))
    await world.aggregate()
    assert not await world.wrong()
    assert not await world.unbalanced()


async def test_it_waits_for_a_projector_that_is_only_slow(world: World) -> None:
    await learn(world, 1, 60)

    async def soon() -> None:
        await asyncio.sleep(0.15)
        await world.project()

    task = asyncio.create_task(soon())
    await world.rebuild()
    await task
    await world.aggregate()
    assert not await world.wrong()


async def test_an_abandoned_filling_leaves_no_trace(world: World) -> None:
    await learn(world, 1, 60)
    await world.settle()
    before = await world.figures()
    call, crashed = 1, True
    while crashed:
        crash = CrashAt(call)
        store = watched_store(world.store, crash)
        try:
            await World(watched_log(world.log, crash), store, world.ids).rebuild()
            crashed = False
        except Crash:
            await learn(world, 1000 * call, 3, seed=call)
            await world.settle()
            assert not await world.wrong(), call
        call += 5
    assert call > 30
    assert await world.figures() != before
    assert not await world.wrong()
    assert (await stages(world)).count("living") == 1
    assert "filling" not in await stages(world)


@pytest.mark.parametrize("when", ["before subjects", "before aggregation", "before aggregation.save"])
async def test_of_two_the_later_wins_and_the_other_is_fenced(world: World, when: str) -> None:
    await learn(world, 1, 60)
    await world.settle()
    later: list[asyncio.Task[int]] = []

    async def other() -> None:
        later.append(asyncio.create_task(world.rebuild()))
        if "aggregation." not in when:
            await later[0]

    with pytest.raises(Fenced):
        await meanwhile(world, when, other).rebuild()
    number = await later[0]
    assert (await world.store.living()).number == number
    assert not await world.wrong()
    assert await stages(world) in (["retired", "living"], ["living"])


async def test_a_filled_one_is_not_switched_to_twice(world: World) -> None:
    number = await world.rebuild()
    with pytest.raises(Fenced):
        await world.store.switch(number)

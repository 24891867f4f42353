"""Rebuilds that meet registrations, other rebuilds and their end at the worst moment (G9, G10)."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from consumers.rebuild import rebuild
from consumers.retry import Stopped
from lrs.registry import register
from schemas.errors import Fenced
from schemas.registration import Registration
from tests.consumers.factories import said
from tests.consumers.rebuilding import learn, meanwhile, stages
from tests.consumers.watched import Once, watched_store
from tests.consumers.world import PROFILE, World

LATE = Registration(name="late", provinces=frozenset({"vn-2025/68"}), unit="vn-2025/68")


async def test_a_platform_registered_just_before_filling_begins_is_kept(world: World) -> None:
    async def newcomer() -> None:
        await register(world.store, LATE)

    await meanwhile(world, "before begin_filling", newcomer).rebuild()
    assert "late" in (await world.store.living()).platforms


async def test_a_platform_registered_across_the_switch_is_kept(world: World) -> None:
    extended, switched = asyncio.Event(), asyncio.Event()
    tasks: list[asyncio.Task[object]] = []

    async def hold() -> None:
        extended.set()
        await switched.wait()

    async def newcomer() -> None:
        store = watched_store(world.store, Once("after extend", hold))
        tasks.append(asyncio.create_task(register(store, LATE)))
        await extended.wait()

    await meanwhile(world, "before switch", newcomer).rebuild()
    switched.set()
    await asyncio.gather(*tasks)
    assert "late" in (await world.store.living()).platforms


@pytest.mark.parametrize(
    "when", ["after begin_filling", "before aggregate_positions", "after aggregate_positions"]
)
async def test_one_that_was_overtaken_is_fenced(world: World, when: str) -> None:
    await learn(world, 1, 60)
    await world.settle()

    async def other() -> None:
        await world.rebuild()
        await world.post(
            said(900, "passed", "learner-3", topic=1), *(said(901 + n, learner=f"l{n}") for n in range(9))
        )
        await world.settle()

    with pytest.raises(Fenced):
        await meanwhile(world, when, other).rebuild()
    assert not await world.wrong()


async def test_one_that_is_stopped_does_not_switch(world: World) -> None:
    await learn(world, 1, 60)
    await world.settle()
    stop = asyncio.Event()

    async def then() -> None:
        await learn(world, 100, 60, seed=1)
        await world.settle()
        stop.set()

    watched = meanwhile(world, "before subjects", then)
    with suppress(Stopped):
        await rebuild(watched.log, watched.store, await world.rules(), PROFILE, lambda *_: None, stop)
    assert not await world.wrong()


async def test_rules_that_are_a_change_of_former_ones_take_back_no_other_change(world: World) -> None:
    await learn(world, 1, 20)
    await world.settle()
    former = await world.store.living()
    number = await world.rebuild()
    with pytest.raises(Fenced, match="changed meanwhile"):
        await rebuild(world.log, world.store, former, PROFILE, lambda *_: None, based_on=former.number)
    assert await stages(world) == ["living"]
    living = await world.store.living()
    assert living.number == number
    await rebuild(world.log, world.store, living, PROFILE, lambda *_: None, based_on=living.number)
    assert (await world.store.living()).number > number


async def test_a_change_that_comes_just_before_filling_begins_is_not_taken_back(world: World) -> None:
    former = await world.store.living()

    async def other() -> None:
        await world.rebuild()

    watched = meanwhile(world, "before begin_filling", other)
    with pytest.raises(Fenced, match="changed meanwhile"):
        await rebuild(watched.log, watched.store, former, PROFILE, lambda *_: None, based_on=former.number)
    assert await stages(world) == ["retired", "living"]
    assert (await world.store.living()).number > former.number

"""The trimmer: the log forgets what is old and was passed by every consumer, and nothing else."""

from __future__ import annotations

import time

import pytest

from consumers.trimmer import Trimmed, trim
from schemas.errors import OutsideLog, WrongLog
from schemas.ports import PROJECTOR
from schemas.record import FACTS, STATEMENTS, Position
from tests.consumers.factories import said
from tests.consumers.world import World

LATER = int(time.time() * 1000) + 3_600_000
"""A millisecond before which everything was appended."""


async def _forget(world: World, before: int = LATER, *, dry: bool = False) -> dict[str, int]:
    return {it.topic: it.records for it in await trim(world.log, world.store, before, dry=dry)}


async def _lost(world: World, topic: str) -> int:
    return sum((await world.log.beginnings(topic)).values())


async def test_what_no_consumer_has_passed_is_kept(world: World) -> None:
    await world.post(*(said(n) for n in range(5)))
    assert await _forget(world) == {STATEMENTS: 0, FACTS: 0}
    await world.project()
    assert await _forget(world) == {STATEMENTS: 5, FACTS: 0}
    await world.aggregate()
    assert await _forget(world) == {STATEMENTS: 0, FACTS: 5}
    assert (await _lost(world, STATEMENTS), await _lost(world, FACTS)) == (5, 5)


async def test_what_is_young_is_kept(world: World) -> None:
    await world.post(*(said(n) for n in range(5)))
    await world.settle()
    assert await _forget(world, int(time.time() * 1000) - 60_000) == {STATEMENTS: 0, FACTS: 0}


async def test_a_dry_run_says_the_same_and_forgets_nothing(world: World) -> None:
    await world.post(said(1), said(2))
    await world.settle()
    said_dry = await trim(world.log, world.store, LATER, dry=True)
    assert said_dry[0] == Trimmed(STATEMENTS, 2, {0: 2})
    assert (await _lost(world, STATEMENTS), await _lost(world, FACTS)) == (0, 0)
    assert await trim(world.log, world.store, LATER) == said_dry


async def test_everything_goes_on_after_it_and_a_rebuild_gives_the_same(world: World) -> None:
    await world.post(*(said(n) for n in range(20)))
    await world.settle()
    await _forget(world)
    await world.post(*(said(n) for n in range(15, 30)))
    await world.settle()
    before = await world.figures()
    assert not await world.wrong()
    await _forget(world)
    await world.rebuild()
    assert await world.figures() == before
    await world.post(*(said(n) for n in range(30, 40)))
    await world.settle()
    assert not await world.wrong()


async def test_a_ruleset_that_is_being_filled_is_a_consumer(world: World) -> None:
    await world.post(said(1))
    await world.settle()
    facts = await world.log.log_id(FACTS)
    begun = {it: Position(facts, it, 0) for it in await world.log.partitions(FACTS)}
    await world.store.begin_filling(await world.rules(), {}, begun)
    assert (await _forget(world))[FACTS] == 0


async def test_positions_of_another_log_trim_nothing(world: World) -> None:
    await world.post(said(1))
    await world.store.move(PROJECTOR, None, Position("another", 0, 1), {})
    with pytest.raises(WrongLog, match="another"):
        await _forget(world)
    assert await _lost(world, STATEMENTS) == 0


async def test_a_consumer_that_was_trimmed_away_says_so(world: World) -> None:
    await world.post(said(1))
    await world.post(said(2))
    await world.log.trim(STATEMENTS, {0: 1})
    with pytest.raises(OutsideLog, match="keeps 1 to 2"):
        await world.project()

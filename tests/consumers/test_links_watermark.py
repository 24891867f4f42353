"""G12: what a fact makes its reader tell a person is in the figures before the watermark says so."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from consumers.aggregator import Aggregator
from consumers.projector import Projector
from lrs.reports.watermark import through
from schemas.fact import partition_of
from schemas.link import pseudonym
from schemas.record import FACTS, STATEMENTS
from tests.consumers.factories import said, subject
from tests.consumers.watched import Once, watched_log, watched_store
from tests.consumers.world import PERSON_SECRET, PROFILE, World


class Reading:
    """An aggregator whose partitions are read one at a time."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.aggregator = Aggregator(world.log, world.store, PROFILE)

    async def read(self, partition: int) -> None:
        """Read a partition to its present end."""
        world = self._world
        number = (await world.store.living()).number
        kept = (await world.store.aggregate_positions(number)).get(partition)
        at = kept or await world.beginning(FACTS, partition)
        if rest := (await world.records(FACTS, partition))[at.offset :]:
            await self.aggregator.handle(rest, at)


async def _project(world: World, partition: int) -> None:
    projector = Projector(world.log, world.store, PROFILE)
    kept = (await projector.positions()).get(partition)
    at = kept or await world.beginning(STATEMENTS, partition)
    await projector.handle((await world.records(STATEMENTS, partition))[at.offset :], at)


class Late(NamedTuple):
    """What is read, by whom, and a learner whose facts stand beside those of the person; `stored`: of the
    statement that was counted for nobody yet.
    """

    reading: Reading
    of_person: int
    of_late: int
    beside: str
    stored: int


async def told_late(world: World) -> Late:
    """A fact stands at the key of an account that is a person's by now, and the person was made anew without
    its statement, since the projector had not moved yet.
    """
    partitions = len(await world.log.partitions(FACTS))
    of_person = partition_of(pseudonym("p", PERSON_SECRET), partitions)
    names = [f"learner-{n}" for n in range(50)]
    beside = next(it for it in names if partition_of(subject(it), partitions) == of_person)
    late = next(it for it in names if partition_of(subject(it), partitions) != of_person)
    of_late = partition_of(subject(late), partitions)
    for partition in range(4):
        await world.tick(partition)
    await world.link("q", "somebody")
    await world.post(said(1, learner=beside))
    for _ in range(3):
        await world.settle()

    reading = Reading(world)
    await reading.aggregator.positions()
    appended = await world.post(said(2, learner=late), partition=2)

    async def linked() -> None:
        """Another projector, and whoever reads the person's partition, while one of `late` is held up."""
        await world.link("p", late, partition=1)
        await _project(world, 1)
        await reading.read(of_person)

    once = Once("before move", linked)
    held_up = Projector(watched_log(world.log, once), watched_store(world.store, once), PROFILE)
    at = (await held_up.positions())[2]
    await held_up.handle((await world.records(STATEMENTS, 2))[at.offset :], at)
    assert once.done
    return Late(reading, of_person, of_late, beside, appended.timestamp)


async def persons(world: World) -> int:
    return sum((await world.figures("g|vn-2025/not-stated|*|total|persons")).values())


async def test_what_is_through_counts_for_the_person_too(world: World) -> None:
    """The person's partition has got to where the facts ended before: it does not promise what it is yet to
    be told.
    """
    late = await told_late(world)
    living, claimed = (await world.store.living()).number, []
    for n in range(6):
        await world.post(said(10 + n, learner=late.beside))
        for partition in range(4):
            await world.tick(partition)
        await world.project()
        await late.reading.aggregator.sweep()
        for partition in (late.of_person, late.of_late, *await world.log.partitions(FACTS)):
            await late.reading.read(partition)
            if await through(world.store, world.log, living) > late.stored:
                claimed.append(await persons(world))
    assert claimed, "the watermark goes on"
    assert set(claimed) == {1}
    assert not await world.wrong()


async def test_what_is_told_while_the_watermark_is_read_is_not_claimed(world: World) -> None:
    late = await told_late(world)
    for partition in range(4):
        await world.tick(partition)
    await world.project()
    living = (await world.store.living()).number
    once = Once("after ends", partial(late.reading.read, late.of_late))
    before = await through(world.store, watched_log(world.log, once), living)
    assert once.done
    assert before < late.stored
    assert await persons(world) == 0
    await late.reading.read(late.of_person)
    assert await through(world.store, world.log, living) > late.stored
    assert await persons(world) == 1

"""What happens beside a rebuild: learning, consumers at work, and things that come at the wrong moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from random import Random

from consumers.aggregator import Aggregator
from consumers.projector import Projector
from consumers.runner import Runner
from tests.consumers.factories import (
    COURSE,
    EARNED,
    MOODLE,
    NARROW,
    ONE_TOUCH,
    confirmation,
    group,
    said,
    void,
)
from tests.consumers.watched import Once, watched_store
from tests.consumers.world import PROFILE, World


async def learn(world: World, first: int, count: int, seed: int = 0) -> None:
    """Statements of a dozen learners on three platforms, some of them voided, in every partition."""
    random = Random(seed)
    for n in range(first, first + count):
        learner = f"learner-{random.randrange(12)}"
        at = f"2025-0{random.randint(4, 9)}-{random.randint(1, 28):02d}T08:00:00+07:00"
        partition = random.randrange(4)
        match random.randrange(6):
            case 0:
                made, platform = said(n, "passed", learner, at=at, unit="vn-2025/44", topic=n % 9 + 1), NARROW
            case 1:
                made = said(n, "completed", learner, at=at, activity="https://moodle.example/1", kind=COURSE)
                platform = MOODLE
            case 2:
                made = said(
                    n, "attended", actor=group(learner, "learner-0"), at=at, topic=4, channel="online"
                )
                platform = MOODLE
            case 3:
                made = said(n, EARNED, learner, at=at, result=confirmation("confirmed"), groups=["cadres"])
                platform = ONE_TOUCH
            case 4:
                made, platform = void(n, random.randrange(first, n + 5)), random.choice((MOODLE, ONE_TOUCH))
            case _:
                made = said(n, "registered", learner, at=at, unit="vn-2004/49/20335")
                platform = ONE_TOUCH
        await world.post(made, platform=platform.name, partition=partition)


@asynccontextmanager
async def running(world: World) -> AsyncIterator[None]:
    """Both consumers running meanwhile; afterwards they have caught up."""
    stop = asyncio.Event()
    consumers = (Projector(world.log, world.store, PROFILE), Aggregator(world.log, world.store, PROFILE))
    tasks = [asyncio.create_task(Runner(world.log, it, stop).run()) for it in consumers]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks)
    await world.settle()


def meanwhile(world: World, name: str, then: Callable[[], Awaitable[None]]) -> World:
    """The world, in whose store something happens at the first call of this name."""
    return World(world.log, watched_store(world.store, Once(name, then)), world.ids)


async def more(world: World) -> None:
    """Statements of learners old and new, and voids of some that were there before."""
    await learn(world, 100, 60, seed=1)
    await world.post(void(300, 3), void(301, 110), void(302, 301), partition=2)


async def stages(world: World) -> list[str]:
    return [it.stage for it in await world.store.rulesets()]

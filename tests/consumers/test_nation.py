"""A nation's statements through the whole pipeline, with every kind of disorder: the figures are those of a
recount (G1, G2, G6, G7, G9).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from random import Random

import pytest

from consumers.aggregator import Aggregator
from consumers.projector import Projector
from consumers.runner import Consumer, Runner
from lrs.simulate.delivery import statements
from lrs.simulate.nation import nation, registrations
from schemas.ports import EventLog, Store
from schemas.profile import Profile
from tests.consumers.conftest import MakeWorld
from tests.consumers.factories import Json
from tests.consumers.watched import Crash, CrashAt, Unreliable, watched_log, watched_store
from tests.consumers.world import PROFILE, World

LEARNERS = 80
SEEDS = range(3)

Posted = tuple[str, list[Json]]


@cache
def deliveries(seed: int) -> list[Posted]:
    """What platforms post, some of it again; about ten statements for each learner."""
    random = Random(seed)
    made: list[Posted] = []
    for delivery in nation(LEARNERS, seed):
        made.append((delivery.platform, statements(delivery)))
        if random.random() < 0.1:
            made.append(random.choice(made))
    return made


async def post(world: World, posted: list[Posted], random: Random) -> None:
    for platform, batch in posted:
        await world.post(*batch, platform=platform, partition=random.randrange(4))
        if random.random() < 0.1:
            await world.tick(random.randrange(4))
        if random.random() < 0.05:
            await asyncio.sleep(0)


async def to_the_end(
    world: World, make: Callable[[EventLog, Store, Profile], Consumer], trouble: Unreliable
) -> None:
    """Run a consumer until it has read everything, starting it again whenever it dies."""
    log, store = watched_log(world.log, trouble), watched_store(world.store, trouble)
    while True:
        consumer = make(log, store, PROFILE)
        try:
            await Runner(log, consumer, asyncio.Event()).catch_up()
        except Crash:
            continue
        return


async def survive(world: World, trouble: Unreliable) -> None:
    """Two of each consumer at once, until all is read; each is a zombie to the other."""
    for make in (Projector, Aggregator):
        await asyncio.gather(*(to_the_end(world, make, trouble) for _ in range(2)))


@pytest.fixture(autouse=True)
def small_and_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small batches make many meetings; nobody waits for an answer that is never far."""
    monkeypatch.setattr("consumers.runner.BATCH", 60)
    monkeypatch.setattr("consumers.rebuild.CHUNK", 50)
    monkeypatch.setattr("consumers.retry.FIRST", 0.0001)
    monkeypatch.setattr("consumers.retry.LONGEST", 0.001)
    logging.getLogger("consumers").setLevel(logging.ERROR)


@pytest.mark.parametrize("seed", SEEDS)
async def test_the_figures_survive_everything(make_world: MakeWorld, seed: int) -> None:
    random = Random(seed)
    world = await make_world(registrations())
    posted = random.sample(deliveries(seed), len(deliveries(seed)))
    trouble = Unreliable(random, crashes=0.015, failures=0.01)
    parts = sorted(random.sample(range(len(posted)), 3))
    for start, end in zip([0, *parts], [*parts, len(posted)], strict=True):
        pouring = asyncio.create_task(post(world, posted[start:end], random))
        await survive(world, trouble)
        await pouring
    await survive(world, trouble)
    await world.settle()
    assert trouble.crashes
    assert trouble.failures
    assert not await world.store.dead_letters(1)
    assert not await world.wrong()
    assert not await world.unbalanced()
    before = await world.figures()
    await rebuilt(world, random)
    assert await world.figures() == before
    assert not await world.wrong()


async def rebuilt(world: World, random: Random) -> None:
    """Rebuild, beginning again whenever it dies: early, later, and once more."""
    for most in (30, 300, 1000):
        crash = CrashAt(random.randint(1, most))
        with suppress(Crash):
            await World(watched_log(world.log, crash), watched_store(world.store, crash)).rebuild()
    await world.rebuild()


@pytest.mark.parametrize("seed", [100, 101])
async def test_a_rebuild_amid_everything(make_world: MakeWorld, seed: int) -> None:
    """Statements pour in, consumers run, and it is rebuilt three times meanwhile."""
    random = Random(seed)
    world = await make_world(registrations())
    posted = deliveries(seed)
    half = len(posted) // 2
    await post(world, posted[:half], random)
    await world.settle()
    stop = asyncio.Event()
    runners = [
        asyncio.create_task(Runner(world.log, make(world.log, world.store, PROFILE), stop).run())
        for make in (Projector, Aggregator, Aggregator)
    ]
    pouring = asyncio.create_task(post(world, posted[half:], random))
    for _ in range(3):
        await world.rebuild()
    await pouring
    stop.set()
    await asyncio.gather(*runners)
    await world.settle()
    assert not await world.store.dead_letters(1)
    assert not await world.wrong()
    assert not await world.unbalanced()


async def test_the_learners_who_come_out_are_those_who_went_in(make_world: MakeWorld) -> None:
    world = await make_world(registrations())
    await post(world, deliveries(7), Random(7))
    await world.settle()
    found = await world.figures("g|")
    for scheme in ("vn-2004", "vn-2025"):
        lines = {
            key.split("|")[1]: count for key, count in found.items() if key.endswith("|*|total|registered")
        }
        provinces = {line: n for line, n in lines.items() if line.startswith(scheme) and line.count("/") == 1}
        assert sum(provinces.values()) == LEARNERS
        for province, count in provinces.items():
            assert sum(n for line, n in lines.items() if line.startswith(f"{province}/")) == count

"""A rebuild gives the same numbers, beside the living ones and without stopping them (G9)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest

from consumers.rebuild import rebuild
from lrs.registry import register
from schemas.errors import Unavailable
from schemas.ports import Aggregation, Store
from schemas.registration import Registration
from schemas.ruleset import TrainedRule
from tests.consumers.factories import (
    MOODLE,
    NARROW,
    ONE_TOUCH,
    said,
)
from tests.consumers.rebuilding import learn, meanwhile, more, running, stages
from tests.consumers.world import PROFILE, World

LATE = Registration(name="late", provinces=frozenset({"vn-2025/68"}), unit="vn-2025/68")


async def test_the_figures_are_the_same(world: World) -> None:
    await learn(world, 1, 120)
    await world.settle()
    before = await world.figures()
    cells = await world.store.cells((await world.store.living()).number, "")
    number = await world.rebuild()
    assert await world.figures() == before
    assert await world.store.cells(number, "") == cells
    assert await stages(world) == ["retired", "living"]
    await learn(world, 200, 40, seed=1)
    await world.settle()
    assert not await world.wrong()
    assert not await world.unbalanced()
    await world.rebuild()
    assert await stages(world) == ["retired", "living"]
    assert not await world.wrong()


async def test_an_empty_store_is_rebuilt(world: World) -> None:
    await world.rebuild()
    assert not await world.figures()
    await learn(world, 1, 10)
    await world.settle()
    assert not await world.wrong()


@pytest.mark.parametrize("consuming", [True, False])
@pytest.mark.parametrize(
    "when",
    [
        "before rulesets",
        "after positions",
        "before begin_filling",
        "after begin_filling",
        "before subjects",
        "after aggregation",
        "before aggregate_positions",
        "before switch",
        "after switch",
    ],
)
async def test_statements_that_arrive_meanwhile_count_once(world: World, when: str, consuming: bool) -> None:
    await learn(world, 1, 60)
    await world.settle()

    async def arrive() -> None:
        if consuming:
            async with running(world):
                await more(world)
        else:
            await more(world)
            await world.project()

    await meanwhile(world, when, arrive).rebuild()
    await world.settle()
    assert not await world.wrong()
    assert not await world.unbalanced()


@pytest.mark.parametrize(
    "when",
    ["before aggregation.statements_of", "after aggregation.statements_of", "before aggregation.save"],
)
async def test_statements_projected_during_a_transaction_count_once(world: World, when: str) -> None:
    """Nobody else aggregates then; the projector is not held up."""
    await learn(world, 1, 60)
    await world.settle()

    async def arrive() -> None:
        await more(world)
        await world.project()

    await meanwhile(world, when, arrive).rebuild()
    await world.settle()
    assert not await world.wrong()
    assert not await world.unbalanced()


@pytest.mark.parametrize("seed", range(2))
async def test_consumers_at_work_and_statements_pouring_in(
    world: World, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("consumers.runner.BATCH", 7)
    monkeypatch.setattr("consumers.rebuild.CHUNK", 3)
    await learn(world, 1, 100, seed)
    async with running(world):

        async def pour() -> None:
            for part in range(1, 6):
                await learn(world, part * 1000, 25, seed + part)
                await asyncio.sleep(0.01)

        pouring = asyncio.create_task(pour())
        await world.rebuild()
        await world.rebuild()
        await pouring
    assert not await world.wrong()
    assert not await world.unbalanced()


async def test_changed_rules_make_what_they_would_have_made(world: World) -> None:
    await learn(world, 1, 150)
    await world.settle()
    before = await world.figures()
    changed = {
        "moodle": MOODLE.model_copy(
            update={"activities": {"https://moodle.example/*": "bdhvs:07"}, "groups": ("farmers",)}
        ),
        "quang-binh": NARROW.model_copy(update={"provinces": frozenset({"vn-2004/44"})}),
        "onetouch": ONE_TOUCH.model_copy(update={"confirms": False}),
    }
    await world.rebuild(platforms=changed)
    assert await world.figures() != before
    assert not await world.wrong()
    await learn(world, 500, 50, seed=1)
    await world.settle()
    assert not await world.wrong()
    await world.rebuild(platforms={it.name: it for it in (ONE_TOUCH, MOODLE, NARROW)})
    assert not await world.wrong()


async def test_another_rule_for_trained(world: World) -> None:
    await world.post(said(1, "passed", topic=1), said(2, "passed", topic=2), said(3, learner="binh", topic=1))
    await world.settle()
    assert (await world.figures())["g|vn-2025/not-stated|*|total|trained"] == 2
    await world.rebuild(trained=TrainedRule(topics=2, courses=None))
    assert (await world.figures())["g|vn-2025/not-stated|*|total|trained"] == 1


@pytest.mark.parametrize(
    "when", ["after begin_filling", "before subjects", "after aggregation", "before switch"]
)
async def test_a_platform_registered_while_filling_is_known_afterwards(world: World, when: str) -> None:
    await learn(world, 1, 40)
    await world.settle()

    async def newcomer() -> None:
        assert (await register(world.store, LATE)).outcome == "added"
        await world.post(said(500, "passed", topic=1), said(501, learner="learner-1"), platform="late")
        await world.settle()

    await meanwhile(world, when, newcomer).rebuild()
    await world.settle()
    assert "late" in (await world.store.living()).platforms
    assert (await world.figures())["p|late|counted"] == 2
    assert not await world.wrong()


async def test_progress_counts_every_learner(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consumers.rebuild.CHUNK", 2)
    await world.post(*(said(n, learner=f"learner-{n}") for n in range(7)))
    await world.settle()
    told: list[tuple[str, int]] = []
    rules = await world.rules()
    await rebuild(world.log, world.store, rules, PROFILE, lambda what, count: told.append((what, count)))
    assert sum(count for what, count in told if what == "learners") == 7


class _Untold:
    """A store whose first aggregation is committed, and nobody is told."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._told = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @asynccontextmanager
    async def aggregation(self, number: int, partition: int) -> AsyncIterator[Aggregation]:
        async with self._store.aggregation(number, partition) as transaction:
            yield transaction
        if not self._told:
            self._told = True
            raise Unavailable("whether it was committed is not known")


async def test_g2_a_commit_of_which_nobody_was_told_is_not_counted_twice(world: World) -> None:
    await learn(world, 1, 60)
    await world.settle()
    before = await world.figures()
    await World(world.log, cast(Store, _Untold(world.store)), world.ids).rebuild()
    assert await world.figures() == before
    assert not await world.wrong()

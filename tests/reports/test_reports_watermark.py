"""G12: the watermark never claims what nobody has aggregated."""

import pytest

from consumers.projector import Projector
from lrs.reports import basis
from lrs.reports.watermark import reached, through
from schemas.errors import Unavailable
from schemas.record import FACTS, NewRecord, Position
from tests.reports.conftest import World
from tests.reports.learning import RULES

LOG = "facts"


def position(offset: int, stored: int = 0, through: int = 0, log: str = LOG) -> Position:
    return Position(log, 0, offset, stored, through)


def mark(
    aggregated: dict[int, Position], ends: dict[int, int], beginnings: dict[int, int] | None = None
) -> int:
    projected = {0: position(9, 5000), 1: position(9, 4000)}
    return reached(projected, ends, aggregated, beginnings or dict.fromkeys(ends, 0), LOG)


def test_who_is_at_the_end_counts_through_the_least_of_the_projectors_positions() -> None:
    assert mark({0: position(7), 1: position(9)}, {0: 7, 1: 8}) == 4000


def test_who_is_behind_counts_through_what_it_promises() -> None:
    assert mark({0: position(6, through=1500), 1: position(8)}, {0: 7, 1: 8}) == 1500


def test_a_promise_beyond_the_projectors_own_is_not_believed() -> None:
    assert mark({0: position(6, through=9000)}, {0: 7}) == 4000


def test_a_partition_without_a_position_promises_nothing_unless_it_is_empty() -> None:
    assert mark({0: position(7)}, {0: 7, 1: 3}) == 0
    assert mark({0: position(7)}, {0: 7, 1: 3}, {0: 0, 1: 3}) == 4000


def test_a_position_of_another_log_cannot_be_compared_with_the_end() -> None:
    assert mark({0: position(70, through=1500, log="former")}, {0: 7}) == 1500


def test_a_partition_of_statements_that_was_never_projected_stops_it() -> None:
    ends = {0: 7}
    assert reached({0: position(9, 5000), 1: position(0)}, ends, {0: position(7)}, {0: 0}, LOG) == 0
    assert reached({}, ends, {0: position(7)}, {0: 0}, LOG) == 0


async def project(world: World, stored: int) -> None:
    for partition in range(4):
        known = (await world.store.positions(Projector.name)).get(partition)
        await world.store.move(Projector.name, known, Position("log", partition, 1, stored), {})


async def test_it_is_read_from_the_store_and_the_log(world: World) -> None:
    number = (await world.store.living()).number
    assert await through(world.store, world.log, number) == 0
    await project(world, 3000)
    assert await through(world.store, world.log, number) == 3000
    await world.log.append(FACTS, {2: [NewRecord(b"{}", key=b"an")]})
    assert await through(world.store, world.log, number) == 0
    await world.fill({}, partition=2, position=await world.facts_at(2, 1))
    assert await through(world.store, world.log, number) == 3000


async def test_the_figures_are_read_after_the_watermark(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []

    def noted(owner: object, name: str) -> None:
        method = getattr(owner, name)

        async def call(*values: object) -> object:
            order.append(name)
            return await method(*values)

        monkeypatch.setattr(owner, name, call)

    for name in ("living", "positions", "aggregate_positions", "cells"):
        noted(world.store, name)
    noted(world.log, "ends")
    await basis.read(world.store, world.log, ["g|vn-2025/48|*|total|"])
    assert order == ["living", "positions", "aggregate_positions", "ends", "cells"]


async def test_no_figures_of_rules_that_were_switched_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    living = await world.store.living()
    await world.live(RULES)

    async def former() -> object:
        return living

    monkeypatch.setattr(world.store, "living", former)
    with pytest.raises(Unavailable, match="switched"):
        await basis.read(world.store, world.log, [])

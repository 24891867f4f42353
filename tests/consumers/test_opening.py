"""Opening partitions: nobody appends where nobody would look, and the watermark never falls back (G5)."""

from __future__ import annotations

import pytest

from consumers.opening import begin_new_log, open_partitions
from lrs.adapters.sqlite import SqliteLog
from schemas.errors import WrongLog
from schemas.ports import PROJECTOR
from schemas.record import KIND, STATEMENTS, TICK, Position
from tests.consumers.factories import said
from tests.consumers.world import World


async def test_partitions_of_a_new_log_have_positions_at_once(world: World) -> None:
    assert await open_partitions(world.log, world.store) == [0, 1, 2, 3]
    log_id = await world.log.log_id(STATEMENTS)
    positions = await world.store.positions(PROJECTOR)
    assert positions == {it: Position(log_id, it, 0) for it in range(4)}
    assert await open_partitions(world.log, world.store) == []
    assert set((await world.log.ends(STATEMENTS)).values()) == {0}


async def test_a_partition_that_is_added_gets_a_tick_and_its_position_from_the_projector(
    world: World,
) -> None:
    log_id = await world.log.log_id(STATEMENTS)
    for partition in (0, 1, 2):
        await world.store.move(PROJECTOR, None, Position(log_id, partition, 0, 700), {})
    assert await open_partitions(world.log, world.store) == [3]
    assert 3 not in await world.store.positions(PROJECTOR)
    assert await open_partitions(world.log, world.store) == [3]
    (tick,) = await world.records(STATEMENTS, 3)
    assert tick.header(KIND) == TICK
    await world.project()
    assert (await world.store.positions(PROJECTOR))[3].stored == tick.timestamp > 700
    assert await open_partitions(world.log, world.store) == []


async def test_another_log_is_refused_until_the_former_is_given_up(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    await open_partitions(world.log, world.store)
    await world.post(said(1), said(2))
    await world.settle()
    before = await world.store.positions(PROJECTOR)
    other = await SqliteLog.open(tmp_path_factory.mktemp("other") / "log.db")
    try:
        with pytest.raises(WrongLog):
            await open_partitions(other, world.store)
        assert await begin_new_log(other, world.store) == 4
        assert await begin_new_log(other, world.store) == 0
        assert await open_partitions(other, world.store) == []
        now = await world.store.positions(PROJECTOR)
        log_id = await other.log_id(STATEMENTS)
        assert now == {it: Position(log_id, it, 0, at.stored) for it, at in before.items()}
    finally:
        await other.close()


async def test_a_new_log_must_have_the_partitions_of_the_lost_one(world: World) -> None:
    await world.store.move(PROJECTOR, None, Position("lost", 7, 3), {})
    with pytest.raises(WrongLog, match="partition 7"):
        await begin_new_log(world.log, world.store)

"""How far the projector is, as an endpoint knows it (G5, G13)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from consumers.opening import open_partitions
from lrs.adapters.sqlite.log import SqliteLog
from lrs.adapters.sqlite.store import SqliteStore
from lrs.endpoint.unprojected import Unprojected
from lrs.endpoint.watermarks import OLD, Watermarks
from schemas.ports import PROJECTOR
from schemas.record import KIND, STATEMENTS, TICK, Position
from tests.endpoint.making import at_ends, identifier, records


@pytest.fixture
async def watermarks(log: SqliteLog, store: SqliteStore) -> AsyncIterator[Watermarks]:
    await open_partitions(log, store)
    following = Watermarks(log, store, Unprojected(100))
    await following.start()
    yield following
    await following.close()


async def _project(log: SqliteLog, store: SqliteStore, stored: int) -> None:
    """As a projector that passes all that is in the log."""
    before = await store.positions(PROJECTOR)
    for partition, to in (await at_ends(log, stored)).items():
        if before.get(partition) != to:
            await store.move(PROJECTOR, before.get(partition), to, {})


async def test_g5_nothing_is_consistent_before_every_partition_was_projected(
    log: SqliteLog, store: SqliteStore, watermarks: Watermarks
) -> None:
    assert watermarks.consistent_through() == 0
    log_id = await log.log_id(STATEMENTS)
    await log.append(STATEMENTS, {0: records(1)})
    await store.move(PROJECTOR, Position(log_id, 0, 0), Position(log_id, 0, 1, 500), {})
    assert await watermarks.passed({0: 1}, 5)
    assert watermarks.consistent_through() == 0
    for partition in (1, 2, 3):
        begun = Position(log_id, partition, 0)
        await store.move(PROJECTOR, begun, begun._replace(stored=300 + partition), {})
    assert not await watermarks.passed({3: 1}, 0.5)
    assert watermarks.consistent_through() == 301


async def test_g13_a_read_waits_until_the_projector_has_passed(
    log: SqliteLog, store: SqliteStore, watermarks: Watermarks
) -> None:
    await log.append(STATEMENTS, {0: records(1, 2), 2: records(3)})
    assert await watermarks.passed({}, 0)
    waiting = asyncio.create_task(watermarks.passed({0: 2, 2: 1}, 5))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await _project(log, store, 1)
    began = time.monotonic()
    assert await waiting
    assert time.monotonic() - began < 2


async def test_g13_the_wait_is_bounded(watermarks: Watermarks) -> None:
    began = time.monotonic()
    assert not await watermarks.passed({0: 1}, 0.1)
    assert 0.05 < time.monotonic() - began < 2


async def test_g5_a_reader_of_an_idle_log_has_a_tick_appended_to_every_partition(
    log: SqliteLog, watermarks: Watermarks
) -> None:
    await watermarks.asked()
    await watermarks.asked()
    ends = await log.ends(STATEMENTS)
    assert set(ends.values()) == {1}
    for partition in ends:
        (tick,) = await log.read(STATEMENTS, partition, 0, 10)
        assert tick.header(KIND) == TICK


async def test_g5_a_fresh_watermark_needs_no_tick(
    log: SqliteLog, store: SqliteStore, watermarks: Watermarks
) -> None:
    now = time.time_ns() // 1_000_000
    await log.append(STATEMENTS, {it: records(it) for it in await log.partitions(STATEMENTS)})
    await _project(log, store, now)
    assert await watermarks.passed(dict.fromkeys(range(4), 1), 5)
    await watermarks.asked()
    assert time.time() - now / 1000 < OLD
    assert set((await log.ends(STATEMENTS)).values()) == {1}


async def test_g3_it_is_ready_once_what_was_appended_before_is_known(
    log: SqliteLog, store: SqliteStore
) -> None:
    await log.append(STATEMENTS, {0: records(*range(5))})
    unprojected = Unprojected(3)
    following = Watermarks(log, store, unprojected)
    await following.start()
    assert (following.answering, following.ready) == (True, False)
    await _project(log, store, 1)
    async with asyncio.timeout(5):
        while not following.ready:  # noqa: ASYNC110 - a poll is all that a test needs
            await asyncio.sleep(0.01)
    assert len(unprojected) == 0
    await following.close()


async def test_g3_ids_in_doubt_are_let_go_once_the_log_was_read(log: SqliteLog, store: SqliteStore) -> None:
    unprojected = Unprojected(100)
    following = Watermarks(log, store, unprojected)
    await following.start()
    assert following.ready
    await log.append(STATEMENTS, {0: records(1), 3: records(2)})
    assert unprojected.find([identifier(1), identifier(2)]) == {}
    await unprojected.claim([identifier(1), identifier(2)])
    following.doubt([identifier(1), identifier(2)])
    assert following.ready
    async with asyncio.timeout(5):
        await unprojected.claim([identifier(2)])
    assert unprojected.find([identifier(1), identifier(2)]) == {identifier(1): (0, 0), identifier(2): (3, 0)}
    await following.close()


async def test_g5_while_a_tick_is_on_its_way_there_is_no_other(
    log: SqliteLog, store: SqliteStore, watermarks: Watermarks
) -> None:
    for _ in range(4):
        await watermarks.asked()
        await asyncio.sleep(0.6)
    assert set((await log.ends(STATEMENTS)).values()) == {1}
    await _project(log, store, 1)
    assert await watermarks.passed(dict.fromkeys(range(4), 1), 5)
    await watermarks.asked(waiting=False)
    async with asyncio.timeout(5):
        while set((await log.ends(STATEMENTS)).values()) != {2}:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_what_was_projected_is_forgotten(log: SqliteLog, store: SqliteStore) -> None:
    unprojected = Unprojected(100)
    following = Watermarks(log, store, unprojected)
    await following.start()
    appended = (await log.append(STATEMENTS, {1: records(1, 2)}))[1]
    unprojected.appended([identifier(1), identifier(2)], 1, appended.first)
    following.stir()
    await _project(log, store, 1)
    assert await following.passed({1: 2}, 5)
    assert len(unprojected) == 0
    async with asyncio.timeout(10):
        await asyncio.sleep(0.05)
        await following.close()


async def test_it_stops_also_in_the_moment_in_which_it_was_stirred(
    log: SqliteLog, store: SqliteStore
) -> None:
    following = Watermarks(log, store, Unprojected(100))
    await following.start()
    await asyncio.sleep(0.01)
    following.stir()
    began = time.monotonic()
    async with asyncio.timeout(5):
        await following.close()
    assert time.monotonic() - began < 4

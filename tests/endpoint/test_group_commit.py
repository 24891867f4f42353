"""Group commit: one request is one append (G4), and requests that wait share one."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from lrs.adapters.sqlite.log import SqliteLog
from lrs.endpoint.commit import LARGEST_UNIT, GroupCommit
from schemas.errors import Unavailable
from schemas.record import STATEMENTS, NewRecord
from tests.endpoint.making import Gate, numbers_of, records


async def _commit(log: SqliteLog) -> GroupCommit:
    return GroupCommit(log, STATEMENTS, await log.partitions(STATEMENTS))


async def test_each_request_is_told_where_its_records_are(log: SqliteLog) -> None:
    commit = await _commit(log)
    given = [list(range(n * 10, n * 10 + n + 1)) for n in range(40)]
    places = await asyncio.gather(*(commit.append(records(*it)) for it in given))
    for numbers, (partition, offset) in zip(given, places, strict=True):
        assert numbers_of(await log.read(STATEMENTS, partition, offset, len(numbers))) == numbers
    assert sum((await log.ends(STATEMENTS)).values()) == sum(map(len, given))


async def test_what_waits_while_one_is_under_way_goes_together(gate: Gate) -> None:
    commit = await _commit(gate)
    waiting = [commit.append(records(n, n + 100)) for n in range(12)]
    await asyncio.sleep(0)
    gate.opened.set()
    places = await asyncio.gather(*waiting)
    assert gate.units == [24] or (len(gate.units) == 2 and sum(gate.units) == 24)
    for number, (partition, offset) in enumerate(places):
        assert numbers_of(await gate.read(STATEMENTS, partition, offset, 2)) == [number, number + 100]


async def test_a_unit_keeps_the_order_of_the_requests(gate: Gate) -> None:
    commit = await _commit(gate)
    waiting = [commit.append(records(n)) for n in range(20)]
    await asyncio.sleep(0.01)
    gate.opened.set()
    places = await asyncio.gather(*waiting)
    for earlier, later in pairwise(places):
        assert earlier[0] != later[0] or earlier[1] < later[1]


async def test_a_large_request_is_a_unit_by_itself_and_never_split(gate: Gate) -> None:
    commit = await _commit(gate)
    large = [NewRecord(b" " * (LARGEST_UNIT // 2 + 1)) for _ in range(3)]
    waiting = [commit.append(it) for it in (records(1), large, records(2), large)]
    await asyncio.sleep(0.01)
    gate.opened.set()
    await asyncio.gather(*waiting)
    assert gate.units == [1, 3, 1, 3]


async def test_an_error_goes_to_all_of_the_unit_and_the_next_one_is_tried(gate: Gate) -> None:
    commit = await _commit(gate)
    gate.failing = Unavailable
    waiting = [commit.append(records(n)) for n in range(5)]
    await asyncio.sleep(0.01)
    gate.opened.set()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(it) for it in answers] == [Unavailable] * 5
    gate.failing = None
    partition, offset = await commit.append(records(7))
    assert numbers_of(await gate.read(STATEMENTS, partition, offset, 1)) == [7]
    assert sum((await gate.ends(STATEMENTS)).values()) == 1


async def test_a_caller_that_goes_away_takes_nothing_from_the_others(gate: Gate) -> None:
    commit = await _commit(gate)
    waiting = [commit.append(records(n)) for n in range(3)]
    await asyncio.sleep(0.01)
    waiting[1].cancel()
    gate.opened.set()
    first, gone, last = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(gone, asyncio.CancelledError)
    for number, place in ((0, first), (2, last)):
        assert isinstance(place, tuple)
        assert numbers_of(await gate.read(STATEMENTS, *place, 1)) == [number]


async def test_close_waits_for_what_was_handed_over(gate: Gate) -> None:
    commit = await _commit(gate)
    waiting = [commit.append(records(n)) for n in range(3)]
    await asyncio.sleep(0.01)
    closing = asyncio.create_task(commit.close())
    await asyncio.sleep(0.01)
    assert not closing.done()
    gate.opened.set()
    await closing
    assert sum((await gate.ends(STATEMENTS)).values()) == 3
    await asyncio.gather(*waiting)


async def test_every_partition_is_used_in_turn(log: SqliteLog) -> None:
    commit = await _commit(log)
    async with asyncio.timeout(10):
        used = [(await commit.append(records(n)))[0] for n in range(8)]
    assert sorted(used[:4]) == sorted(used[4:]) == list(await log.partitions(STATEMENTS))


@pytest.mark.parametrize("count", [1, 200])
async def test_one_after_another_stands_in_the_log_once_each(log: SqliteLog, count: int) -> None:
    commit = await _commit(log)
    async with asyncio.timeout(10):
        for n in range(count):
            await commit.append(records(n))
    found: list[int] = []
    for partition in await log.partitions(STATEMENTS):
        found += numbers_of(await log.read(STATEMENTS, partition, 0, 1000))
    assert sorted(found) == list(range(count))

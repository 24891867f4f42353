"""The port `EventLog`, over every adapter."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack

import pytest

from schemas.errors import OutsideLog
from schemas.ports import EventLog, Member
from schemas.record import FACTS, STATEMENTS, TOPICS, NewRecord
from tests.adapters.factories import LogFactory
from tests.adapters.making import records


async def test_a_new_topic_has_an_id_and_empty_partitions(log: EventLog) -> None:
    for topic in TOPICS:
        partitions = await log.partitions(topic)
        assert list(partitions) == sorted(set(partitions)) and partitions
        assert await log.ends(topic) == dict.fromkeys(partitions, 0)
        assert await log.beginnings(topic) == dict.fromkeys(partitions, 0)
        assert await log.log_id(topic)
    assert await log.log_id(STATEMENTS) != await log.log_id(FACTS)
    assert log.lanes >= 1


async def test_what_was_appended_is_read_back_in_order(log: EventLog) -> None:
    first, second = records(3), records(2)
    one = (await log.append(STATEMENTS, {1: first}))[1]
    two = (await log.append(STATEMENTS, {1: second}))[1]

    assert (one.partition, one.first, one.count) == (1, 0, 3)
    assert (two.partition, two.first, two.count) == (1, 3, 2)
    read = await log.read(STATEMENTS, 1, 0, 100)
    assert [record.value for record in read] == [record.value for record in first + second]
    assert [record.offset for record in read] == list(range(5))
    assert {record.partition for record in read} == {1}
    assert [record.timestamp for record in read] == [one.timestamp] * 3 + [two.timestamp] * 2
    assert not await log.read(STATEMENTS, 0, 0, 100)


async def test_keys_and_headers_are_kept_as_they_are(log: EventLog) -> None:
    shared = (("platform", b"\x00\xff"), ("platform", b"again"), ("ten", "mười".encode()))
    given = [
        NewRecord(b"", shared, b"key"),
        NewRecord(b"\x00" * 10, shared, b""),
        NewRecord(b"no key", shared),
        NewRecord(b"no headers"),
        NewRecord(b"other", (("kind", b"tick"),), b"k" * 300),
    ]
    await log.append(FACTS, {0: given})
    read = await log.read(FACTS, 0, 0, 10)
    assert [NewRecord(record.value, record.headers, record.key) for record in read] == given
    assert read[0].header("platform") == b"\x00\xff"
    assert read[3].header("platform") is None


async def test_several_partitions_are_appended_in_one_call(log: EventLog) -> None:
    units = {partition: records(partition + 1) for partition in await log.partitions(FACTS)}
    appended = await log.append(FACTS, units)
    assert {p: (a.partition, a.first, a.count) for p, a in appended.items()} == {
        partition: (partition, 0, len(unit)) for partition, unit in units.items()
    }
    for partition, unit in units.items():
        read = await log.read(FACTS, partition, 0, 100)
        assert [record.value for record in read] == [record.value for record in unit]
    assert await log.ends(FACTS) == {partition: len(unit) for partition, unit in units.items()}


async def test_reading_begins_and_stops_anywhere(log: EventLog) -> None:
    values = []
    for size in (1, 7, 2, 5, 1):
        unit = records(size)
        values += [record.value for record in unit]
        await log.append(STATEMENTS, {0: unit})
    for offset in range(len(values) + 1):
        for limit in (1, 2, 3, 8, 100):
            read = await log.read(STATEMENTS, 0, offset, limit)
            expected = values[offset : offset + limit]
            assert [record.value for record in read] == expected
            assert [record.offset for record in read] == list(range(offset, offset + len(expected)))


async def test_an_offset_outside_the_log_is_refused(log: EventLog) -> None:
    await log.append(STATEMENTS, {0: records(3)})
    assert not await log.read(STATEMENTS, 0, 3, 10)
    with pytest.raises(OutsideLog):
        await log.read(STATEMENTS, 0, 4, 10)
    with pytest.raises(OutsideLog):
        await log.read(STATEMENTS, 0, -1, 10)
    with pytest.raises(OutsideLog):
        await log.read(STATEMENTS, 1, 1, 10)


async def test_timestamps_follow_the_clock_and_the_offsets(log: EventLog) -> None:
    before = time.time_ns() // 1_000_000
    stamps = [(await log.append(STATEMENTS, {0: records(1)}))[0].timestamp for _ in range(5)]
    after = time.time_ns() // 1_000_000
    assert stamps == sorted(stamps)
    # another machine may keep the log's clock
    assert before - 5_000 <= stamps[0] and stamps[-1] <= after + 5_000


async def test_it_is_all_there_after_a_restart(log_factory: LogFactory) -> None:
    log = await log_factory()
    ids = [await log.log_id(topic) for topic in TOPICS]
    unit = records(4)
    await log.append(STATEMENTS, {2: unit})
    await log.close()

    again = await log_factory()
    assert [await again.log_id(topic) for topic in TOPICS] == ids
    assert (await again.ends(STATEMENTS))[2] == 4
    assert [r.value for r in await again.read(STATEMENTS, 2, 0, 9)] == [r.value for r in unit]
    assert (await again.append(STATEMENTS, {2: records(1)}))[2].first == 4


async def test_two_writers_at_once_interleave_whole_units(log_factory: LogFactory) -> None:
    logs = [await log_factory(), await log_factory()]
    units = [records(5) for _ in range(40)]
    appended = await asyncio.gather(
        *(logs[index % 2].append(STATEMENTS, {0: unit}) for index, unit in enumerate(units))
    )
    read = await logs[0].read(STATEMENTS, 0, 0, 1_000)
    values = [record.value for record in read]
    assert [record.offset for record in read] == list(range(200))
    for unit, placed in zip(units, appended, strict=True):
        first = placed[0].first
        assert values[first : first + 5] == [record.value for record in unit]
    stamps = [record.timestamp for record in read]
    assert stamps == sorted(stamps)


async def test_waiting_ends_with_the_time_given(log: EventLog) -> None:
    begun = time.monotonic()
    await log.wait(STATEMENTS, {0: 0, 1: 0}, 0.05)
    assert time.monotonic() - begun >= 0.04


async def test_waiting_ends_at_once_where_a_record_is_there(log: EventLog) -> None:
    await log.append(STATEMENTS, {1: records(2)})
    async with asyncio.timeout(20):
        await log.wait(STATEMENTS, {0: 0, 1: 1}, 60)


@pytest.mark.parametrize("other", [False, True])
async def test_an_append_wakes_who_waits(log_factory: LogFactory, other: bool) -> None:
    waiting = await log_factory()
    writing = await log_factory() if other else waiting
    await writing.append(STATEMENTS, {1: records(1)})
    task = asyncio.create_task(waiting.wait(STATEMENTS, {0: 0, 1: 1}, 60))
    await asyncio.sleep(0.05)
    await writing.append(STATEMENTS, {2: records(1)})
    await asyncio.sleep(0.1)
    assert not task.done()
    await writing.append(STATEMENTS, {1: records(1)})
    async with asyncio.timeout(20):
        await task


async def test_large_units_are_kept_whole(log: EventLog) -> None:
    unit = [NewRecord(bytes([index]) * 300_000) for index in range(3)]
    await log.append(STATEMENTS, {0: unit})
    assert [record.value for record in await log.read(STATEMENTS, 0, 1, 5)] == [unit[1].value, unit[2].value]


async def test_offsets_are_found_by_time(log: EventLog) -> None:
    first = (await log.append(STATEMENTS, {0: records(3)}))[0]
    while time.time_ns() // 1_000_000 <= first.timestamp + 1:  # noqa: ASYNC110 - a clock has no event
        await asyncio.sleep(0.002)
    second = (await log.append(STATEMENTS, {0: records(2), 1: records(1)}))[0]
    assert second.timestamp > first.timestamp

    assert set((await log.offsets_at(STATEMENTS, 0)).values()) == {0}
    assert (await log.offsets_at(STATEMENTS, first.timestamp))[0] == 0
    between = await log.offsets_at(STATEMENTS, first.timestamp + 1)
    assert (between[0], between[1]) == (3, 0)
    after = await log.offsets_at(STATEMENTS, second.timestamp + 60_000)
    assert after == await log.ends(STATEMENTS)


async def test_what_is_trimmed_is_outside_the_log_and_offsets_go_on(log_factory: LogFactory) -> None:
    log = await log_factory()
    kept = records(3)
    await log.append(STATEMENTS, {0: records(2), 1: records(2)})
    await log.append(STATEMENTS, {0: kept})
    await log.trim(STATEMENTS, {})
    await log.trim(STATEMENTS, {0: 2})
    assert [it.value for it in await log.read(STATEMENTS, 0, 2, 10)] == [it.value for it in kept]
    for offset in (0, 1):
        with pytest.raises(OutsideLog, match="keeps 2 to 5"):
            await log.read(STATEMENTS, 0, offset, 10)
    beginnings = await log.beginnings(STATEMENTS)
    assert (beginnings[0], beginnings[1]) == (2, 0)

    await log.trim(STATEMENTS, {0: 5})
    await log.trim(STATEMENTS, {0: 3})
    again = await log_factory()
    assert (await again.beginnings(STATEMENTS))[0] == (await again.ends(STATEMENTS))[0] == 5
    assert not await again.read(STATEMENTS, 0, 5, 10)
    assert (await again.append(STATEMENTS, {0: records(1)}))[0].first == 5


async def test_trimming_in_the_middle_of_a_unit_keeps_what_is_after_it(log: EventLog) -> None:
    unit = records(4)
    await log.append(STATEMENTS, {0: unit})
    await log.trim(STATEMENTS, {0: 2})
    assert [it.value for it in await log.read(STATEMENTS, 0, 2, 10)] == [it.value for it in unit[2:]]


async def _partitions(*members: Member) -> list[frozenset[int]]:
    return [await member.partitions() for member in members]


async def _settled(count: int, *members: Member) -> list[frozenset[int]]:
    """What the members have once they have `count` partitions in all, none of them twice."""
    async with asyncio.timeout(60):
        while True:
            theirs = await _partitions(*members)
            together: frozenset[int] = frozenset().union(*theirs)
            if len(together) == sum(map(len, theirs)) == count:
                return theirs
            await asyncio.sleep(0.05)


async def test_those_that_run_a_consumer_share_its_partitions(log_factory: LogFactory) -> None:
    one, two = await log_factory(), await log_factory()
    partitions = await one.partitions(STATEMENTS)
    async with one.member(STATEMENTS, "statements") as first:
        assert await _settled(len(partitions), first) == [frozenset(partitions)]
        async with two.member(STATEMENTS, "statements") as second, two.member(FACTS, "provinces") as other:
            await _settled(len(partitions), first, second)
            assert await _settled(len(await two.partitions(FACTS)), other)
        await _settled(len(partitions), first)
        async with AsyncExitStack() as stack:
            third = await stack.enter_async_context(two.member(STATEMENTS, "statements"))
            await _settled(len(partitions), first, third)
    async with two.member(STATEMENTS, "statements") as fourth:
        await _settled(len(partitions), fourth)

"""The log in SQLite: its partitions, what trimming may do, and a process that dies in the middle."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from lrs.adapters.sqlite import SqliteLog
from lrs.adapters.sqlite.topic import Topic
from schemas.errors import OutsideLog, StoreError
from schemas.record import FACTS, STATEMENTS, NewRecord
from tests.adapters.making import records

WRITER = """
import asyncio, sys
from lrs.adapters.sqlite import SqliteLog
from schemas.record import STATEMENTS, NewRecord

async def main(path, name):
    log = await SqliteLog.open(path)
    number = 0
    while True:
        size = 1 + number % 40
        unit = [NewRecord(f"{name} {number} {at} {size}".encode() * 30) for at in range(size)]
        appended = await log.append(STATEMENTS, {number % 2: unit})
        placed = appended[number % 2]
        print(number, placed.partition, placed.first, placed.count, flush=True)
        number += 1

asyncio.run(main(*sys.argv[1:]))
"""


async def test_statements_get_more_partitions_and_facts_never(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    for given, statements in ((2, 2), (5, 5), (3, 5)):
        log = await SqliteLog.open(path, {STATEMENTS: given, FACTS: given})
        assert list(await log.partitions(STATEMENTS)) == list(range(statements))
        assert list(await log.partitions(FACTS)) == [0, 1]
        await log.append(STATEMENTS, {statements - 1: records(1)})
        await log.close()


async def test_partitions_that_another_process_added_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    log = await SqliteLog.open(path, {STATEMENTS: 1})
    with pytest.raises(StoreError, match="no partition 1"):
        await log.append(STATEMENTS, {0: records(1), 1: records(1)})
    assert await log.ends(STATEMENTS) == {0: 0}
    await (await SqliteLog.open(path, {STATEMENTS: 2})).close()
    assert list(await log.partitions(STATEMENTS)) == [0, 1]
    assert (await log.append(STATEMENTS, {1: records(1)}))[1].first == 0
    await log.close()


async def test_an_empty_unit_and_an_unknown_topic_are_refused(tmp_path: Path) -> None:
    log = await SqliteLog.open(tmp_path / "log.db")
    with pytest.raises(ValueError, match="at least one"):
        await log.append(STATEMENTS, {0: []})
    with pytest.raises(StoreError, match="no topic"):
        await log.ends("lrs.unknown")
    await log.close()


async def test_the_end_stays_where_it_was_when_records_are_deleted(tmp_path: Path) -> None:
    log = await SqliteLog.open(tmp_path / "log.db")
    for size in (3, 4, 5):
        await log.append(STATEMENTS, {1: records(size)})
    path = tmp_path / "log.statements.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as trimmer:
        trimmer.execute("DELETE FROM batches WHERE place < 1 << 44 | 7")
        assert (await log.beginnings(STATEMENTS))[1] == 7
        assert [record.offset for record in await log.read(STATEMENTS, 1, 7, 9)] == list(range(7, 12))
        for offset in (0, 6):
            with pytest.raises(OutsideLog, match="7 to 12"):
                await log.read(STATEMENTS, 1, offset, 9)
        trimmer.execute("DELETE FROM batches")
    assert (await log.beginnings(STATEMENTS))[1] == 12
    assert (await log.ends(STATEMENTS)) == {0: 0, 1: 12, 2: 0, 3: 0}
    assert not await log.read(STATEMENTS, 1, 12, 9)
    assert (await log.append(STATEMENTS, {1: records(1)}))[1].first == 12
    await log.close()


async def test_waiting_costs_next_to_nothing(tmp_path: Path) -> None:
    log = await SqliteLog.open(tmp_path / "log.db")
    used = time.process_time()
    await log.wait(STATEMENTS, {0: 0}, 1.0)
    assert time.process_time() - used < 0.5
    await log.close()


async def test_a_cancelled_append_leaves_the_log_working(tmp_path: Path) -> None:
    log = await SqliteLog.open(tmp_path / "log.db")
    for _ in range(20):
        task = asyncio.create_task(log.append(STATEMENTS, {0: records(3)}))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
    placed = (await log.append(STATEMENTS, {0: records(1)}))[0]
    assert placed.first % 3 == 0
    await log.close()


async def test_closing_waits_for_what_is_under_way(tmp_path: Path) -> None:
    path = tmp_path / "log.statements.db"
    topic = await Topic.open(path, STATEMENTS, 1, create=True, growing=True)
    appends = [asyncio.create_task(topic.append({0: records(2)})) for _ in range(10)]
    await asyncio.gather(*appends)
    last = asyncio.create_task(topic.append({0: records(2)}))
    await asyncio.sleep(0)
    await topic.close()
    assert (await last)[0].first == 20
    assert not path.with_name(f"{path.name}-wal").exists()


@pytest.mark.parametrize("round_", range(3))
async def test_a_kill_loses_no_acknowledged_append_and_leaves_no_half_one(
    tmp_path: Path, round_: int
) -> None:
    path = tmp_path / "log.db"
    writers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", WRITER, str(path), f"writer-{name}", stdout=asyncio.subprocess.PIPE
        )
        for name in range(2)
    ]
    acknowledged: list[tuple[int, list[int]]] = []
    enough = asyncio.Event()

    async def listen(name: int, stream: asyncio.StreamReader) -> None:
        nonlocal acknowledged
        async for line in stream:
            # the kill may cut the last line
            if line.endswith(b"\n"):
                acknowledged += [(name, [int(word) for word in line.split()])]
            if len(acknowledged) >= 30 + 25 * round_:
                enough.set()

    listening = [
        asyncio.create_task(listen(name, writer.stdout))
        for name, writer in enumerate(writers)
        if writer.stdout is not None
    ]
    await enough.wait()
    for writer in writers:
        writer.send_signal(signal.SIGKILL)
        await writer.wait()
    await asyncio.gather(*listening)

    log = await SqliteLog.open(path, create=False)
    values = {p: [r.value for r in await log.read(STATEMENTS, p, 0, 10**6)] for p in (0, 1)}
    assert {p: end for p, end in (await log.ends(STATEMENTS)).items() if end} == {
        p: len(kept) for p, kept in values.items()
    }
    for name, (number, partition, first, count) in acknowledged:
        unit = [f"writer-{name} {number} {at} {count}".encode() * 30 for at in range(count)]
        assert values[partition][first : first + count] == unit
    for kept in values.values():
        at = 0
        while at < len(kept):
            writer_name, number_, place, size = kept[at].split()[:4]
            assert place == b"0"
            count = 1 + int(number_) % 40
            for index in range(count):
                text = b"%s %s %d %d" % (writer_name, number_, index, count)
                assert kept[at + index] == text * 30, size
            at += count
    assert await log.append(STATEMENTS, {0: [NewRecord(b"x")]})
    await log.close()

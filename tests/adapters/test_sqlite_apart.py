"""A process that does SQLite's work: it dies, and comes again; errors are those of the ports."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lrs.adapters.sqlite import SqliteLog
from lrs.adapters.sqlite.apart import Apart
from lrs.adapters.sqlite.files import connect
from schemas.errors import Busy, OutsideLog, StoreError, Unavailable
from schemas.record import STATEMENTS, NewRecord
from tests.adapters.sqlite_work import outside, select, wrong


def children(mode: str) -> list[int]:
    """The process ids of ours that work in this mode."""
    listed = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    words = {int(it): Path(f"/proc/{it}/cmdline").read_bytes().split(b"\0") for it in listed}
    return [
        it for it, said in words.items() if b"lrs.adapters.sqlite.apart" in said and mode.encode() in said
    ]


async def test_an_append_whose_process_dies_may_be_there_and_the_next_is_whole(tmp_path: Path) -> None:
    log = await SqliteLog.open(tmp_path / "log.db", {STATEMENTS: 1}, apart=True)
    try:
        acknowledged = 0
        for round_ in range(4):
            appends = [
                asyncio.create_task(log.append(STATEMENTS, {0: [NewRecord(b"%d" % n)] * 50}))
                for n in range(30)
            ]
            await asyncio.sleep(0.002 * round_)
            for child in children("writing"):
                os.kill(child, signal.SIGKILL)
            outcomes = await asyncio.gather(*appends, return_exceptions=True)
            assert {type(it) for it in outcomes if isinstance(it, BaseException)} <= {Unavailable}
            acknowledged += sum(not isinstance(it, BaseException) for it in outcomes)
        last = await log.append(STATEMENTS, {0: [NewRecord(b"last")]})
        end = (await log.ends(STATEMENTS))[0]
        assert last[0].first + 1 == end
        assert end % 50 == 1, "a unit is there whole or not at all"
        assert end >= acknowledged * 50 + 1
    finally:
        await log.close()
    assert children("writing") == []


@pytest.fixture
async def apart(tmp_path: Path) -> AsyncIterator[Apart]:
    path = tmp_path / "a.db"
    path.touch()
    connect(path).execute("CREATE TABLE a (b PRIMARY KEY)").connection.close()
    made = Apart(path, 0.05)
    yield made
    await made.close()


async def test_errors_come_back_as_those_of_the_ports(apart: Apart, tmp_path: Path) -> None:
    assert await apart.run(select, "SELECT ?, ?", 1, b"2") == [(1, b"2")]
    for work, arguments, error in (
        (outside, (), OutsideLog),
        (wrong, (), StoreError),
        (select, ("SELECT * FROM nowhere",), StoreError),
    ):
        with pytest.raises(error):
            await apart.run(work, *arguments)
    other = connect(tmp_path / "a.db")
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(Busy):
        await apart.run(select, "INSERT INTO a VALUES (1)")
    other.execute("ROLLBACK")
    other.close()
    await apart.run(select, "INSERT INTO a VALUES (1)")


async def test_what_was_asked_before_the_end_is_done(tmp_path: Path) -> None:
    log = await SqliteLog.open(tmp_path / "log.db", {STATEMENTS: 1}, apart=True)
    appending = [asyncio.create_task(log.append(STATEMENTS, {0: [NewRecord(b"1")]})) for _ in range(20)]
    await asyncio.sleep(0.5)
    await log.close()
    assert all(it.done() and it.exception() is None for it in appending)


async def test_who_gives_up_waiting_undoes_nothing(apart: Apart) -> None:
    inserting = asyncio.create_task(apart.run(select, "INSERT INTO a VALUES (7)"))
    await asyncio.sleep(0)
    inserting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await inserting
    async with asyncio.timeout(20):
        while await apart.run(select, "SELECT b FROM a") != [(7,)]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

"""A process that does SQLite's work: it dies, and comes again; errors are those of the ports."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lrs.adapters.sqlite import SqliteLog, SqliteStore
from lrs.adapters.sqlite.apart import MODULE, Apart, Gone
from lrs.adapters.sqlite.files import connect
from schemas.errors import Busy, OutsideLog, StoreError
from schemas.record import STATEMENTS, NewRecord
from tests.adapters.sqlite_work import outside, select, wrong
from tests.endpoint.making import document, identifier


def children(mode: str) -> list[int]:
    """The process ids of ours that work in this mode."""
    listed = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    words = {int(it): Path(f"/proc/{it}/cmdline").read_bytes().split(b"\0") for it in listed}
    return [it for it, said in words.items() if {MODULE.encode(), mode.encode()} <= set(said)]


def kill(mode: str) -> None:
    """kill -9 of the one that works in this mode."""
    (child,) = children(mode)
    os.kill(child, signal.SIGKILL)


async def test_an_append_whose_process_dies_may_be_there_and_the_next_is_whole(tmp_path: Path) -> None:
    log = await SqliteLog.open(tmp_path / "log.db", {STATEMENTS: 1}, apart=True)
    try:
        acknowledged = refused = 0
        for round_ in range(6):
            await _appended(log, b"before", 50)
            acknowledged += 1
            appends = [
                asyncio.create_task(log.append(STATEMENTS, {0: [NewRecord(b"x")] * 50})) for _ in range(30)
            ]
            await asyncio.sleep(0.002 * round_)
            kill("writing")
            outcomes = await asyncio.gather(*appends, return_exceptions=True)
            assert {type(it) for it in outcomes if isinstance(it, BaseException)} <= {Gone}
            refused += sum(isinstance(it, BaseException) for it in outcomes)
            acknowledged += sum(not isinstance(it, BaseException) for it in outcomes)
        await _appended(log, b"last", 1)
        end = (await log.ends(STATEMENTS))[0]
        assert end % 50 == 1, "a unit is there whole or not at all"
        assert acknowledged * 50 + 1 <= end <= (acknowledged + refused) * 50 + 1
        assert refused > 0
        (last,) = await log.read(STATEMENTS, 0, end - 1, 1)
        assert last.value == b"last"
    finally:
        await log.close()
    assert children("writing") == []


async def _appended(log: SqliteLog, value: bytes, count: int) -> None:
    """Append as soon as there is a process again."""
    async with asyncio.timeout(20):
        while True:
            try:
                await log.append(STATEMENTS, {0: [NewRecord(value)] * count})
            except Gone:
                await asyncio.sleep(0.01)
            else:
                return


async def test_g3_statements_are_found_while_the_process_that_finds_them_is_gone(tmp_path: Path) -> None:
    store = await SqliteStore.open(tmp_path / "store.db", apart=True)
    try:
        await store.project([document(7)])
        for _ in range(3):
            asking = [asyncio.create_task(store.find([identifier(7), identifier(8)])) for _ in range(20)]
            await asyncio.sleep(0)
            for child in children("reading"):
                os.kill(child, signal.SIGKILL)
            for found in await asyncio.gather(*asking):
                assert list(found) == [identifier(7)]
    finally:
        await store.close()


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


async def test_what_was_sent_before_the_end_is_done(tmp_path: Path) -> None:
    log = await SqliteLog.open(tmp_path / "log.db", {STATEMENTS: 1}, apart=True)
    await log.append(STATEMENTS, {0: [NewRecord(b"1")]})
    appending = [asyncio.create_task(log.append(STATEMENTS, {0: [NewRecord(b"1")]})) for _ in range(200)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await log.close()
    outcomes = await asyncio.gather(*appending, return_exceptions=True)
    assert [it for it in outcomes if isinstance(it, BaseException)] == []
    again = await SqliteLog.open(tmp_path / "log.db", {STATEMENTS: 1})
    assert (await again.ends(STATEMENTS))[0] == 201
    await again.close()


async def test_who_gives_up_waiting_undoes_nothing(apart: Apart) -> None:
    inserting = asyncio.create_task(apart.run(select, "INSERT INTO a VALUES (7)"))
    await asyncio.sleep(0)
    inserting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await inserting
    async with asyncio.timeout(20):
        while await apart.run(select, "SELECT b FROM a") != [(7,)]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

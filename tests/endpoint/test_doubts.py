"""Appends of which nobody knows what became, or that do not come back (G3, G11)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from lrs.adapters.sqlite.log import SqliteLog
from lrs.adapters.sqlite.store import SqliteStore
from lrs.endpoint.commit import GroupCommit
from lrs.endpoint.intake import ConflictingStatement, Intake
from lrs.endpoint.unprojected import Unprojected
from lrs.endpoint.watermarks import Watermarks
from schemas.errors import Unavailable
from schemas.record import STATEMENTS, Appended, NewRecord, Record
from tests.endpoint.making import records
from tests.endpoint.test_intake import WHO, prepared

Units = Mapping[int, Sequence[NewRecord]]


class Untold(SqliteLog):
    """A log whose first append is done, and nobody is told."""

    told = False

    async def append(self, topic: str, records: Units) -> Mapping[int, Appended]:
        done = await super().append(topic, records)
        if not self.told:
            self.told = True
            await asyncio.sleep(0.1)
            raise Unavailable("nobody knows")
        return done


class Stuck(SqliteLog):
    """A log of which some partitions take nothing."""

    lanes = 2
    stuck = frozenset({0, 1})

    async def append(self, topic: str, records: Units) -> Mapping[int, Appended]:
        if not self.stuck.isdisjoint(records):
            await asyncio.Event().wait()
        return await super().append(topic, records)


class Leaderless(SqliteLog):
    """A log of which one partition cannot be read."""

    async def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[Record]:
        if partition == 3:
            raise Unavailable("nobody leads it")
        return await super().read(topic, partition, offset, limit)


async def test_g3_who_waits_for_an_id_in_doubt_learns_what_became_of_it(
    log: SqliteLog, store: SqliteStore
) -> None:
    untold = Untold(log._path, log._topics)
    unprojected = Unprojected(100)
    watermarks = Watermarks(untold, store, unprojected)
    await watermarks.start()
    commit = GroupCommit(untold, STATEMENTS, [0])
    intake = Intake(untold, store, commit, unprojected, "https://lrs.example.vn", watermarks.doubt)
    first = asyncio.create_task(intake.take(WHO, prepared(1, score=1)))
    await asyncio.sleep(0.03)
    second = asyncio.create_task(intake.take(WHO, prepared(1, score=2)))
    with pytest.raises(Unavailable):
        await first
    with pytest.raises(ConflictingStatement):
        await second
    await intake.take(WHO, prepared(1, score=1))
    await watermarks.close()


async def test_g11_a_request_whose_id_another_one_holds_has_an_end(
    log: SqliteLog, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lrs.endpoint.intake.PATIENCE", 0.1)
    stuck = Stuck(log._path, log._topics)
    intake = Intake(stuck, store, GroupCommit(stuck, STATEMENTS, [0]), Unprojected(100), "https://l.example")
    for _ in range(2):
        with pytest.raises(Unavailable, match="not confirmed"):
            async with asyncio.timeout(5):
                await intake.take(WHO, prepared(1))


async def test_g11_what_was_not_on_its_way_is_taken_back(
    log: SqliteLog, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lrs.endpoint.intake.PATIENCE", 0.1)
    stuck = Stuck(log._path, log._topics)
    unprojected = Unprojected(100)
    intake = Intake(stuck, store, GroupCommit(stuck, STATEMENTS, []), unprojected, "https://l.example")
    with pytest.raises(Unavailable, match="nothing was stored"):
        await intake.take(WHO, prepared(1))
    await asyncio.sleep(0)
    assert len(unprojected) == 0
    assert set((await stuck.ends(STATEMENTS)).values()) == {0}


async def test_g11_partitions_that_take_nothing_keep_no_lane(
    log: SqliteLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lrs.endpoint.commit.SLOW", 0.05)
    stuck = Stuck(log._path, log._topics)
    commit = GroupCommit(stuck, STATEMENTS, await stuck.partitions(STATEMENTS))
    waiting = []
    for number in range(20):
        waiting.append(commit.append(records(number)))
        await asyncio.sleep(0.01)
    async with asyncio.timeout(5):
        while sum(it.done() for it in waiting) < 18:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert (await stuck.ends(STATEMENTS))[0] == 0


async def test_g11_a_log_that_cannot_be_read_whole_is_not_held_again_and_again(log: SqliteLog) -> None:
    for partition in range(4):
        await log.append(STATEMENTS, {partition: records(*range(partition * 100, partition * 100 + 100))})
    leaderless = Leaderless(log._path, log._topics)
    unprojected = Unprojected(1000)
    for _ in range(10):
        with pytest.raises(Unavailable):
            await unprojected.load(leaderless, {})
    assert len(unprojected) == 300
    assert sum(len(ids) for units in unprojected._appended.values() for _, ids in units) == 300

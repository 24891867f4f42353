"""`lrs.provinces` holds what the reports say: whatever dies, is repeated or comes too late."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, cast

import orjson
import pytest

from lrs.reports import provinces
from lrs.snapshots import publisher as published
from lrs.snapshots.board import Board
from lrs.snapshots.publisher import Publisher
from lrs.snapshots.snapshot import HEAD
from schemas.errors import Unavailable
from schemas.ports import EventLog
from schemas.record import PROVINCES, STATEMENTS, Appended, NewRecord
from schemas.unit import SCHEMES
from tests.reports.conftest import World, world
from tests.reports.learning import RULES, cells_of, classroom, fact

__all__ = ["world"]


async def topic(log: EventLog) -> dict[str, Any]:
    """The latest of each key, as a consumer that compacts has it."""
    (begin,), (end,) = (await log.beginnings(PROVINCES)).values(), (await log.ends(PROVINCES)).values()
    found: dict[str, Any] = {}
    while begin < end:
        for record in await log.read(PROVINCES, 0, begin, 1000):
            assert record.key is not None
            found[record.key.decode()] = orjson.loads(record.value)
            begin = record.offset + 1
    return found


async def as_reported(world: World, found: Mapping[str, Any]) -> int:
    """Hold every figure of the reports against the snapshots; how many were not 0."""
    seen = 0
    periods = {period for it in found.values() for period in it.get("periods", ())} | {"total", "2025-05"}
    groups = {key.rsplit("/", 1)[1] for key in found if key != HEAD}
    for scheme in SCHEMES:
        for period in periods:
            for group in groups:
                report = await provinces.read(world.store, world.log, scheme, period, group)
                assert found[HEAD]["through"] <= report.head.through
                assert found[HEAD]["ruleset"] == report.head.ruleset.model_dump()
                for line in report.lines:
                    snapshot = found[f"{scheme}/{line.code}/{group}"]
                    assert (snapshot["name"], snapshot["ruleset"]) == (line.name, report.head.ruleset.number)
                    assert snapshot["counts"] == report.head.counts
                    if line.linking is not None:
                        assert snapshot["linking"] == line.linking.model_dump()
                    told = snapshot["periods"].get(period, {})
                    for column in ("registered", "active", "trained", "certified", "confirmed", "statements"):
                        value = getattr(line, column)
                        assert told.get(column, 0) == (value or 0), (scheme, line.code, group, period, column)
                        seen += bool(value)
    return seen


async def filled(world: World, offset: int = 1) -> None:
    """Count a classroom once more, in which one person has two accounts."""
    linked = [
        fact(name, place="vn-2025/48", topic=1)._replace(subject="person:p") for name in ("em", "em-too")
    ]
    await world.fill(cells_of([*classroom(), *linked]), position=await world.facts_at(0, offset))


async def test_the_latest_of_each_key_is_what_the_reports_say(world: World) -> None:
    await filled(world)
    publisher = Publisher(world.store, world.log)
    count = await publisher.publish()
    found = await topic(world.log)
    assert len(found) == count
    assert await as_reported(world, found) > 100
    assert len([key for key in found if key.endswith("/*")]) == 34 + 1 + 63 + 2


async def test_who_has_nothing_new_to_tell_tells_nothing(world: World) -> None:
    await filled(world)
    publisher = Publisher(world.store, world.log)
    assert await publisher.publish()
    assert await publisher.publish() == 0
    assert await Publisher(world.store, world.log).publish() == 0, "another one finds it in the topic"


async def test_only_what_changed_is_told_and_the_head_after_it(world: World) -> None:
    publisher = Publisher(world.store, world.log)
    await publisher.publish()
    position = await world.facts_at(0, 7)
    await world.fill({"g|total|48~49|total|adults+cadres|trained": 1}, position=position)
    end = (await world.log.ends(PROVINCES))[0]
    await publisher.publish()
    keys = [record.key for record in await world.log.read(PROVINCES, 0, end, 100)]
    units = ("vn-2004/49", "vn-2025/48")
    expected = {f"{unit}/{group}".encode() for unit in units for group in ("*", "adults", "cadres")}
    assert set(keys[:-1]) == expected
    assert keys[-1] == HEAD.encode()
    assert await as_reported(world, await topic(world.log))


async def test_other_rules_are_told_anew(world: World) -> None:
    publisher = Publisher(world.store, world.log)
    await publisher.publish()
    await filled(world)
    number = await world.live(RULES)
    await publisher.publish()
    found = await topic(world.log)
    assert {it["ruleset"] for key, it in found.items() if key != HEAD} == {number}
    await as_reported(world, found)


class Dying:
    """A log whose append fails after so many have gone well."""

    def __init__(self, log: EventLog, appends: int) -> None:
        self._log = log
        self._left = appends

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    async def append(self, topic: str, records: Mapping[int, Any]) -> Mapping[int, Appended]:
        if not self._left:
            raise Unavailable("killed")
        self._left -= 1
        return await self._log.append(topic, records)


@pytest.mark.parametrize("appends", range(4))
async def test_a_crash_between_two_records_leaves_nothing_stale(
    world: World, monkeypatch: pytest.MonkeyPatch, appends: int
) -> None:
    monkeypatch.setattr(published, "LARGEST", 4_000)
    await Publisher(world.store, world.log).publish()
    await filled(world)
    with pytest.raises(Unavailable):
        await Publisher(world.store, cast(EventLog, Dying(world.log, appends))).publish()
    await Publisher(world.store, world.log).publish()
    assert await as_reported(world, await topic(world.log)) > 100


async def test_a_head_that_was_not_told_is_told_though_it_says_what_the_last_one_did(world: World) -> None:
    """The watermark stands still while one partition is behind; the figures of the others go on."""
    await Publisher(world.store, world.log).publish()
    position = await world.facts_at(0, 7)
    await world.fill({"g|total|48~49|total|adults|trained": 1}, position=position)
    board = Board(world.log)
    await board.read()
    end, head = board.end, board.latest[HEAD].value
    told = await Publisher(world.store, world.log).publish()
    records = await world.log.read(PROVINCES, 0, end, 100)
    assert (len(records), records[-1].value) == (told, head)
    # as it is left where the head alone was not appended
    fresh = Publisher(world.store, world.log)
    again = [NewRecord(it.value, (), it.key) for it in records[:-1]]
    await world.log.append(PROVINCES, {0: again})
    assert await fresh.publish() == 1
    (last,) = await world.log.read(PROVINCES, 0, (await world.log.ends(PROVINCES))[0] - 1, 1)
    assert (last.key, last.value) == (HEAD.encode(), head)
    assert await fresh.publish() == 0


async def test_who_comes_too_late_with_what_was_right_before_is_put_right(world: World) -> None:
    publisher = Publisher(world.store, world.log)
    await publisher.publish()
    board = Board(world.log)
    await board.read()
    before = [NewRecord(it.value, (), key.encode()) for key, it in board.since(0)]
    await filled(world)
    await publisher.publish()
    await world.log.append(PROVINCES, {0: before})
    assert await publisher.publish()
    assert await as_reported(world, await topic(world.log)) > 100
    assert await publisher.publish() == 0


async def test_a_log_that_does_not_compact_is_told_all_anew_before_it_is_full(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "ROOM", 1)
    publisher = Publisher(world.store, world.log)
    keys = await publisher.publish()
    for n in range(1, 4):
        await filled(world, n)
        await publisher.publish()
        (begin,), (end,) = [(await it(PROVINCES)).values() for it in (world.log.beginnings, world.log.ends)]
        assert end - begin <= 3 * keys
        found = await topic(world.log)
        assert len(found) == keys
        await as_reported(world, found)
    assert begin > 0
    late = Board(world.log)
    await late.read()
    assert {key: orjson.loads(it.value) for key, it in late.latest.items()} == found


async def test_a_log_in_which_all_was_told_anew_is_not_told_again_what_it_has(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "ROOM", 1)
    publisher = Publisher(world.store, world.log)
    told = [await publisher.publish()]
    for n in range(1, 5):
        await filled(world, n)
        told.append(await publisher.publish())
    # the first look, and one that finds more there than it may hold; in between what has changed
    assert [it == told[0] for it in told] == [True, False, True, False, True]
    (begin,), (end,) = [(await it(PROVINCES)).values() for it in (world.log.beginnings, world.log.ends)]
    assert begin > 0
    assert end - begin == told[0]


async def test_a_reader_whose_place_was_forgotten_begins_anew(world: World) -> None:
    publisher = Publisher(world.store, world.log)
    board = Board(world.log)
    await board.read()
    await publisher.publish()
    end = (await world.log.ends(PROVINCES))[0]
    await world.log.trim(PROVINCES, {0: end})
    await filled(world)
    await publisher.publish()
    await board.read()
    fresh = Board(world.log)
    await fresh.read()
    assert board.latest == fresh.latest
    assert board.end == fresh.end


async def test_an_idle_log_is_ticked_once_and_not_again_before_that_is_passed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "TICK_PATIENCE", 0.05)
    publisher = Publisher(world.store, world.log)
    before = await world.log.ends(STATEMENTS)
    for _ in range(2):
        await publisher.tick(60)
    ticked = {partition: end + 1 for partition, end in before.items()}
    assert await world.log.ends(STATEMENTS) == ticked
    await world.project(time.time_ns() // 1_000_000)
    await publisher.tick(60)
    assert await world.log.ends(STATEMENTS) == ticked, "the watermark is young"
    await publisher.tick(0)
    assert await world.log.ends(STATEMENTS) == {partition: end + 1 for partition, end in ticked.items()}


@pytest.fixture(autouse=True)
async def stored(world: World, tmp_path: Path) -> AsyncIterator[None]:
    """A projector that has passed all that is in the log."""
    await world.project(1_700_000_000_000)
    yield

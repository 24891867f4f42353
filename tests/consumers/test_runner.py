"""The runner: one retry policy, poison set aside, an operator called where one is needed (G8)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from consumers.projector import Projector
from consumers.retry import Stopped, patiently
from consumers.runner import Runner
from lrs.adapters.sqlite import SqliteLog
from schemas.errors import Fenced, OutsideLog, StoreError, TooMuch, Unavailable, WrongLog
from schemas.record import STATEMENTS, NewRecord, Position, Record
from tests.consumers.factories import said
from tests.consumers.watched import watched_log
from tests.consumers.world import PROFILE, World


class Listing:
    """A consumer that lists the offsets it was given, in batches, and fails on some."""

    name = "listing"
    topic = STATEMENTS

    def __init__(self, poison: Sequence[int] = (), stands: Mapping[int, Position] | None = None) -> None:
        self.handled: list[list[int]] = []
        self.buried: list[int] = []
        self.began = 0
        self.raising: list[Exception] = []
        self._poison = poison
        self._stands = stands or {}

    async def positions(self) -> Mapping[int, Position]:
        self.began += 1
        return self._stands

    async def sweep(self) -> None:
        return None

    async def handle(self, records: Sequence[Record], position: Position) -> Position:
        if self.raising:
            raise self.raising.pop()
        if any(it.offset in self._poison for it in records):
            raise ValueError
        self.handled.append([it.offset for it in records])
        return position._replace(offset=records[-1].offset + 1)

    async def bury(self, record: Record, position: Position, error: Exception) -> Position:
        assert position.offset == record.offset
        assert isinstance(error, ValueError)
        self.buried.append(record.offset)
        return position._replace(offset=record.offset + 1)


async def fill(world: World, count: int) -> None:
    await world.log.append(STATEMENTS, {0: [NewRecord(b"%d" % n) for n in range(count)]})


@pytest.mark.parametrize("poison", [(), (0,), (6,), (3, 4), tuple(range(7))])
async def test_poison_alone_is_buried_and_everything_else_handled_once_in_order(
    world: World, poison: tuple[int, ...]
) -> None:
    await fill(world, 7)
    consumer = Listing(poison)
    await world.consume(consumer)
    assert consumer.buried == list(poison)
    assert [it for batch in consumer.handled for it in batch] == [n for n in range(7) if n not in poison]


async def test_what_does_not_answer_is_asked_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consumers.retry.FIRST", 0.001)
    await fill(world, 3)
    consumer = Listing()
    consumer.raising = [Unavailable("no"), Unavailable("still not")]
    await world.consume(consumer)
    assert (consumer.handled, consumer.buried, consumer.began) == ([[0, 1, 2]], [], 1)


async def test_fenced_it_reads_its_positions_again(world: World) -> None:
    await fill(world, 3)
    consumer = Listing()
    consumer.raising = [Fenced("somebody else")]
    await world.consume(consumer)
    assert (consumer.handled, consumer.buried, consumer.began) == ([[0, 1, 2]], [], 2)


async def test_a_position_outside_the_log_calls_for_an_operator(world: World) -> None:
    consumer = Listing(stands={0: (await world.beginning(STATEMENTS))._replace(offset=5)})
    with pytest.raises(OutsideLog):
        await world.consume(consumer)


async def test_a_position_of_another_log_calls_for_an_operator(world: World) -> None:
    await fill(world, 1)
    consumer = Listing(stands={0: Position("another", 0, 1)})
    with pytest.raises(WrongLog, match="another"):
        await world.consume(consumer)
    assert not consumer.handled


async def test_a_store_restored_beside_a_new_log_is_refused(world: World, tmp_path_factory: object) -> None:
    assert isinstance(tmp_path_factory, pytest.TempPathFactory)
    await world.post(said(1))
    await world.project()
    other = await SqliteLog.open(tmp_path_factory.mktemp("other") / "log.db")
    try:
        runner = Runner(other, Projector(other, world.store, PROFILE), asyncio.Event())
        with pytest.raises(WrongLog):
            await runner.run()
    finally:
        await other.close()


async def test_a_partition_added_later_is_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.post(said(1), partition=3)
    real = world.log.partitions
    known = [0, 1]

    async def partitions(topic: str) -> Sequence[int]:
        return known if topic == STATEMENTS else await real(topic)

    monkeypatch.setattr(world.log, "partitions", partitions)
    runner = Runner(world.log, Projector(world.log, world.store, PROFILE), asyncio.Event())
    await runner.catch_up()
    assert not await world.statements()
    known += [2, 3]
    assert await runner.sweep() == 1
    assert len(await world.statements()) == 1


async def test_it_wakes_up_for_what_comes_and_stops_when_told(world: World) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(Runner(world.log, Projector(world.log, world.store, PROFILE), stop).run())
    for n in range(3):
        await world.post(said(n), partition=n)
        for _ in range(1000):
            if len(await world.statements()) > n:
                break
            await asyncio.sleep(0.005)
    assert len(await world.statements()) == 3
    stop.set()
    async with asyncio.timeout(5):
        await running


async def test_it_stops_though_nothing_answers(world: World) -> None:
    async def never(name: str) -> None:
        raise Unavailable(name)

    stop = asyncio.Event()
    log = watched_log(world.log, never)
    running = asyncio.create_task(Runner(log, Projector(log, world.store, PROFILE), stop).run())
    await asyncio.sleep(0.02)
    assert not running.done()
    stop.set()
    async with asyncio.timeout(5):
        await running


async def test_patience_ends_with_stop() -> None:
    async def never() -> None:
        raise Unavailable

    stop = asyncio.Event()
    stop.set()
    with pytest.raises(Stopped):
        await patiently(never, stop)


class Slow(Listing):
    """A consumer that takes so many records at once, and no more."""

    def __init__(self, most: int, error: type[StoreError]) -> None:
        super().__init__()
        self._takes = most
        self._error = error

    async def handle(self, records: Sequence[Record], position: Position) -> Position:
        if len(records) > self._takes:
            raise self._error("too much")
        return await super().handle(records, position)


@pytest.mark.parametrize("error", [Unavailable, TooMuch])
async def test_what_is_too_much_at_once_is_done_in_smaller_batches(
    world: World, monkeypatch: pytest.MonkeyPatch, error: type[StoreError]
) -> None:
    monkeypatch.setattr("consumers.retry.FIRST", 0.001)
    await fill(world, 400)
    consumer = Slow(60, error)
    await world.consume(consumer)
    assert [it for batch in consumer.handled for it in batch] == list(range(400))
    assert consumer.buried == []


async def test_one_record_that_is_too_much_is_not_set_aside(world: World) -> None:
    await fill(world, 30)
    consumer = Slow(0, TooMuch)
    with pytest.raises(TooMuch):
        await world.consume(consumer)
    assert (consumer.buried, consumer.handled) == ([], [])


async def test_a_call_that_waits_for_ever_is_left_when_told_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consumers.retry.GRACE", 0.05)
    stop = asyncio.Event()
    waiting = asyncio.create_task(patiently(asyncio.Event().wait, stop))
    await asyncio.sleep(0.01)
    stop.set()
    with pytest.raises(Stopped):
        await waiting

"""Runs a consumer: reads batches from its positions, hands them over, and sets poison aside.

A consumer writes its position together with its output, so that whatever dies, the next run begins where
the output ends.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from consumers.retry import Stopped, patiently
from schemas.errors import Fenced, StoreError, Unacceptable, Unavailable, WrongLog
from schemas.ports import EventLog
from schemas.record import Position, Record

BATCH = 2000
"""Records read at once."""
PATIENCE = 1.0
"""Seconds after which an idle consumer looks again even if nothing woke it."""

log = logging.getLogger(__name__)


class Consumer(Protocol):
    """What happens to the records of one topic."""

    name: str
    topic: str

    async def positions(self) -> Mapping[int, Position]:
        """Where it stands, read from the store. Called at the start and whenever it was fenced."""
        ...

    async def sweep(self) -> None:
        """Called before each round of reads over the partitions."""
        ...

    async def handle(self, records: Sequence[Record], position: Position) -> Position:
        """Process records of one partition that begin at `position`, and move the position in the store.

        Raises Fenced where the position in the store is another one. May be called again with the same
        records.
        """
        ...

    async def bury(self, record: Record, position: Position, error: Exception) -> Position:
        """Set a record aside that `handle` fails on by itself, and move the position past it."""
        ...


class Runner:
    """One consumer over all partitions of its topic, one after another."""

    def __init__(self, log: EventLog, consumer: Consumer, stop: asyncio.Event) -> None:
        self._log = log
        self._consumer = consumer
        self._stop = stop
        self._positions: dict[int, Position] = {}

    async def run(self) -> None:
        """Consume until `stop` is set. Raises OutsideLog or WrongLog where an operator must act."""
        try:
            await patiently(self._begin, self._stop)
            while not self._stop.is_set():
                if not await self.sweep():
                    offsets = {partition: at.offset for partition, at in self._positions.items()}
                    await self._wait(offsets)
        except Stopped:
            pass
        log.info("%s stopped", self._consumer.name)

    async def catch_up(self, progress: Callable[[int], None] | None = None) -> None:
        """Consume what is in the log now, or until `stop` is set; `progress` is told how many records at a
        time.
        """
        try:
            await patiently(self._begin, self._stop)
            ends = await patiently(lambda: self._log.ends(self._consumer.topic), self._stop)
            behind = True
            while behind and not self._stop.is_set():
                count = await self.sweep()
                if progress is not None:
                    progress(count)
                behind = any(at.offset < ends.get(at.partition, 0) for at in self._positions.values())
        except Stopped:
            pass

    async def sweep(self) -> int:
        """Read and process one batch of each partition; how many records there were."""
        topic, count = self._consumer.topic, 0
        await patiently(self._consumer.sweep, self._stop)
        if set(await patiently(lambda: self._log.partitions(topic), self._stop)) - self._positions.keys():
            await patiently(self._begin, self._stop)
        for partition in sorted(self._positions):
            if self._stop.is_set():
                break
            at = self._positions[partition]
            records = await patiently(
                lambda at=at: self._log.read(topic, at.partition, at.offset, BATCH),  # type: ignore[misc]
                self._stop,
            )
            if not records:
                continue
            count += len(records)
            try:
                self._positions[partition] = await self._process(records, at)
            except Fenced:
                log.info("%s: another process has moved on in partition %d", self._consumer.name, partition)
                await patiently(self._begin, self._stop)
                break
        return count

    async def _begin(self) -> None:
        topic = self._consumer.topic
        log_id = await self._log.log_id(topic)
        kept = await self._consumer.positions()
        for position in kept.values():
            if position.log != log_id:
                raise WrongLog(
                    f"{self._consumer.name} stands in log {position.log} of {topic}, but this is log "
                    f"{log_id}: it was replaced, or LRS_LOG and LRS_STORE do not belong together"
                )
        self._positions = {
            partition: kept.get(partition, Position(log_id, partition, 0))
            for partition in await self._log.partitions(topic)
        }

    async def _process(self, records: Sequence[Record], at: Position) -> Position:
        consumer = self._consumer
        try:
            return await patiently(lambda: consumer.handle(records, at), self._stop)
        except Stopped:
            raise
        except Exception as error:
            if isinstance(error, StoreError) and not isinstance(error, Unacceptable):
                raise
            if len(records) == 1:
                where = (consumer.topic, at.partition, at.offset)
                log.exception("%s: %s/%d/%d is set aside", consumer.name, *where)
                poison = error
                return await patiently(lambda: consumer.bury(records[0], at, poison), self._stop)
            log.warning("%s: a batch of %d failed, looking for the record", consumer.name, len(records))
        half = len(records) // 2
        return await self._process(records[half:], await self._process(records[:half], at))

    async def _wait(self, offsets: Mapping[int, int]) -> None:
        waiting = asyncio.ensure_future(self._log.wait(self._consumer.topic, offsets, PATIENCE))
        stopping = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait({waiting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done() and (error := waiting.exception()) is not None:
                if not isinstance(error, Unavailable):
                    raise error
                log.warning("%s: %s", self._consumer.name, error)
                await asyncio.wait({stopping}, timeout=PATIENCE)
        finally:
            for task in (waiting, stopping):
                task.cancel()
            await asyncio.gather(waiting, stopping, return_exceptions=True)

"""Runs a consumer: reads batches from its positions, hands them over, and sets poison aside.

A consumer writes its position together with its output, so that whatever dies, the next run begins where
the output ends.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from typing import Protocol

from consumers.retry import Stopped, patiently
from consumers.standing import refuse_other_logs
from schemas.errors import Fenced, StoreError, TooMuch, Unacceptable, Unavailable
from schemas.ports import EventLog, Member
from schemas.record import Position, Record

BATCH = 2000
"""Records read at once."""
LEAST = 25
"""Records handled at once, however slow that is."""
SHORT, LONG = 1.0, 4.0
"""Seconds for a batch below which the next may be twice as large, and beyond which it is half as large: a
transaction has an end, and what takes longer than anybody waits for it never gets done.
"""
PATIENCE = 1.0
"""Seconds after which an idle consumer looks again even if nothing woke it."""
STANDBY = 0.25
"""Seconds between two looks at whether there are partitions for this process."""

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
    """One consumer over the partitions of its topic that are this process's, `at_once` of them at a time.

    Where the store is a server, one waits for it while another one works.
    """

    def __init__(self, log: EventLog, consumer: Consumer, stop: asyncio.Event, *, at_once: int = 1) -> None:
        self._at_once = at_once
        self._log = log
        self._consumer = consumer
        self._stop = stop
        self._member: Member | None = None
        self._positions: dict[int, Position] = {}
        self._most = BATCH

    async def run(self) -> None:
        """Consume until `stop` is set, together with the other processes that run this consumer. Raises
        OutsideLog or WrongLog where an operator must act.
        """
        try:
            async with AsyncExitStack() as stack:
                consumer = self._consumer
                self._member = await patiently(
                    lambda: stack.enter_async_context(self._log.member(consumer.topic, consumer.name)),
                    self._stop,
                )
                while not self._stop.is_set():
                    if await self.sweep():
                        continue
                    if self._positions:
                        await self._wait({partition: at.offset for partition, at in self._positions.items()})
                    else:
                        await self._rest()
        except Stopped:
            pass
        log.info("%s stopped", self._consumer.name)

    async def catch_up(self, progress: Callable[[int], None] | None = None) -> None:
        """Consume what is in the log now, of every partition, or until `stop` is set; `progress` is told how
        many records at a time.
        """
        try:
            ends = await patiently(lambda: self._log.ends(self._consumer.topic), self._stop)
            behind = True
            while behind and not self._stop.is_set():
                count = await self.sweep()
                if progress is not None:
                    progress(count)
                behind = any(at.offset < ends.get(at.partition, 0) for at in self._positions.values())
                if behind and not count:
                    await self._rest()
        except Stopped:
            pass

    async def sweep(self) -> int:
        """Read and process one batch of each partition; how many records there were."""
        topic, count = self._consumer.topic, 0
        ours = await patiently(self._ours, self._stop)
        if ours != self._positions.keys():
            await patiently(lambda: self._begin(ours), self._stop)
        await patiently(self._consumer.sweep, self._stop)
        ends = await patiently(lambda: self._log.ends_known(topic), self._stop) if ours else {}
        waiting = [it for it in sorted(ours) if ends.get(it, 0) != self._positions[it].offset and it in ends]
        for at in range(0, len(waiting), self._at_once):
            if self._stop.is_set():
                break
            together = waiting[at : at + self._at_once]
            done = await asyncio.gather(*map(self._advance, together), return_exceptions=True)
            failed = [it for it in done if isinstance(it, BaseException)]
            if any(not isinstance(it, Fenced) for it in failed):
                raise next(it for it in failed if not isinstance(it, Fenced))
            count += sum(it for it in done if isinstance(it, int))
            if failed:
                log.info("%s: another process has moved on: %s", self._consumer.name, failed[0])
                await patiently(lambda: self._begin(ours), self._stop)
                # there is more to be done at once
                return count + len(failed)
        return count

    async def _advance(self, partition: int) -> int:
        """Read and process a batch of a partition; how many records there were. Raises Fenced."""
        at = self._positions[partition]
        records = await patiently(
            lambda: self._log.read(self._consumer.topic, partition, at.offset, self._most), self._stop
        )
        if records:
            self._positions[partition] = await self._process(records, at)
        return self._positions[partition].offset - at.offset

    async def _ours(self) -> frozenset[int]:
        if self._member is not None:
            return await self._member.partitions()
        return frozenset(await self._log.partitions(self._consumer.topic))

    async def _begin(self, partitions: frozenset[int]) -> None:
        topic = self._consumer.topic
        log_id = await self._log.log_id(topic)
        kept = await self._consumer.positions()
        refuse_other_logs(kept, topic, log_id)
        if partitions != self._positions.keys():
            log.info("%s: partitions %s", self._consumer.name, sorted(partitions) or "of others")
        self._positions = {it: kept.get(it, Position(log_id, it, 0)) for it in partitions}

    async def _process(self, records: Sequence[Record], at: Position) -> Position:
        """Process these records, or as many of the first as go well; where the consumer stands now."""
        consumer = self._consumer
        try:
            return await patiently(lambda: self._handle(records, at), self._stop)
        except Stopped:
            raise
        except Exception as error:
            if isinstance(error, StoreError) and not isinstance(error, Unacceptable | TooMuch):
                raise
            if len(records) == 1:
                if isinstance(error, TooMuch):
                    raise
                where = (consumer.topic, at.partition, at.offset)
                log.exception("%s: %s/%d/%d is set aside", consumer.name, *where)
                poison = error
                return await patiently(lambda: consumer.bury(records[0], at, poison), self._stop)
            log.warning("%s: a batch of %d failed, in halves now: %s", consumer.name, len(records), error)
        half = len(records) // 2
        to = await self._process(records[:half], at)
        return await self._process(records[half:], to) if to.offset == records[half].offset else to

    async def _handle(self, records: Sequence[Record], at: Position) -> Position:
        """Have as many records handled at once as go well in good time."""
        began = time.monotonic()
        try:
            to = await self._consumer.handle(records[: self._most], at)
        except (Unavailable, TooMuch):
            self._most = max(LEAST, self._most // 2)
            raise
        taken = time.monotonic() - began
        if taken > LONG:
            self._most = max(LEAST, self._most // 2)
        elif taken < SHORT:
            self._most = min(BATCH, self._most * 2)
        return to

    async def _rest(self) -> None:
        """Wait a moment for partitions of our own."""
        with suppress(TimeoutError):
            async with asyncio.timeout(STANDBY):
                await self._stop.wait()

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

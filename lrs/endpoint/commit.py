"""Group commit: the requests that wait are appended as one unit, while the next ones gather.

One request's records are never split, so a batch is in the log whole or not at all (G4). Flushed at once
when idle.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from schemas.ports import EventLog
from schemas.record import NewRecord

LARGEST_UNIT = 4 * 1024 * 1024
"""Bytes after which no further request joins a unit; a larger request is a unit by itself."""

FAREWELL = 15.0
"""Seconds for the log to take what was handed over when the server stops."""

SLOW = 2.0
"""Seconds after which an append that is not done leaves its lane to the other partitions."""

Appending = asyncio.Future[tuple[int, int]]
"""Of an append: the partition, and the offset of the first record."""


@dataclass(slots=True, eq=False)
class _Waiting:
    records: Sequence[NewRecord]
    size: int
    done: Appending


class GroupCommit:
    """Appends to one topic. Nothing depends on the partition: each unit goes to the next one that is free."""

    def __init__(self, log: EventLog, topic: str, partitions: Iterable[int] = ()) -> None:
        self._log = log
        self._topic = topic
        self._free: deque[int] = deque()
        self._partitions: set[int] = set()
        self._waiting: deque[_Waiting] = deque()
        self._running = 0
        """Flushes that will still look at what waits; a task that is over may be in `_flushing` a moment
        longer.
        """
        self._flushing: set[asyncio.Task[None]] = set()
        self.widen(partitions)

    def widen(self, partitions: Iterable[int]) -> None:
        """Append to these partitions too."""
        new = set(partitions) - self._partitions
        self._partitions |= new
        self._free.extend(sorted(new))
        self._flow()

    def append(self, records: Sequence[NewRecord]) -> Appending:
        """Have records (at least one) appended together: a future of the partition and the first one's
        offset.

        Done, they are durable. It raises what the log raises; the records may then have been appended or
        not. Nobody but `withdraw` takes them back.
        """
        done: Appending = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(records, sum(len(record.value) for record in records), done))
        self._flow()
        return done

    def _flow(self) -> None:
        if self._waiting and self._free and self._running < self._log.lanes:
            self._running += 1
            task = asyncio.create_task(self._flush())
            self._flushing.add(task)
            task.add_done_callback(self._flushing.discard)

    def withdraw(self, appending: Appending) -> bool:
        """Take back what is not yet on its way; False where it is, or was."""
        for waiting in self._waiting:
            if waiting.done is appending:
                self._waiting.remove(waiting)
                return True
        return False

    async def close(self) -> None:
        """Wait until everything that was handed over has been flushed, for FAREWELL at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL):
                while self._waiting or self._flushing:
                    await asyncio.gather(*self._flushing, return_exceptions=True)

    async def _flush(self) -> None:
        try:
            while self._waiting and self._free:
                appending = asyncio.create_task(self._append(self._free.popleft(), self._take()))
                self._flushing.add(appending)
                appending.add_done_callback(self._flushing.discard)
                await asyncio.wait({appending}, timeout=SLOW)
        finally:
            self._running -= 1

    def _take(self) -> list[_Waiting]:
        unit = [self._waiting.popleft()]
        size = unit[0].size
        while self._waiting and size + self._waiting[0].size <= LARGEST_UNIT:
            unit.append(self._waiting.popleft())
            size += unit[-1].size
        return unit

    async def _append(self, partition: int, unit: Sequence[_Waiting]) -> None:
        records = [record for waiting in unit for record in waiting.records]
        try:
            appended = (await self._log.append(self._topic, {partition: records}))[partition]
        except Exception as error:
            for waiting in unit:
                if not waiting.done.done():
                    waiting.done.set_exception(error)
            return
        finally:
            self._free.append(partition)
            self._flow()
        offset = appended.first
        for waiting in unit:
            if not waiting.done.done():
                waiting.done.set_result((partition, offset))
            offset += len(waiting.records)

"""What `lrs.provinces` holds: the latest record of each key."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from lrs.snapshots.snapshot import HEAD
from schemas.errors import OutsideLog
from schemas.ports import EventLog
from schemas.record import PROVINCES

PARTITION = 0
"""The topic has one: its keys are few, and its order says what a head stands behind."""
AT_ONCE = 2000


class Posted(NamedTuple):
    """A record's place and its value."""

    offset: int
    value: bytes


class Board:
    """The latest records, read on from where it was read to before. As large as the topic's keys are many."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._reading = asyncio.Lock()
        self.log_id = ""
        """The id of the topic that was read."""
        self.end = 0
        """The offset up to which it was read."""
        self.beginning = 0
        """The first offset that was kept when it was read from the beginning."""
        self.latest: dict[str, Posted] = {}

    async def read(self) -> None:
        """Read up to the topic's end. Raises Unavailable."""
        async with self._reading:
            log_id = await self._log.log_id(PROVINCES)
            if log_id != self.log_id:
                await self._begin(log_id)
            try:
                await self._go_on()
            except OutsideLog:
                # what was not read yet has been replaced and forgotten
                await self._begin(log_id)
                await self._go_on()

    async def _begin(self, log_id: str) -> None:
        self.latest.clear()
        self.end = self.beginning = (await self._log.beginnings(PROVINCES))[PARTITION]
        self.log_id = log_id

    async def _go_on(self) -> None:
        end = (await self._log.ends(PROVINCES))[PARTITION]
        while self.end < end:
            records = await self._log.read(PROVINCES, PARTITION, self.end, AT_ONCE)
            for record in records:
                if record.key is not None:
                    self.latest[record.key.decode()] = Posted(record.offset, record.value)
            if not records:
                return
            self.end = records[-1].offset + 1

    def head(self) -> bytes | None:
        """The latest head, where all that was told before it is of its moment; None where there is none, or
        where more was told since.
        """
        head = self.latest.get(HEAD)
        if head is None or any(it.offset > head.offset for it in self.latest.values()):
            return None
        return head.value

    def since(self, offset: int) -> list[tuple[str, Posted]]:
        """The latest records of the keys that were posted at or after an offset, in order."""
        found = [(key, posted) for key, posted in self.latest.items() if posted.offset >= offset]
        return sorted(found, key=lambda it: it[1].offset)

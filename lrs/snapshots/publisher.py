"""Sees that `lrs.provinces` holds what the reports say.

The topic itself is what is compared, and nothing is noted anywhere else. So a crash between two records, a
repeat, or somebody who was held up and appends what was right a while ago are all put right by the next look,
whoever takes it: what the topic holds last of a key is not what the cells say, and is told again.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from lrs.reports import basis, state
from lrs.reports.state import State
from lrs.snapshots.board import PARTITION, Board
from lrs.snapshots.snapshot import HEAD, head_record, prefixes, snapshots
from schemas.errors import StoreError
from schemas.ports import PROJECTOR, EventLog, Member, Store
from schemas.record import PROVINCES, STATEMENTS, TICK_RECORD, NewRecord, Position

LARGEST = 512 * 1024
"""Bytes of records that are appended together."""
ROOM = 4
"""How many times as many records as there are keys a log that does not compact may hold: then all are told
anew, and what was before is forgotten.
"""
TICK_PATIENCE = 2.0
"""Seconds that a look waits for the projector to pass a tick."""
ASKING = 5.0
"""Seconds between two askings for the topic's partition, which goes to somebody else where nobody asks."""

log = logging.getLogger(__name__)


class Publisher:
    """Publishes; of several that do the last one to look is right."""

    def __init__(self, store: Store, log_: EventLog) -> None:
        self._store = store
        self._log = log_
        self._board = Board(log_)
        self._ticked: Mapping[int, int] = {}
        self._seen: tuple[State, str, str, int] | None = None
        """The store's state and watermark, and the topic and its end, when all was as it should be."""

    async def run(self, seconds: float) -> None:
        """Publish every so many seconds, for ever, while the topic's partition is ours."""
        while True:
            try:
                async with self._log.member(PROVINCES, "snapshots") as member:
                    await self._stay(member, seconds)
            except StoreError as error:
                log.warning("figures are not told in %s: %s", PROVINCES, error)
            await asyncio.sleep(min(ASKING, seconds))

    async def _stay(self, member: Member, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            if PARTITION in await member.partitions() and loop.time() >= due:
                await self.tick(seconds)
                if count := await self.publish():
                    log.info("%d records of figures told in %s", count, PROVINCES)
                due = loop.time() + seconds
            await asyncio.sleep(min(ASKING, seconds))

    async def tick(self, old: float) -> None:
        """Have the watermark of a log in which nothing is appended carried on, where it is older than `old`
        seconds, and wait a moment for that. There is no other tick while one is on its way.
        """
        positions = await self._store.positions(PROJECTOR)
        consistent = min((it.stored for it in positions.values()), default=0)
        if not positions or time.time() - consistent / 1000 < old or not _passed(positions, self._ticked):
            return
        appended = await self._log.append(STATEMENTS, {it: [TICK_RECORD] for it in positions})
        self._ticked = {it: at.first + at.count for it, at in appended.items()}
        with suppress(TimeoutError):
            async with asyncio.timeout(TICK_PATIENCE):
                while not _passed(await self._store.positions(PROJECTOR), self._ticked):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)

    async def publish(self) -> int:
        """Append the snapshots that are not what the topic holds last, and then the head; how many records.

        Raises Unavailable, also where the rules are switched meanwhile.
        """
        await self._board.read()
        now = await state.read_through(self._store, self._log)
        if now is None or self._seen == (*now, self._board.log_id, self._board.end):
            return 0
        found = await basis.read(self._store, self._log, prefixes())
        all_ = await asyncio.to_thread(lambda: dict(snapshots(found)))
        whole = await self._is_full(len(all_) + 1)
        latest = self._board.latest
        told = {
            it: value for it, value in all_.items() if whole or it not in latest or latest[it][1] != value
        }
        head = head_record(found)
        # also where who told the last of them died before the head
        if told or self._board.head() != head:
            told[HEAD] = head
        begun = None
        for unit in _units([NewRecord(value, (), it.encode()) for it, value in told.items()]):
            appended = (await self._log.append(PROVINCES, {PARTITION: unit}))[PARTITION]
            begun = appended.first if begun is None else begun
        if whole and begun is not None:
            await self._log.trim(PROVINCES, {PARTITION: begun})
        await self._board.read()
        as_told = all(self._board.latest[it].value == value for it, value in told.items())
        unchanged = now[0] == await state.read(self._store)
        self._seen = (*now, self._board.log_id, self._board.end) if as_told and unchanged else None
        return len(told)

    async def _is_full(self, keys: int) -> bool:
        if self._log.compacts:
            return False
        beginning = (await self._log.beginnings(PROVINCES))[PARTITION]
        return self._board.end - beginning > ROOM * keys


def _passed(positions: Mapping[int, Position], ends: Mapping[int, int]) -> bool:
    return all(it in positions and positions[it].offset >= end for it, end in ends.items())


def _units(records: Sequence[NewRecord]) -> Iterator[list[NewRecord]]:
    """The records, so many together as may be appended at once."""
    unit: list[NewRecord] = []
    size = 0
    for record in records:
        if unit and size + len(record.value) > LARGEST:
            yield unit
            unit, size = [], 0
        unit.append(record)
        size += len(record.value)
    if unit:
        yield unit

"""The ids of what this endpoint appended and the projector has not yet passed: where each stands in the log.

Together with the store it answers whether an id is taken (G3). Bounded: at the bound requests are refused,
never forgotten.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence

import orjson

from schemas.ports import EventLog
from schemas.record import KIND, STATEMENTS, Position, Record

PAGE = 2000


class Unprojected:
    """Ids in flight (being appended) and appended but not yet projected."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._in_flight: dict[str, asyncio.Future[None]] = {}
        self._at: dict[str, tuple[int, int]] = {}
        self._appended: dict[int, deque[tuple[int, Sequence[str]]]] = {}

    def __len__(self) -> int:
        return len(self._at) + len(self._in_flight)

    def has_room(self, count: int) -> bool:
        """Whether so many more ids stay under the bound."""
        return len(self) + count <= self._most

    async def claim(self, ids: Sequence[str]) -> None:
        """Take ids in flight for one request, after waiting for every request that has one of them in
        flight.
        """
        in_flight = self._in_flight
        while not self.claim_now(ids):
            await asyncio.wait({in_flight[it] for it in ids if it in in_flight})

    def claim_now(self, ids: Sequence[str]) -> bool:
        """Take ids in flight for one request; False, and none is taken, where another one has one of them."""
        if not self._in_flight.keys().isdisjoint(ids):
            return False
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        for it in ids:
            self._in_flight[it] = done
        return True

    def release(self, ids: Sequence[str]) -> None:
        """Let go of claimed ids: their request is over."""
        done = None
        for it in ids:
            done = self._in_flight.pop(it, done)
        if done is not None and not done.done():
            done.set_result(None)

    def appended(self, ids: Sequence[str], partition: int, first: int) -> None:
        """Note that the records of these ids were appended at `first` and the offsets after it."""
        for offset, it in enumerate(ids, first):
            self._at.setdefault(it, (partition, offset))
        self._appended.setdefault(partition, deque()).append((first + len(ids), ids))

    def find(self, ids: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Partition and offset of those of the ids that are appended and not yet projected."""
        at = self._at
        return {it: at[it] for it in ids if it in at} if at else {}

    def projected(self, positions: Mapping[int, Position]) -> None:
        """Forget what the projector has passed: the store answers for it."""
        for partition, units in self._appended.items():
            position = positions.get(partition)
            while position and units and units[0][0] <= position.offset:
                for it in units.popleft()[1]:
                    at = self._at.get(it)
                    if at is not None and at[0] == partition and at[1] < position.offset:
                        del self._at[it]

    async def load(self, log: EventLog, positions: Mapping[int, Position]) -> bool:
        """Take up what an endpoint before this one appended and nobody has projected; False if it is more
        than the bound.
        """
        ends = await log.ends(STATEMENTS)
        starts = {it: positions[it].offset if it in positions else 0 for it in ends}
        if sum(ends[it] - starts[it] for it in ends) > self._most:
            return False
        for partition, end in ends.items():
            offset = starts[partition]
            while offset < end:
                records = await log.read(STATEMENTS, partition, offset, PAGE)
                ids = [_identifier(record) for record in records]
                # what an attempt before this one has noted is not held twice
                if not all(it in self._at or not it for it in ids):
                    self.appended(ids, partition, offset)
                offset += len(records)
        self._at.pop("", None)
        return True


def _identifier(record: Record) -> str:
    """The id of a record's statement; none of a control record, nor of one that nobody can read."""
    if record.header(KIND) is not None:
        return ""
    try:
        return str(orjson.loads(record.value)["id"])
    except (ValueError, TypeError, KeyError):
        return ""

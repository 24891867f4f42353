"""Reads one topic: along the partitions, from wherever it is told to."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import ConsumerRecord

from lrs.adapters.kafka.address import Address
from lrs.adapters.kafka.failure import translated
from lrs.adapters.kafka.offsets import Offsets
from lrs.adapters.kafka.start import started
from schemas.errors import OutsideLog, Unavailable
from schemas.record import Record

FETCH = 4 * 1024 * 1024
"""Bytes of one partition that are fetched ahead; a larger batch comes alone."""
HELD = 50
"""Milliseconds for which a broker keeps a request that it has no records for: for so long no other one is
sent to it.
"""
AT_ONCE = 2000
"""Records taken up while nobody reads, after a wait."""
SLICE = 0.1
"""Seconds for which a wait keeps a read from its turn."""
PATIENCE = 10.0
"""Seconds after which a record that must be there, and does not come, is missing for now."""


class Reader:
    """A consumer without a group. It fetches ahead where it read last, so reading on costs no round trip."""

    def __init__(self, address: Address, topic: str, offsets: Offsets) -> None:
        self._topic = topic
        self._offsets = offsets
        self._options = address.options()
        self._consumer: AIOKafkaConsumer | None = None
        self._turn = asyncio.Lock()
        self._next: dict[int, int] = {}
        """By partition the offset that the consumer gives next."""
        self._taken: defaultdict[int, deque[Record]] = defaultdict(deque)
        """By partition what it has given and nobody has read: up to `_next`, without a gap."""
        self._ends: dict[int, int] = {}
        """By partition an end that it has had."""

    async def read(self, partition: int, offset: int, limit: int) -> Sequence[Record]:
        """Up to `limit` records from `offset` on. Raises OutsideLog."""
        async with self._turn:
            consumer = await self._started()
            beyond = not 0 <= offset < self._ends.get(partition, 0)
            if beyond and await self._is_end(partition, offset):
                return []
            self._go(consumer, {partition: offset})
            taken = self._taken[partition]
            loop = asyncio.get_running_loop()
            deadline = loop.time() + PATIENCE
            while not taken:
                try:
                    await self._take(consumer, [partition], 1.0, limit)
                except OutsideLog:
                    await self._is_end(partition, offset)
                    raise
                if not taken and loop.time() > deadline:
                    raise Unavailable(f"Kafka: {self._topic}/{partition} does not answer")
            if len(taken) < limit:
                await self._take(consumer, [partition], 0, limit - len(taken))
            return [taken.popleft() for _ in range(min(limit, len(taken)))]

    async def wait(self, offsets: Mapping[int, int], seconds: float) -> None:
        """Return when a partition (at least one) has a record at its offset or after it."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while True:
            async with self._turn:
                consumer = await self._started()
                left = deadline - loop.time()
                self._forget(consumer, self._next.keys() - offsets.keys())
                self._go(consumer, offsets)
                if any(self._taken[it] for it in offsets) or left <= 0:
                    return
                await self._take(consumer, offsets, min(left, SLICE), AT_ONCE)
                if any(self._taken[it] for it in offsets):
                    return

    def reaches(self, ends: Mapping[int, int]) -> None:
        """Take note of how far the partitions reach: up to there nobody needs to be asked."""
        self._ends.update(ends)

    async def close(self) -> None:
        """Disconnect."""
        async with self._turn:
            if self._consumer is not None:
                await self._consumer.stop()
                self._consumer = None

    async def _started(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            consumer = AIOKafkaConsumer(
                **self._options,
                enable_auto_commit=False,
                auto_offset_reset="none",
                max_partition_fetch_bytes=FETCH,
                fetch_max_wait_ms=HELD,
                metadata_max_age_ms=30_000,
            )
            self._consumer = await started(consumer)
        return self._consumer

    async def _is_end(self, partition: int, offset: int) -> bool:
        end = (await self._offsets.ends(self._topic, [partition]))[partition]
        # asked after the end, so that an offset trimmed in between is not taken for one beyond it
        beginning = (await self._offsets.beginnings(self._topic, [partition]))[partition]
        self._ends[partition] = end
        if not beginning <= offset <= end:
            raise OutsideLog(
                f"offset {offset} of {self._topic}/{partition} is not in the log: "
                f"it keeps {beginning} to {end}"
            )
        return offset == end

    def _forget(self, consumer: AIOKafkaConsumer, partitions: set[int]) -> None:
        """Keep nothing of partitions that nobody waits for here: they have moved to another process."""
        if partitions:
            for partition in partitions:
                del self._next[partition]
                self._taken.pop(partition, None)
            consumer.assign([self._of(it) for it in self._next])
            for partition, offset in self._next.items():
                consumer.seek(self._of(partition), offset)

    def _go(self, consumer: AIOKafkaConsumer, offsets: Mapping[int, int]) -> None:
        """See that these partitions are read from these offsets on. Without an await, so that nothing is
        fetched from elsewhere in between.
        """
        for partition, offset in offsets.items():
            taken = self._taken[partition]
            while taken and taken[0].offset < offset:
                taken.popleft()
            if not (taken and taken[0].offset == offset):
                taken.clear()
        if offsets.keys() - self._next.keys():
            places = {**self._next, **offsets}
            consumer.assign([self._of(it) for it in places])
            self._next.clear()
        else:
            places = dict(offsets)
        for partition, offset in places.items():
            taken = self._taken[partition]
            # the last one's, since a compacted topic has gaps
            wanted = taken[-1].offset + 1 if taken and partition in offsets else offset
            if self._next.get(partition) != wanted:
                consumer.seek(self._of(partition), wanted)
                self._next[partition] = wanted

    async def _take(
        self, consumer: AIOKafkaConsumer, partitions: Iterable[int], seconds: float, most: int
    ) -> None:
        with translated():
            given = await consumer.getmany(
                *map(self._of, partitions), timeout_ms=int(seconds * 1000), max_records=most
            )
        for at, records in given.items():
            self._taken[at.partition].extend(map(_record, records))
            self._next[at.partition] = end = records[-1].offset + 1
            self._ends[at.partition] = max(end, self._ends.get(at.partition, 0))

    def _of(self, partition: int) -> TopicPartition:
        return TopicPartition(self._topic, partition)


def _record(it: ConsumerRecord[bytes | None, bytes]) -> Record:
    return Record(it.partition, it.offset, it.timestamp, it.value or b"", tuple(it.headers), it.key)

"""The event log on Kafka."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.structs import TopicPartition

from lrs.adapters.kafka.address import Address
from lrs.adapters.kafka.failure import translated
from lrs.adapters.kafka.member import joined
from lrs.adapters.kafka.migrate import check
from lrs.adapters.kafka.offsets import Offsets
from lrs.adapters.kafka.reader import Reader
from lrs.adapters.kafka.topics import Topics
from lrs.adapters.kafka.writer import Writer
from schemas.errors import StoreError, Unavailable
from schemas.ports import EventLog, Member
from schemas.record import TOPICS, Appended, NewRecord, Record


class KafkaLog(EventLog):
    """A log in topics of a Kafka cluster, which `migrate` has made."""

    lanes = 3
    compacts = True

    def __init__(self, address: Address, topics: Topics, compression: str | None) -> None:
        self._address = address
        self._topics = topics
        self._writer = Writer(address, compression)
        self._offsets = Offsets(address)
        self._readers = {topic: Reader(address, address.topic(topic), self._offsets) for topic in TOPICS}

    @classmethod
    async def open(cls, address: Address, *, compression: str | None = "lz4", largest: int = 0) -> KafkaLog:
        """The log at an address. Raises NotPrepared where its topics are not there, or not as `migrate` makes
        them for units of `largest` bytes.
        """
        topics = Topics(address)
        try:
            await topics.start()
            await check(address, largest)
        except BaseException:
            await topics.close()
            raise
        return cls(address, topics, compression)

    async def log_id(self, topic: str) -> str:
        return (await self._topics.of(topic)).id

    async def partitions(self, topic: str) -> Sequence[int]:
        return (await self._topics.of(topic)).partitions

    @asynccontextmanager
    async def member(self, topic: str, consumer: str) -> AsyncIterator[Member]:
        async with joined(self._address, self._address.topic(topic), self._address.group(consumer)) as it:
            yield it

    async def append(self, topic: str, records: Mapping[int, Sequence[NewRecord]]) -> Mapping[int, Appended]:
        if not all(records.values()):
            raise ValueError("an append has at least one record for each of its partitions")
        if unknown := records.keys() - set((await self._topics.of(topic)).partitions):
            raise StoreError(f"{topic} has no partition {min(unknown)}")
        name = self._address.topic(topic)
        if len(records) == 1:
            ((partition, unit),) = records.items()
            return {partition: await self._writer.append(name, partition, unit)}
        placed = await asyncio.gather(
            *(self._writer.append(name, partition, unit) for partition, unit in records.items()),
            return_exceptions=True,
        )
        for it in placed:
            if isinstance(it, BaseException):
                raise it
        return {it.partition: it for it in placed if isinstance(it, Appended)}

    async def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[Record]:
        if partition not in (await self._topics.of(topic)).partitions:
            raise StoreError(f"{topic} has no partition {partition}")
        return await self._readers[topic].read(partition, offset, limit)

    async def beginnings(self, topic: str) -> Mapping[int, int]:
        return await self._offsets.beginnings(self._address.topic(topic), await self.partitions(topic))

    async def ends(self, topic: str) -> Mapping[int, int]:
        ends = await self.ends_known(topic)
        if missing := set(await self.partitions(topic)) - ends.keys():
            raise Unavailable(f"Kafka: no broker leads partition {min(missing)} of {topic}")
        return ends

    async def ends_known(self, topic: str) -> Mapping[int, int]:
        ends = await self._offsets.ends(self._address.topic(topic), await self.partitions(topic))
        self._readers[topic].reaches(ends)
        return ends

    async def offsets_at(self, topic: str, timestamp: int) -> Mapping[int, int]:
        ends = await self.ends(topic)
        found = await self._offsets.at(self._address.topic(topic), ends, timestamp)
        return {it: ends[it] if at is None else at for it, at in found.items()}

    async def trim(self, topic: str, offsets: Mapping[int, int]) -> None:
        if not offsets:
            return
        name = self._address.topic(topic)
        with translated():
            admin = AIOKafkaAdminClient(**self._address.options())
            try:
                await admin.start()
                await admin.delete_records(
                    {
                        TopicPartition(name, it): RecordsToDelete(before_offset=at)
                        for it, at in offsets.items()
                    }
                )
            finally:
                await admin.close()

    async def wait(self, topic: str, offsets: Mapping[int, int], timeout: float) -> None:  # noqa: ASYNC109
        partitions = await self.partitions(topic)
        known = {partition: offset for partition, offset in offsets.items() if partition in partitions}
        if known:
            await self._readers[topic].wait(known, timeout)
        else:
            await asyncio.sleep(timeout)

    async def close(self) -> None:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._topics.close)
            stack.push_async_callback(self._offsets.close)
            for reader in self._readers.values():
                stack.push_async_callback(reader.close)
            stack.push_async_callback(self._writer.close)

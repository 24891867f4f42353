"""Where the partitions of topics begin and end.

Asked on a connection of its own: a broker answers one connection's requests in turn, and a reader's wait
there for records that come.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from aiokafka import AIOKafkaConsumer, TopicPartition

from lrs.adapters.kafka.address import Address
from lrs.adapters.kafka.failure import translated
from lrs.adapters.kafka.start import started
from schemas.errors import Unavailable

METADATA_AGE = 10_000
"""Milliseconds after which leaders are asked for again."""


class Offsets:
    """A consumer that consumes nothing."""

    def __init__(self, address: Address) -> None:
        self._options = address.options()
        self._consumer: AIOKafkaConsumer | None = None
        self._starting = asyncio.Lock()

    async def beginnings(self, topic: str, partitions: Iterable[int]) -> dict[int, int]:
        """By partition of a topic (as Kafka calls it) the first offset that is kept, where a broker leads
        it.
        """
        consumer = await self._started()
        led = await self._led(consumer, topic, partitions)
        with translated():
            found = await consumer.beginning_offsets(led)
        return {at.partition: offset for at, offset in found.items()}

    async def ends(self, topic: str, partitions: Iterable[int]) -> dict[int, int]:
        """By partition its end, where a broker leads it."""
        consumer = await self._started()
        led = await self._led(consumer, topic, partitions)
        with translated():
            found = await consumer.end_offsets(led)
        return {at.partition: offset for at, offset in found.items()}

    async def at(self, topic: str, partitions: Iterable[int], timestamp: int) -> dict[int, int | None]:
        """By partition the first offset whose record is of this millisecond or later; None without one."""
        consumer = await self._started()
        with translated():
            found = await consumer.offsets_for_times(
                {TopicPartition(topic, it): timestamp for it in partitions}
            )
        return {at.partition: None if it is None else it.offset for at, it in found.items()}

    async def close(self) -> None:
        """Disconnect."""
        if self._consumer is not None:
            await self._consumer.stop()
            self._consumer = None

    async def _started(self) -> AIOKafkaConsumer:
        async with self._starting:
            if self._consumer is None:
                consumer = AIOKafkaConsumer(
                    **self._options, enable_auto_commit=False, metadata_max_age_ms=METADATA_AGE
                )
                self._consumer = await started(consumer)
            return self._consumer

    @staticmethod
    async def _led(consumer: AIOKafkaConsumer, topic: str, partitions: Iterable[int]) -> list[TopicPartition]:
        """Those that a broker leads: to ask for another one would wait until one does."""
        cluster = consumer._client.cluster
        all_ = [TopicPartition(topic, it) for it in partitions]
        if any(cluster.leader_for_partition(at) is None for at in all_):
            consumer._client.add_topic(topic)
            with translated():
                await consumer._client.force_metadata_update()
        led = [at for at in all_ if cluster.leader_for_partition(at) not in (None, -1)]
        if not led:
            raise Unavailable(f"Kafka: no broker leads a partition of {topic}")
        return led

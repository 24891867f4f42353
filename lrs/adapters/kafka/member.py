"""A process's place in the group of a consumer: which partitions are its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition

from lrs.adapters.kafka.address import Address
from lrs.adapters.kafka.failure import translated
from schemas.ports import Member

SESSION = 10_000
"""Milliseconds without a heartbeat after which a member's partitions go to others."""
HEARTBEAT = 1_000
"""Milliseconds between heartbeats, and so until a member knows that the group gathers anew."""
LONGEST_BATCH = 300_000
"""Milliseconds after which a member that does not ask for its partitions is taken to hang."""
SETTLING = 1.0
"""Seconds to wait for the group to settle; until then nothing is its own."""


class KafkaMember(Member):
    """Membership by Kafka's own protocol. Where it stands is not Kafka's business: nothing is fetched here,
    and no offset committed.
    """

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer

    async def partitions(self) -> frozenset[int]:
        try:
            async with asyncio.timeout(SETTLING):
                # also says that this process is well
                await self._poll()
        except TimeoutError:
            return frozenset()
        return frozenset(at.partition for at in self._consumer.assignment())

    async def _poll(self) -> None:
        with translated():
            await self._consumer.getmany(timeout_ms=0)


class _Idle(ConsumerRebalanceListener):
    """Sees that nothing of what is assigned is fetched."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        """Nothing: who goes on with them begins where the store says, and fences us."""

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        for at in assigned:
            self._consumer.seek(at, 0)
        self._consumer.pause(*assigned)


@asynccontextmanager
async def joined(address: Address, topic: str, name: str) -> AsyncIterator[KafkaMember]:
    """Join the group `name` for a topic (as Kafka calls it); leaving the context leaves the group."""
    consumer = AIOKafkaConsumer(
        **address.options(),
        group_id=name,
        enable_auto_commit=False,
        auto_offset_reset="none",
        session_timeout_ms=SESSION,
        heartbeat_interval_ms=HEARTBEAT,
        max_poll_interval_ms=LONGEST_BATCH,
        metadata_max_age_ms=5_000,
    )
    try:
        with translated():
            await consumer.start()
        consumer.subscribe([topic], listener=_Idle(consumer))
        yield KafkaMember(consumer)
    finally:
        await consumer.stop()

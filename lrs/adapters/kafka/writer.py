"""Appends units: each is one record batch of an idempotent producer, kept whole or not at all."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.structs import RecordMetadata

from lrs.adapters.kafka.address import Address
from lrs.adapters.kafka.failure import translate
from lrs.adapters.kafka.start import started
from schemas.errors import Unacceptable, Unavailable
from schemas.record import Appended, Headers, NewRecord

LARGEST_BATCH = 256 * 1024 * 1024
"""Bytes that a batch may grow to here; what a topic takes is set by `lrs migrate`."""
METADATA_AGE = 30_000
"""Milliseconds after which a producer asks for partitions and leaders again."""
FAREWELL = 10.0
"""Seconds that a producer has to send what it holds when it is closed."""

log = logging.getLogger(__name__)


class Writer:
    """One producer, and another one after a batch of it has failed: a producer numbers its batches, and the
    number of one that failed is missing for good.

    An idempotent producer sends a batch until a broker takes it, however long that is; whoever stops waiting
    does not take it back.
    """

    def __init__(self, address: Address, compression: str | None) -> None:
        self._options = address.options()
        self._compression = compression
        self._producer: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()
        self._closing: dict[asyncio.Task[None], AIOKafkaProducer] = {}

    async def append(self, topic: str, partition: int, records: Sequence[NewRecord]) -> Appended:
        """Append the records as one batch. `topic` as Kafka calls it."""
        producer = await self._started()
        batch = producer.create_batch()
        before: Headers | None = None
        headers: list[tuple[str, bytes]] = []
        for value, shared, key in records:
            if shared is not before:
                # those of one request are one tuple
                before, headers = shared, list(shared)
            if batch.append(timestamp=None, key=key, value=value, headers=headers) is None:
                raise Unacceptable(f"{len(records)} records are more than one record batch holds")
        batch.close()
        try:
            if partition not in (await producer.partitions_for(topic)):
                await producer.client.force_metadata_update()
            at: RecordMetadata = await (await producer.send_batch(batch, topic, partition=partition))
        except Exception as error:
            self._retire(producer)
            if isinstance(error, AssertionError):
                raise Unavailable(f"Kafka: partition {partition} of {topic} is not known yet") from error
            raise translate(error) from error
        if at.offset < 0:
            raise Unavailable("Kafka has the batch, but does not know where any more")
        return Appended(partition, at.offset, len(records), at.timestamp)

    async def close(self) -> None:
        """Send what is held, for FAREWELL at most, and disconnect."""
        if self._producer is not None:
            self._retire(self._producer)
        if self._closing:
            await asyncio.wait(self._closing, timeout=FAREWELL)
        for task, producer in list(self._closing.items()):
            log.warning("a producer is closed with batches that no broker has taken")
            task.cancel()
            await producer.client.close()

    async def _started(self) -> AIOKafkaProducer:
        async with self._starting:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    **self._options,
                    enable_idempotence=True,
                    acks="all",
                    linger_ms=0,
                    compression_type=self._compression,
                    max_batch_size=LARGEST_BATCH,
                    metadata_max_age_ms=METADATA_AGE,
                )
                self._producer = await started(producer)
            return self._producer

    def _retire(self, producer: AIOKafkaProducer) -> None:
        """Begin anew with the next append; what this one still holds it goes on to send, however long."""
        if producer is self._producer:
            self._producer = None
            task = asyncio.create_task(_stopped(producer))
            self._closing[task] = producer
            task.add_done_callback(self._closing.pop)


async def _stopped(producer: AIOKafkaProducer) -> None:
    try:
        await producer.stop()
    except (KafkaError, OSError) as error:
        log.warning("a producer did not end well: %s", error)

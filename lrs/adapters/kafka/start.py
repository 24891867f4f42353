"""Starts a client of aiokafka, or leaves nothing of it open."""

from __future__ import annotations

from typing import TypeVar

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from lrs.adapters.kafka.failure import translated

Client = TypeVar("Client", AIOKafkaConsumer, AIOKafkaProducer)


async def started(client: Client) -> Client:
    """The same client, connected. Raises StoreError and those below it."""
    try:
        with translated():
            await client.start()
    except BaseException:
        await client.stop()
        raise
    return client

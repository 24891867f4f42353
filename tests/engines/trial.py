"""One round trip through an engine: whoever passes it, is used."""

from __future__ import annotations

from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from motor.motor_asyncio import AsyncIOMotorClient

VALUE = b"a record"


async def try_kafka(bootstrap: str) -> None:
    """Create a topic, append a record to it and read it back. Raises whatever goes wrong."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic("trial", num_partitions=1, replication_factor=1)])
    finally:
        await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
    await producer.start()
    try:
        await producer.send_and_wait("trial", VALUE)
    finally:
        await producer.stop()
    # In a group, so that the topic of its offsets is made, too.
    consumer = AIOKafkaConsumer(
        "trial", bootstrap_servers=bootstrap, group_id="trial", auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        record = await consumer.getone()
    finally:
        await consumer.stop()
    assert record.value == VALUE, f"what was read back is {record.value!r}"


async def try_mongodb(url: str) -> None:
    """Insert a document in a transaction and read it back. Raises whatever goes wrong."""
    client: Any = AsyncIOMotorClient(url, serverSelectionTimeoutMS=5000)
    try:
        collection = client["trial"]["documents"]
        async with await client.start_session() as session, session.start_transaction():
            await collection.insert_one({"_id": 1, "value": VALUE}, session=session)
        found = await collection.find_one({"_id": 1})
    finally:
        client.close()
    assert found == {"_id": 1, "value": VALUE}, f"what was read back is {found!r}"

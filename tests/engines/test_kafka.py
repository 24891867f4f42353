"""Brokers answer, come back with their data, and fail over."""

from __future__ import annotations

import asyncio
import time

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from tests.conftest import MakeCluster
from tests.engines.trial import try_kafka


async def _make(bootstrap: str, topic: str, replicas: int) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics(
        [NewTopic(topic, 1, replicas, topic_configs={"min.insync.replicas": str(min(2, replicas))})]
    )
    await admin.close()


async def _append(bootstrap: str, topic: str, value: bytes) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
    await producer.start()
    try:
        await producer.send_and_wait(topic, value)
    finally:
        await producer.stop()


async def _read(bootstrap: str, topic: str, count: int) -> list[bytes | None]:
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        return [(await consumer.getone()).value for _ in range(count)]
    finally:
        await consumer.stop()


async def test_the_runs_kafka_answers(kafka_url: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_url.removeprefix("kafka://"))
    await admin.start()
    try:
        assert (await admin.describe_cluster())["brokers"]
    finally:
        await admin.close()


async def test_a_killed_broker_comes_back_with_its_data(kafka_cluster: MakeCluster) -> None:
    cluster = kafka_cluster(1)
    (broker,) = cluster.brokers
    await try_kafka(cluster.bootstrap)
    await _make(cluster.bootstrap, "kept", 1)
    await _append(cluster.bootstrap, "kept", b"before")
    broker.kill()
    assert not broker.running
    # In a thread whose end must not be the broker's.
    await asyncio.to_thread(broker.start)
    await _append(cluster.bootstrap, "kept", b"after")
    broker.restart()
    assert await _read(cluster.bootstrap, "kept", 2) == [b"before", b"after"]
    assert broker.stop()


async def test_a_cluster_goes_on_without_one_of_its_brokers(kafka_cluster: MakeCluster) -> None:
    cluster = kafka_cluster(3)
    await _make(cluster.bootstrap, "kept", 3)
    await _append(cluster.bootstrap, "kept", b"before")
    leader = cluster.leader("kept", 0)
    leader.kill()
    others = ",".join(broker.address for broker in cluster.brokers if broker.running)
    await _append(others, "kept", b"after")
    assert await _read(others, "kept", 2) == [b"before", b"after"]
    leader.start()
    at = cluster.bootstrap
    cluster.stop()
    cluster.start()
    assert cluster.bootstrap == at
    assert await _read(at, "kept", 2) == [b"before", b"after"]


async def test_a_paused_broker_stands_still_until_it_is_resumed(kafka_cluster: MakeCluster) -> None:
    cluster = kafka_cluster(1, message_max_bytes="2000000")
    (broker,) = cluster.brokers
    await _make(cluster.bootstrap, "kept", 1)
    broker.pause()
    began = time.monotonic()
    appending = asyncio.create_task(_append(cluster.bootstrap, "kept", b"late"))
    await asyncio.sleep(0.5)
    assert not appending.done()
    broker.resume()
    await appending
    assert time.monotonic() - began > 0.5

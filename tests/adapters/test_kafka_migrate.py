"""What `lrs migrate` does to topics, and what the log refuses where it was not done."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from lrs.adapters.kafka import Address, KafkaLog, Wanted, migrate
from lrs.adapters.kafka.topics import Topics
from schemas.errors import NotPrepared, StoreError, Unacceptable, WrongLog
from schemas.record import FACTS, STATEMENTS, NewRecord

WANTED = Wanted(statements=2, facts=3, replication=1, largest=100_000)


@pytest.fixture
def address(kafka_url: str) -> Address:
    return Address.parse(f"{kafka_url}/migrate-{secrets.token_hex(4)}")


@asynccontextmanager
async def _admin(address: Address) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(**address.options())
    try:
        await admin.start()
        yield admin
    finally:
        await admin.close()


@asynccontextmanager
async def _log(address: Address, largest: int = 0) -> AsyncIterator[KafkaLog]:
    log = await KafkaLog.open(address, largest=largest)
    try:
        yield log
    finally:
        await log.close()


async def _delete(address: Address) -> None:
    async with _admin(address) as admin:
        await admin.delete_topics([address.topic(STATEMENTS)])


async def test_a_second_run_finds_nothing_to_do(address: Address) -> None:
    assert len(await migrate(address, WANTED)) == 3
    assert await migrate(address, WANTED) == []


async def test_without_topics_the_log_says_what_makes_them(address: Address) -> None:
    with pytest.raises(NotPrepared, match="lrs migrate"):
        await KafkaLog.open(address)


async def test_partitions_are_added_to_statements_and_facts_keep_theirs(address: Address) -> None:
    await migrate(address, WANTED)
    async with _log(address) as log:
        await log.append(STATEMENTS, {1: [NewRecord(b"x")]})
        said = await migrate(address, replace(WANTED, statements=5, facts=6))
        assert [line.partition(": ")[2] for line in said] == [
            "2 partitions are now 5",
            "keeps its 3 partitions",
        ]
    async with _log(address) as log:
        assert list(await log.partitions(STATEMENTS)) == list(range(5))
        assert list(await log.partitions(FACTS)) == list(range(3))
        assert await log.ends(STATEMENTS) == {0: 0, 1: 1, 2: 0, 3: 0, 4: 0}
        assert (await log.append(STATEMENTS, {4: [NewRecord(b"y")]}))[4].first == 0


async def test_what_somebody_changed_is_put_right_and_the_rest_is_kept(address: Address) -> None:
    await migrate(address, WANTED)
    name = address.topic(STATEMENTS)
    changed = {
        "message.timestamp.type": "CreateTime",
        "retention.ms": "1000",
        "segment.bytes": "1048576",
        "max.message.bytes": "50000",
    }
    async with _admin(address) as admin:
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, configs=changed)])
    with pytest.raises(NotPrepared, match="the log's time: run `lrs migrate`"):
        await KafkaLog.open(address)
    said = await migrate(address, WANTED)
    assert f"topic {name}: message.timestamp.type is now LogAppendTime" in said
    assert f"topic {name}: retention.ms is now -1" in said
    assert f"topic {name}: max.message.bytes is now 100000" in said
    assert not any("segment.bytes" in line for line in said)
    async with _admin(address) as admin:
        (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name)])
        kept = {entry[0]: entry[1] for entry in answer.resources[0][4]}
    assert kept["segment.bytes"] == "1048576"
    assert await migrate(address, WANTED) == []


async def test_a_topic_that_takes_too_little_is_refused_and_a_unit_that_is_too_large(
    address: Address,
) -> None:
    await migrate(address, WANTED)
    with pytest.raises(NotPrepared, match="LRS_MAX_BODY needs 200000"):
        await KafkaLog.open(address, largest=200_000)
    async with _log(address, 100_000) as log:
        unit = [NewRecord(secrets.token_bytes(60_000)) for _ in range(3)]
        with pytest.raises(Unacceptable):
            await log.append(STATEMENTS, {0: unit})
        assert await log.ends(STATEMENTS) == {0: 0, 1: 0}
        assert (await log.append(STATEMENTS, {0: unit[:1]}))[0].first == 0
        assert (await log.append(STATEMENTS, {0: [NewRecord(b"after")]}))[0].first == 1


async def test_more_replicas_than_brokers_are_refused(address: Address) -> None:
    with pytest.raises(StoreError, match="99 replicas are wanted"):
        await migrate(address, replace(WANTED, replication=99))


async def test_a_topic_that_was_read_from_is_not_made_again_unasked(address: Address) -> None:
    await migrate(address, WANTED)
    await _delete(address)
    with pytest.raises(NotPrepared, match="--new-log"):
        await migrate(address, WANTED, fresh=False)
    assert len(await migrate(address, WANTED)) == 1


async def test_a_topic_that_is_made_anew_under_a_running_log_is_noticed(
    address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lrs.adapters.kafka.topics.FRESH", 0.0)
    await migrate(address, WANTED)
    async with _log(address) as log:
        await log.append(STATEMENTS, {0: [NewRecord(b"x")]})
        before = await log.log_id(STATEMENTS)
        await _delete(address)
        with pytest.raises(WrongLog, match="gone"):
            await log.read(STATEMENTS, 0, 0, 1)
        await migrate(address, WANTED)
        for call in (log.ends(STATEMENTS), log.append(STATEMENTS, {0: [NewRecord(b"y")]})):
            with pytest.raises(WrongLog, match="made anew"):
                await call
    async with _log(address) as log:
        assert await log.log_id(STATEMENTS) != before


async def test_topics_know_their_replicas_and_leaders(address: Address) -> None:
    await migrate(address, WANTED)
    topics = Topics(address)
    try:
        await topics.start()
        found = await topics.of(STATEMENTS)
        assert (found.partitions, found.led, found.replicas) == ((0, 1), 2, 1)
    finally:
        await topics.close()

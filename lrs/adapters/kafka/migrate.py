"""Makes the topics, and sees that they are as the log needs them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from lrs.adapters.kafka.address import Address
from lrs.adapters.kafka.failure import translated
from lrs.adapters.kafka.identity import Identity, identities, identities_anywhere
from schemas.errors import NotPrepared, StoreError, Unavailable
from schemas.record import FACTS, PROVINCES, STATEMENTS, TOPICS

PATIENCE = 30.0
"""Seconds for a new partition to have a leader."""
KEEPING = ("cleanup.policy", "retention.ms", "retention.bytes", "unclean.leader.election.enable")
"""The settings that decide whether what is acknowledged stays."""
_DYNAMIC = 1
"""The source of a setting that was made on the topic itself, as brokers number it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the topics are to be. `replication`: None for three, or as many as there are brokers. `largest`:
    bytes of the largest unit that is appended.
    """

    statements: int = 12
    facts: int = 64
    replication: int | None = None
    largest: int = 24 * 1024 * 1024


def configuration(topic: str, replicas: int, largest: int) -> dict[str, str]:
    """The settings of a topic, by our name for it: nothing that a cluster's own defaults may change behind
    our back.
    """
    return {
        # `stored` is the log's time
        "message.timestamp.type": "LogAppendTime",
        # what every consumer has passed is deleted by our own trimmer; of provinces the latest of a key stays
        "cleanup.policy": "compact" if topic == PROVINCES else "delete",
        "retention.ms": "-1",
        "retention.bytes": "-1",
        # what was trimmed leaves the disk with its segment, which ends after a day
        "segment.ms": "86400000",
        # one of three may be away; acknowledged is what two have
        "min.insync.replicas": "2" if replicas >= 3 else "1",
        "unclean.leader.election.enable": "false",
        "max.message.bytes": str(largest),
        # as the endpoint sent it: nothing is packed twice
        "compression.type": "producer",
    }


async def migrate(address: Address, wanted: Wanted, *, fresh: bool = True) -> list[str]:
    """Make what is missing and mend what differs; what was done, a line each. Can be repeated at any time.

    Where the log is not `fresh` a topic of statements that is missing was lost, and is not made: NotPrepared.
    Partitions are added to statements, never to facts, whose number places the learners. Raises StoreError
    where the brokers cannot do what is wanted.
    """
    said: list[str] = []
    with translated():
        client = AIOKafkaClient(**address.options())
        admin = AIOKafkaAdminClient(**address.options())
        try:
            await client.bootstrap()
            await admin.start()
            brokers = len(client.cluster.brokers())
            for topic, count in ((STATEMENTS, wanted.statements), (FACTS, wanted.facts), (PROVINCES, 1)):
                name = address.topic(topic)
                found = (await identities_anywhere(client, [name])).get(name)
                if found is None and topic == STATEMENTS and not fresh:
                    raise NotPrepared(
                        f"the topic {name} is gone, and the store has read from it: restore it, or begin "
                        "another one with `lrs migrate --new-log`"
                    )
                if found is None:
                    replicas = min(brokers, wanted.replication or 3)
                    said += await _make(admin, topic, name, count, replicas, wanted)
                else:
                    said += await _mend(admin, topic, name, found, count, wanted)
                await _settled(client, name, count if topic == STATEMENTS or found is None else 1)
        finally:
            await admin.close()
            await client.close()
    return said


async def check(address: Address, largest: int) -> None:
    """Return if all topics have what nothing is right without. Raises NotPrepared."""
    with translated():
        admin = AIOKafkaAdminClient(**address.options())
        try:
            await admin.start()
            for topic in TOPICS:
                name = address.topic(topic)
                now = await _configured(admin, name)
                if now.get("message.timestamp.type") != "LogAppendTime":
                    raise NotPrepared(
                        f"the topic {name} does not give records the log's time: run `lrs migrate`"
                    )
                for key in KEEPING:
                    if now.get(key) != configuration(topic, 1, largest)[key]:
                        raise NotPrepared(f"the topic {name} may lose records ({key}): run `lrs migrate`")
                if int(now.get("max.message.bytes", "0")) < largest:
                    raise NotPrepared(
                        f"the topic {name} takes batches of {now.get('max.message.bytes')} bytes, "
                        f"LRS_MAX_BODY needs {largest}: run `lrs migrate`"
                    )
        finally:
            await admin.close()


async def _make(
    admin: AIOKafkaAdminClient, topic: str, name: str, count: int, replicas: int, wanted: Wanted
) -> list[str]:
    if wanted.replication is not None and replicas < wanted.replication:
        raise StoreError(f"{wanted.replication} replicas are wanted, but there are {replicas} brokers")
    answer = await admin.create_topics(
        [NewTopic(name, count, replicas, topic_configs=configuration(topic, replicas, wanted.largest))]
    )
    for _, code, *message in answer.topic_errors:
        error = for_code(code)
        if code and error is not TopicAlreadyExistsError:
            raise error(*message)
    return [f"topic {name}: made, {count} partitions, {replicas} replicas"]


async def _mend(
    admin: AIOKafkaAdminClient, topic: str, name: str, found: Identity, count: int, wanted: Wanted
) -> list[str]:
    said: list[str] = []
    has = len(found.partitions)
    if has < count and topic == STATEMENTS:
        await admin.create_partitions({name: NewPartitions(count)})
        said.append(f"topic {name}: {has} partitions are now {count}")
    elif has != count:
        said.append(f"topic {name}: keeps its {has} partitions")
    if wanted.replication is not None and found.replicas < wanted.replication:
        said.append(
            f"topic {name}: has {found.replicas} replicas, not {wanted.replication}: "
            "kafka-reassign-partitions adds some"
        )
    now = await _configured(admin, name)
    should = configuration(topic, found.replicas, wanted.largest)
    if int(now.get("max.message.bytes", "0")) > wanted.largest:
        should["max.message.bytes"] = now["max.message.bytes"]
    changed = {key: value for key, value in should.items() if now.get(key) != value}
    if changed:
        (answer,) = await admin.alter_configs(
            [ConfigResource(ConfigResourceType.TOPIC, name, configs={**now, **should})]
        )
        for code, message, *_ in answer.resources:
            if code:
                raise for_code(code)(message)
        said += [f"topic {name}: {key} is now {value}" for key, value in changed.items()]
    return said


async def _configured(admin: AIOKafkaAdminClient, name: str) -> dict[str, str]:
    """What is set on the topic itself."""
    (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name)])
    found: dict[str, str] = {}
    for code, message, _, _, entries in answer.resources:
        if code:
            raise for_code(code)(message)
        found |= {
            key: value for key, value, _, source, *_ in entries if source == _DYNAMIC and value is not None
        }
    return found


async def _settled(client: AIOKafkaClient, name: str, count: int) -> None:
    """Wait until every broker that answers knows the topic with so many partitions, each of them led."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PATIENCE
    while True:
        led = [await _led(client, broker.nodeId, name) for broker in client.cluster.brokers()]
        least = min((it for it in led if it is not None), default=0)
        if least >= count:
            return
        if loop.time() > deadline:
            raise Unavailable(f"Kafka: {name} has {least} partitions with a leader, not {count}")
        await asyncio.sleep(0.05)


async def _led(client: AIOKafkaClient, node: int, name: str) -> int | None:
    """How many partitions of a topic a broker knows to be led; None where it does not answer."""
    try:
        found = (await identities(client, node, [name])).get(name)
    except (KafkaError, OSError, TimeoutError):
        return None
    return 0 if found is None else found.led

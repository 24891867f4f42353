"""Asks brokers which topics there are: their ids, which Kafka gives anew to a topic that is made anew, and
their partitions.

aiokafka asks for metadata in a version from before topics had ids (KIP-516), so this is the request in
version 12 (Kafka 3.0 and later).
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError, NoBrokersAvailable, UnknownTopicOrPartitionError, for_code
from aiokafka.protocol.abstract import AbstractType
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Boolean, CompactArray, CompactString, Int16, Int32, Schema, TaggedFields

_API, _VERSION = 3, 12


class _Uuid(AbstractType[UUID]):
    @classmethod
    def encode(cls, value: UUID) -> bytes:
        return value.bytes

    @classmethod
    def decode(cls, data: object) -> UUID:
        return UUID(bytes=data.read(16))  # type: ignore[attr-defined]


class _Response(Response):
    API_KEY = _API
    API_VERSION = _VERSION
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "brokers",
            CompactArray(
                ("node_id", Int32),
                ("host", CompactString()),
                ("port", Int32),
                ("rack", CompactString()),
                ("tags", TaggedFields),
            ),
        ),
        ("cluster_id", CompactString()),
        ("controller_id", Int32),
        (
            "topics",
            CompactArray(
                ("error_code", Int16),
                ("name", CompactString()),
                ("topic_id", _Uuid),
                ("is_internal", Boolean),
                (
                    "partitions",
                    CompactArray(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", CompactArray(Int32)),
                        ("isr", CompactArray(Int32)),
                        ("offline_replicas", CompactArray(Int32)),
                        ("tags", TaggedFields),
                    ),
                ),
                ("authorized_operations", Int32),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _Struct(RequestStruct):
    FLEXIBLE_VERSION = True
    API_KEY = _API
    API_VERSION = _VERSION
    RESPONSE_TYPE = _Response
    SCHEMA = Schema(
        ("topics", CompactArray(("topic_id", _Uuid), ("name", CompactString()), ("tags", TaggedFields))),
        ("allow_auto_topic_creation", Boolean),
        ("include_topic_authorized_operations", Boolean),
        ("tags", TaggedFields),
    )


class _Request(Request[_Struct]):
    API_KEY = _API

    def __init__(self, topics: Sequence[str]) -> None:
        self._topics = topics

    def build(self, request_struct_class: type[_Struct]) -> _Struct:
        asked: list[tuple[UUID, str, dict[int, bytes]]] = [(UUID(int=0), name, {}) for name in self._topics]
        return request_struct_class(asked, False, False, {})


class Identity(NamedTuple):
    """A topic as the cluster knows it now. `led`: how many partitions have a leader. `replicas`: the least
    number of replicas of a partition.
    """

    id: str
    partitions: tuple[int, ...]
    led: int
    replicas: int


async def identities(client: AIOKafkaClient, node: int, topics: Sequence[str]) -> Mapping[str, Identity]:
    """What a broker says of these topics; those that are not there are left out. Raises KafkaError."""
    response = await client.send(node, _Request(topics))
    found: dict[str, Identity] = {}
    for code, name, topic_id, _, partitions, *_ in response.topics:
        error = for_code(code)
        if error is UnknownTopicOrPartitionError:
            continue
        if code:
            raise error(name)
        numbers = tuple(sorted(partition[1] for partition in partitions))
        led = sum(partition[2] >= 0 for partition in partitions)
        replicas = min((len(partition[4]) for partition in partitions), default=0)
        found[name] = Identity(topic_id.hex, numbers, led, replicas)
    return found


async def identities_anywhere(client: AIOKafkaClient, topics: Sequence[str]) -> Mapping[str, Identity]:
    """What the first broker says that knows all these topics; one is left out where no broker knows it.

    Brokers are asked in any order, so that the first is not always one that hangs. Raises what the last one
    raised where none answers.
    """
    brokers = client.cluster.brokers()
    failure: Exception = NoBrokersAvailable()
    found: Mapping[str, Identity] | None = None
    for broker in random.sample(list(brokers), len(brokers)):
        try:
            found = await identities(client, broker.nodeId, topics)
        except (KafkaError, OSError, TimeoutError) as error:
            failure = error
        else:
            if len(found) == len(topics):
                return found
    if found is None:
        raise failure
    return found

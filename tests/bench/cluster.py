"""One Kafka broker and one server of MongoDB's protocol, started for the run or named by the environment."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from aiokafka.admin import AIOKafkaAdminClient
from pymongo import MongoClient

from schemas.record import TOPICS
from tests.bench.engines import CLUSTER
from tests.bench.process import Broken, python
from tests.engines import kafka_jars, secantus
from tests.engines.cache import Cache
from tests.engines.kafka import KafkaCluster
from tests.engines.missing import Missing, NotUp
from tests.engines.mongodb import MongoServer

OPTIONS = ("-Xmx1g", "-XX:TieredStopAtLevel=4")
"""Of the broker's virtual machine: it lives longer than for a test, so it may compile as in production."""
BETA = (
    "**not MongoDB**: it reads the whole range of an index where a page asks for the first of it, so pages "
    "and reports take longer with every statement that is stored"
)
"""What to know of the server that stands in for MongoDB."""
_READY = b"are ready"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Addresses of both, what they are in words, their processes where they are ours, and the folder in which
    the broker keeps its topics.
    """

    kafka: str
    mongodb: str
    log_server: str
    store_server: str
    processes: Mapping[str, int]
    topics: Path | None
    name: str = CLUSTER
    beside: bool = False

    @asynccontextmanager
    async def made(self, directory: Path) -> AsyncIterator[Mapping[str, str]]:
        """Topics with a prefix of their own and a database of their own, by `lrs migrate`."""
        own = f"bench-{directory.name}-{secrets.token_hex(4)}"
        settings = {"LRS_LOG": f"{self.kafka}/{own}", "LRS_STORE": database(self.mongodb, own)}
        try:
            async with python("migrate", ["-m", "lrs", "migrate"], directory, settings) as migrating:
                while _READY not in await migrating.said():
                    pass
            yield settings
        finally:
            await self._forget(own)

    async def _forget(self, own: str) -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka.removeprefix("kafka://"))
        await admin.start()
        try:
            await admin.delete_topics([topic(own, name) for name in TOPICS])
        finally:
            await admin.close()
        await asyncio.to_thread(_drop, self.mongodb, own)


def topic(prefix: str, name: str) -> str:
    """How the topic `name` (`lrs.statements`) is called under a prefix."""
    return f"{prefix}.{name.partition('.')[2]}"


def database(url: str, name: str) -> str:
    """The address of a database of that server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@contextmanager
def started(directory: Path) -> Iterator[Cluster]:
    """Both, with their data in the directory, or those of `LRS_TEST_KAFKA` and `LRS_TEST_MONGODB`. Raises
    Broken where there is none.
    """
    processes: dict[str, int] = {}
    topics = None
    with ExitStack() as stack:
        try:
            if kafka := os.environ.get("LRS_TEST_KAFKA"):
                kafka = f"kafka://{kafka.removeprefix('kafka://')}"
                log_server = "the Kafka of LRS_TEST_KAFKA"
            else:
                jars = kafka_jars.find(Cache())
                brokers = stack.enter_context(KafkaCluster(jars, directory / "kafka", options=OPTIONS))
                (broker,) = brokers.start().brokers
                kafka, log_server = brokers.url, f"Kafka {jars.version}, one broker"
                processes["kafka"], topics = broker.pid, broker.folder / "data"
            if mongodb := os.environ.get("LRS_TEST_MONGODB"):
                store_server = f"MongoDB {_version(mongodb)} of LRS_TEST_MONGODB"
            else:
                installed = secantus.find(Cache())
                server = stack.enter_context(MongoServer(installed, directory / "mongodb")).start()
                mongodb, store_server = server.url, f"{installed}, one node, {BETA}"
                processes[installed.name] = server.pid
        except (Missing, NotUp) as error:
            raise Broken(str(error)) from error
        yield Cluster(kafka, mongodb, log_server, store_server, processes, topics)


def _version(url: str) -> str:
    with MongoClient[dict[str, Any]](url) as client:
        return str(client.server_info()["version"])


def _drop(url: str, name: str) -> None:
    with MongoClient[dict[str, Any]](url) as client:
        client.drop_database(name)

"""The engines of a test run: those that the environment names, else those of the cache, else none.

Set `LRS_TEST_KAFKA` to a bootstrap list (`host:port,…`) and `LRS_TEST_MONGODB` to a URL without a database to
test with others. The xAPI clients of npm are those of the cache. Where there is none, what needs it is
skipped; with `LRS_ENGINES_REQUIRED=1` it fails instead.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import NoReturn

import pytest

from tests.adapters.mongo_database import Prepared
from tests.browser import installed as browser
from tests.browser.installed import Installed
from tests.clients import installed
from tests.clients.installed import Clients
from tests.engines import kafka_jars, secantus
from tests.engines.cache import Cache
from tests.engines.kafka import KafkaCluster
from tests.engines.kafka_jars import KafkaJars
from tests.engines.missing import Missing
from tests.engines.mongodb import MongoServer
from tests.engines.secantus import Secantus

MakeCluster = Callable[..., KafkaCluster]
"""`make(count, **properties)`: a cluster that runs; `_` stands for a dot in the names of properties."""
MakeMongo = Callable[[], MongoServer]


def pytest_report_header() -> list[str]:
    """Say which engines are used."""
    return [
        f"Kafka: {_used('LRS_TEST_KAFKA', lambda: kafka_jars.find(Cache()).version)}",
        f"MongoDB: {_used('LRS_TEST_MONGODB', lambda: str(secantus.find(Cache())))}",
    ]


@pytest.fixture(scope="session")
def installed_kafka() -> KafkaJars:
    """The Kafka of the cache."""
    try:
        return kafka_jars.find(Cache())
    except Missing as error:
        _go_without(error)


@pytest.fixture(scope="session")
def installed_mongodb() -> Secantus:
    """The server of MongoDB's protocol in the cache."""
    try:
        return secantus.find(Cache())
    except Missing as error:
        _go_without(error)


@pytest.fixture(scope="session")
def installed_clients() -> Clients:
    """The xAPI clients of npm in the cache."""
    try:
        return installed.find(Cache())
    except Missing as error:
        _go_without(error)


@pytest.fixture(scope="session")
def installed_browser() -> Installed:
    """Chromium, and what is run in it."""
    try:
        return browser.find(Cache())
    except Missing as error:
        _go_without(error)


@pytest.fixture(scope="session")
def kafka_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One Kafka for the whole run: whoever uses it makes topics with names of their own."""
    if named := os.environ.get("LRS_TEST_KAFKA"):
        yield f"kafka://{named.removeprefix('kafka://')}"
        return
    jars = request.getfixturevalue("installed_kafka")
    with KafkaCluster(jars, tmp_path_factory.mktemp("kafka")) as cluster:
        yield cluster.start().url


@pytest.fixture(scope="session")
def mongo_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One MongoDB for the whole run, without a database: whoever uses it takes one of their own."""
    if named := os.environ.get("LRS_TEST_MONGODB"):
        yield named
        return
    installed = request.getfixturevalue("installed_mongodb")
    with MongoServer(installed, tmp_path_factory.mktemp("mongodb")) as server:
        yield server.start().url


@pytest.fixture(scope="session")
def mongo_databases(mongo_url: str) -> Prepared:
    """Databases in it that are prepared already."""
    return Prepared(mongo_url)


@pytest.fixture
def kafka_cluster(
    installed_kafka: KafkaJars, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MakeCluster]:
    """Makes clusters for one test, to break."""
    yield from _clusters(installed_kafka, tmp_path_factory)


@pytest.fixture(scope="module")
def module_kafka_cluster(
    installed_kafka: KafkaJars, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MakeCluster]:
    """Makes clusters that last for the tests of a module."""
    yield from _clusters(installed_kafka, tmp_path_factory)


@pytest.fixture
def own_mongo(installed_mongodb: Secantus, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeMongo]:
    """Makes servers of MongoDB's protocol for one test, to break."""
    with ExitStack() as stack:

        def make() -> MongoServer:
            server = MongoServer(installed_mongodb, tmp_path_factory.mktemp("mongodb"))
            return stack.enter_context(server).start()

        yield make


def _clusters(jars: KafkaJars, folders: pytest.TempPathFactory) -> Iterator[MakeCluster]:
    with ExitStack() as stack:

        def make(count: int = 1, **properties: str) -> KafkaCluster:
            named = {name.replace("_", "."): value for name, value in properties.items()}
            cluster = KafkaCluster(jars, folders.mktemp("kafka"), count, properties=named)
            return stack.enter_context(cluster).start()

        yield make


def _used(named: str, find: Callable[[], str]) -> str:
    try:
        return os.environ.get(named) or find()
    except Missing as error:
        return f"none: {error}"


def _go_without(error: Missing) -> NoReturn:
    if os.environ.get("LRS_ENGINES_REQUIRED") == "1":
        pytest.fail(str(error), pytrace=False)
    pytest.skip(str(error))

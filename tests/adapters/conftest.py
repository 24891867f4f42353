"""Every adapter under the same tests: a factory opens the same storage again and again."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from lrs.adapters.kafka import Address, KafkaLog, Wanted
from lrs.adapters.kafka import migrate as migrate_kafka
from lrs.adapters.mongo import MongoStore
from lrs.adapters.sqlite import SqliteLog, SqliteStore
from schemas.ports import EventLog, Store
from tests.adapters.factories import LogFactory, StoreFactory


@pytest.fixture(params=["sqlite", "sqlite-apart", "kafka"])
async def log_factory(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[LogFactory]:
    """Opens one log, anew at each call; what is open at the end is closed."""
    if request.param == "kafka":
        address = Address.parse(f"{request.getfixturevalue('kafka_url')}/test-{secrets.token_hex(4)}")
        await migrate_kafka(address, Wanted(statements=4, facts=4))

    async def opened() -> EventLog:
        if request.param == "kafka":
            return await KafkaLog.open(address)
        return await SqliteLog.open(tmp_path / "log.db", apart=request.param == "sqlite-apart")

    async with AsyncExitStack() as stack:

        async def factory() -> EventLog:
            log = await opened()
            stack.push_async_callback(log.close)
            return log

        yield factory


@pytest.fixture(params=["sqlite", "sqlite-apart", "mongodb"])
async def store_factory(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[StoreFactory]:
    """Opens one store, anew at each call; what is open at the end is closed."""
    async with AsyncExitStack() as stack:
        if request.param == "mongodb":
            url = request.getfixturevalue("mongo_url")
            database = await stack.enter_async_context(request.getfixturevalue("mongo_databases").one())

        async def opened() -> Store:
            if request.param == "mongodb":
                return await MongoStore.open(url, database=database)
            return await SqliteStore.open(tmp_path / "store.db", apart=request.param == "sqlite-apart")

        async def factory() -> Store:
            store = await opened()
            stack.push_async_callback(store.close)
            return store

        yield factory


@pytest.fixture
async def log(log_factory: LogFactory) -> EventLog:
    return await log_factory()


@pytest.fixture
async def store(store_factory: StoreFactory) -> Store:
    return await store_factory()

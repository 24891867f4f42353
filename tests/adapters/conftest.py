"""Every adapter under the same tests: a factory opens the same storage again and again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from lrs.adapters.sqlite import SqliteLog, SqliteStore
from schemas.ports import EventLog, Store
from tests.adapters.factories import LogFactory, StoreFactory


@pytest.fixture(params=["sqlite", "sqlite-apart"])
async def log_factory(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[LogFactory]:
    """Opens one log, anew at each call; what is open at the end is closed."""
    async with AsyncExitStack() as stack:

        async def factory() -> EventLog:
            log = await SqliteLog.open(tmp_path / "log.db", apart=request.param == "sqlite-apart")
            stack.push_async_callback(log.close)
            return log

        yield factory


@pytest.fixture(params=["sqlite", "sqlite-apart"])
async def store_factory(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[StoreFactory]:
    """Opens one store, anew at each call; what is open at the end is closed."""
    async with AsyncExitStack() as stack:

        async def factory() -> Store:
            store = await SqliteStore.open(tmp_path / "store.db", apart=request.param == "sqlite-apart")
            stack.push_async_callback(store.close)
            return store

        yield factory


@pytest.fixture
async def log(log_factory: LogFactory) -> EventLog:
    return await log_factory()


@pytest.fixture
async def store(store_factory: StoreFactory) -> Store:
    return await store_factory()

"""Worlds in which a few platforms are registered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from lrs.adapters.mongo import MongoStore
from lrs.adapters.sqlite import SqliteLog, SqliteStore
from lrs.registry import register
from schemas.ports import Store
from schemas.registration import Registration
from tests.consumers.factories import PLATFORMS
from tests.consumers.world import World

MakeWorld = Callable[..., Awaitable[World]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out on MongoDB orders of the consumers' own steps that a test marks `steps`: they are the same
    on every store, and a hundred databases take many minutes to make.
    """
    items[:] = [it for it in items if it.get_closest_marker("steps") is None or "mongodb" not in it.name]


@pytest.fixture(autouse=True)
def nobody_consumes_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rebuild need not wait for a projector: none runs but where a test lets it."""
    monkeypatch.setattr("consumers.rebuild.PATIENCE", 0.1)


@pytest.fixture
async def make_world(tmp_path: Path) -> AsyncIterator[MakeWorld]:
    """Makes empty worlds, each by itself."""
    async with AsyncExitStack() as stack:
        made = 0

        async def make(platforms: Sequence[Registration] = PLATFORMS) -> World:
            nonlocal made
            made += 1
            folder = tmp_path / str(made)
            store = await SqliteStore.open(folder / "store.db")
            stack.push_async_callback(store.close)
            log = await SqliteLog.open(folder / "log.db")
            stack.push_async_callback(log.close)
            for platform in platforms:
                await register(store, platform)
            return World(log, store)

        yield make


@pytest.fixture
async def world(make_world: MakeWorld) -> World:
    return await make_world()


@pytest.fixture(params=["sqlite", "mongodb"])
async def world_of_either(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """A world whose store is either, and whose log is files."""
    async with AsyncExitStack() as stack:
        store: Store
        if request.param == "mongodb":
            url = request.getfixturevalue("mongo_url")
            database = await stack.enter_async_context(request.getfixturevalue("mongo_databases").one())
            store = await MongoStore.open(url, database=database)
        else:
            store = await SqliteStore.open(tmp_path / "store.db")
        stack.push_async_callback(store.close)
        log = await SqliteLog.open(tmp_path / "log.db")
        stack.push_async_callback(log.close)
        for platform in PLATFORMS:
            await register(store, platform)
        yield World(log, store)

"""A store with one platform."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lrs.adapters.sqlite import SqliteStore
from lrs.registry import register
from schemas.ports import Store
from tests.auth.disturbance import PLATFORM, Clock


@pytest.fixture
async def empty_store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await SqliteStore.open(tmp_path / "store.db", create=True)
    yield store
    await store.close()


@pytest.fixture
async def store(empty_store: Store) -> Store:
    await register(empty_store, PLATFORM)
    return empty_store


@pytest.fixture
def clock() -> Clock:
    return Clock()

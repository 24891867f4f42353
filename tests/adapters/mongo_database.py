"""A database of a test's own, on whatever server the run has."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from lrs.adapters.mongo import MongoStore
from lrs.adapters.mongo.address import Database, connect


class Fresh:
    """An empty database: `url` and `name`, stores on it, and itself as the driver has it."""

    def __init__(self, url: str, name: str, raw: Database, stack: AsyncExitStack) -> None:
        self.url = url
        self.name = name
        self.raw = raw
        self._stack = stack

    async def open(self, **options: Any) -> MongoStore:
        """A store on it, prepared if it is the first."""
        store = await MongoStore.open(self.url, database=self.name, **{"create": True, **options})
        self._stack.push_async_callback(store.close)
        return store

    async def count(self, collection: str) -> int:
        """How many documents there are."""
        return await self.raw[collection].count_documents({})


@asynccontextmanager
async def fresh(url: str) -> AsyncIterator[Fresh]:
    """A new database, which goes with the context, together with the stores opened on it."""
    client = connect(url)
    name = f"test_{secrets.token_hex(6)}"
    try:
        async with AsyncExitStack() as stack:
            yield Fresh(url, name, client[name], stack)
        await client.drop_database(name)
    finally:
        client.close()

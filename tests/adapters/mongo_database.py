"""Databases of a test's own, on whatever server the run has."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from lrs.adapters.mongo import MongoStore, migrate
from lrs.adapters.mongo.address import Database, connect
from lrs.adapters.mongo.migrate import META


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


class Prepared:
    """Databases that are prepared once and used again by the next test, emptied: to make the collections of
    one takes the test server a hundred times as long, and longer with each that is there already.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._free: list[str] = []

    @asynccontextmanager
    async def one(self) -> AsyncIterator[str]:
        """The name of an empty one, which is the caller's until the context ends; where that ends with an
        exception, nobody has it again.
        """
        name = self._free.pop() if self._free else f"test_{secrets.token_hex(6)}"
        await migrate(self._url, database=name)
        yield name
        client = connect(self._url)
        try:
            for collection in await client[name].list_collection_names():
                kept = {"_id": {"$ne": META["_id"]}} if collection == "meta" else {}
                await client[name][collection].delete_many(kept)
        finally:
            client.close()
        self._free.append(name)

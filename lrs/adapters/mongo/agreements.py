"""Agreements: what holds for a store as long as it lives."""

from __future__ import annotations

from contextlib import suppress

from pymongo.errors import DuplicateKeyError

from lrs.adapters.mongo.address import Database
from lrs.adapters.mongo.failure import translated


class Agreements:
    """The part of the store that keeps what was agreed, beside its format."""

    _database: Database

    async def agree(self, name: str, value: str) -> str:
        with translated(), suppress(DuplicateKeyError):
            await self._database["meta"].insert_one({"_id": _key(name), "value": value})
        return await self.agreed(name) or value

    async def agreed(self, name: str) -> str | None:
        with translated():
            found = await self._database["meta"].find_one({"_id": _key(name)})
        return None if found is None else str(found["value"])


def _key(name: str) -> str:
    return f"agreed: {name}"

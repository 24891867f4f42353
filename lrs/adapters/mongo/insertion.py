"""Inserting what is not there yet: a duplicate is an error that is understood, not feared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo.errors import BulkWriteError

from lrs.adapters.mongo.failure import DUPLICATE_KEY

Collection = AsyncIOMotorCollection[dict[str, Any]]


async def insert_absent(collection: Collection, documents: Sequence[dict[str, Any]]) -> list[int]:
    """Insert what is not there by its unique keys; the indexes of the documents that were there.

    On return these, too, are on a majority of members: a server waits for that also where it refuses.
    """
    if not documents:
        return []
    try:
        await collection.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        failures = error.details.get("writeErrors", ())
        if error.details.get("writeConcernErrors") or any(it["code"] != DUPLICATE_KEY for it in failures):
            raise
        return [it["index"] for it in failures]
    return []

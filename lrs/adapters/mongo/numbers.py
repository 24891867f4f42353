"""Numbers that are given once, whatever becomes of what they were given to."""

from __future__ import annotations

from pymongo import ReturnDocument

from lrs.adapters.mongo.address import Database
from lrs.adapters.mongo.transaction import Session


async def take(database: Database, name: str, count: int = 1, session: Session | None = None) -> int:
    """The first of `count` numbers in a row that nobody had before, from 1.

    In a transaction also none may be taken: two that call this are never both committed.
    """
    after = await database["numbers"].find_one_and_update(
        {"_id": name},
        # `taken` makes this a write, whatever the count
        {"$inc": {"last": count, "taken": 1}},
        upsert=True,
        return_document=ReturnDocument.AFTER,
        session=session,
    )
    last: int = after["last"]
    return last - count + 1

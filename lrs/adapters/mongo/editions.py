"""Editions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo import DESCENDING
from pymongo.errors import DuplicateKeyError

from lrs.adapters.mongo.address import Database
from lrs.adapters.mongo.failure import translated
from schemas.edition import Edition, EditionHead
from schemas.errors import Fenced

_HEAD = ("_id", "day", "published", "through", "digest")


class Editions:
    """The part of the store that keeps editions."""

    _database: Database

    async def add_edition(self, edition: Edition) -> None:
        head = edition.head
        document = {
            "_id": head.number,
            "day": head.day,
            "published": head.published,
            "through": head.through,
            "digest": head.digest,
            "public": edition.public,
            "frozen": edition.frozen,
            "memory": edition.memory,
        }
        with translated():
            try:
                await self._database["editions"].insert_one(document)
            except DuplicateKeyError:
                raise Fenced(f"edition {head.number} is there already") from None

    async def edition(self, number: int) -> Edition | None:
        with translated():
            found = await self._database["editions"].find_one({"_id": number})
        if found is None:
            return None
        return Edition(_head(found), found["public"], found["frozen"], found["memory"])

    async def editions(self, before: int | None, limit: int) -> Sequence[EditionHead]:
        if not limit:
            return []
        of = {"_id": {"$gt": 0} if before is None else {"$lt": before}}
        with translated():
            found = self._database["editions"].find(of, dict.fromkeys(_HEAD, 1))
            return [_head(it) async for it in found.sort("_id", DESCENDING).limit(limit)]


def _head(document: Mapping[str, Any]) -> EditionHead:
    return EditionHead(*(document[name] for name in _HEAD))

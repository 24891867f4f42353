"""Conflicts: what came under an id that was taken."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import orjson
from pymongo import DESCENDING

from lrs.adapters.mongo.address import Database
from lrs.adapters.mongo.erased import change, erasures_of
from lrs.adapters.mongo.failure import translated
from lrs.adapters.mongo.insertion import insert_absent
from lrs.adapters.mongo.numbers import take
from schemas.erasure import remains, untils
from schemas.projection import Conflict


class Conflicts:
    """The part of the store that keeps conflicts."""

    _database: Database

    async def keep_conflicts(self, conflicts: Sequence[Conflict]) -> None:
        if not conflicts:
            return
        with translated():
            # a repeat leaves its numbers unused
            number = await take(self._database, "conflicts", len(conflicts))
            rows = [_document(conflict, number + at) for at, conflict in enumerate(conflicts)]
            await insert_absent(self._database["conflicts"], rows)
            named = frozenset[str]().union(*(conflict.named for conflict in conflicts))
            if erased := untils(await erasures_of(self._database, named)):
                await take_out(self._database, {"_id": {"$in": [row["_id"] for row in rows]}}, erased)

    async def conflicts(self, platform: str | None, limit: int) -> Sequence[Conflict]:
        if not limit:
            return []
        of = {"number": {"$gt": 0}} if platform is None else {"platform": platform}
        with translated():
            found = self._database["conflicts"].find(of).sort("number", DESCENDING).limit(limit)
            return [_conflict(document) async for document in found]

    async def each_conflict(self) -> AsyncIterator[Conflict]:
        with translated():
            async for found in self._database["conflicts"].find({"number": {"$gt": 0}}):
                yield _conflict(found)

    async def conflicts_naming(self, texts: Sequence[str]) -> frozenset[str]:
        wanted = {text.encode() for text in texts}
        found: set[bytes] = set()
        if wanted:
            with translated():
                async for kept in self._database["conflicts"].find({"number": {"$gt": 0}}, {"text": 1}):
                    lower = kept["text"].lower()
                    found |= {text for text in wanted - found if text in lower}
        return frozenset(text.decode() for text in found)


async def take_out(database: Database, which: dict[str, Any], erased: Mapping[str, int]) -> None:
    """Take these learners, erased until these moments, out of the conflicts that match."""

    def left(document: dict[str, Any]) -> dict[str, Any] | None:
        found = remains(orjson.loads(document["text"]), erased) if document["text"] else None
        return None if found is None else {"$set": {"text": found.text}}

    async for document in database["conflicts"].find(which):
        await change(database["conflicts"], document, "text", left)


def _document(conflict: Conflict, number: int) -> dict[str, Any]:
    place = orjson.dumps([conflict.log, conflict.partition, conflict.offset]).decode()
    return {
        "_id": place,
        "number": number,
        "id": conflict.id,
        "log": conflict.log,
        "partition": conflict.partition,
        "offset": conflict.offset,
        "stored": conflict.stored,
        "platform": conflict.platform,
        "text": conflict.text,
    }


def _conflict(document: dict[str, Any]) -> Conflict:
    return Conflict(**{name: value for name, value in document.items() if name not in {"_id", "number"}})

"""What is known of activities: each a document, which is changed if it is still what was read."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from pymongo.errors import DuplicateKeyError

from lrs.adapters.mongo.address import Database
from lrs.adapters.mongo.erased import change
from lrs.adapters.mongo.failure import translated
from lrs.adapters.mongo.reading import everything
from schemas.activity import Known, bounded, merged
from schemas.document import term


class Activities:
    """The part of the store that knows activities."""

    _database: Database

    async def define(self, activities: Mapping[str, Known]) -> None:
        with translated():
            before = await self._known(list(activities))
            await asyncio.gather(
                *(self._define(key, said, before.get(key)) for key, said in activities.items())
            )

    async def definitions(self, activities: Sequence[str]) -> Mapping[str, Known]:
        with translated():
            found = await self._known(activities)
        return {activity: orjson.loads(document["known"]) for activity, document in found.items()}

    async def _known(self, activities: Sequence[str]) -> dict[str, dict[str, Any]]:
        if not activities:
            return {}
        ids = [_key(activity) for activity in activities]
        found = await everything(self._database["activities"], {"_id": {"$in": ids}})
        return {document["activity"]: document for document in found}

    async def _define(self, activity: str, said: Known, document: dict[str, Any] | None) -> None:
        collection = self._database["activities"]
        if document is None:
            text = orjson.dumps(bounded({}, said))
            document = {"_id": _key(activity), "activity": activity, "known": text}
            try:
                await collection.insert_one(document)
            except DuplicateKeyError:
                document = (await self._known([activity]))[activity]
            else:
                return

        def update(document: dict[str, Any]) -> dict[str, Any] | None:
            before: Known = orjson.loads(document["known"])
            text = orjson.dumps(bounded(before, merged(before, said)))
            return None if text == document["known"] else {"$set": {"known": text}}

        await change(collection, document, "known", update)


def _key(activity: str) -> bytes:
    """An IRI may be longer than a key is allowed to be."""
    return term("activity", activity)

"""Dead letters: records that could not be processed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from lrs.adapters.mongo.address import Database
from lrs.adapters.mongo.erased import change, erasures_of
from lrs.adapters.mongo.failure import translated
from lrs.adapters.mongo.insertion import insert_absent
from lrs.adapters.mongo.numbers import take
from schemas.deadletter import DeadLetter
from schemas.erasure import letter_remains, named_in_letter, untils

_PLAIN = (
    "topic",
    "log",
    "partition",
    "offset",
    "platform",
    "code",
    "reason",
    "buried",
    "stored",
    "value",
    "key",
)
_EMPTIED = {
    "$set": {"requeued": True},
    "$unset": dict.fromkeys(("number", "value", "headers", "key"), ""),
}


class DeadLetters:
    """The part of the store that keeps dead letters.

    A requeued or erased letter leaves its place, without its number and content, so that a repeat does not
    bury it again.
    """

    _database: Database

    async def bury(self, letters: Sequence[DeadLetter]) -> None:
        if not letters:
            return
        with translated():
            # a repeat leaves its numbers unused
            number = await take(self._database, "dead_letters", len(letters))
            rows = [_document(letter, number + at) for at, letter in enumerate(letters)]
            await insert_absent(self._database["dead_letters"], rows)
            named = frozenset[str]().union(*map(named_in_letter, letters))
            if erased := untils(await erasures_of(self._database, named)):
                await take_out(self._database, {"_id": {"$in": [row["_id"] for row in rows]}}, erased)

    async def dead_letters(self, limit: int, after: int = 0) -> Sequence[DeadLetter]:
        if not limit:
            return []
        with translated():
            letters = self._database["dead_letters"].find({"number": {"$gt": after}})
            return [_letter(document) async for document in letters.sort("number").limit(limit)]

    async def dead_letter_counts(self) -> Mapping[tuple[str, str, str], int]:
        kind = {name: f"${name}" for name in ("topic", "platform", "code")}
        pipeline: list[dict[str, Any]] = [
            {"$match": {"number": {"$gt": 0}}},
            {"$group": {"_id": kind, "count": {"$sum": 1}}},
        ]
        with translated():
            found = await self._database["dead_letters"].aggregate(pipeline).to_list(None)
        return {(it["_id"]["topic"], it["_id"]["platform"], it["_id"]["code"]): it["count"] for it in found}

    async def mark_requeued(self, number: int) -> bool:
        with translated():
            marked = await self._database["dead_letters"].update_one({"number": number}, _EMPTIED)
        return marked.matched_count == 1


async def take_out(database: Database, which: dict[str, Any], erased: Mapping[str, int]) -> None:
    """Take these learners, erased until these moments, out of the letters that match."""

    def left(document: dict[str, Any]) -> dict[str, Any] | None:
        found = letter_remains(_letter(document), erased) if "number" in document else None
        if found is None:
            return None
        return {"$set": {"value": found}} if found else _EMPTIED

    async for document in database["dead_letters"].find(which):
        await change(database["dead_letters"], document, "value", left)


def _document(letter: DeadLetter, number: int) -> dict[str, Any]:
    place = orjson.dumps([letter.topic, letter.log, letter.partition, letter.offset]).decode()
    headers = [{"name": name, "value": value} for name, value in letter.headers]
    return {
        "_id": place,
        "number": number,
        "headers": headers,
        **{name: getattr(letter, name) for name in _PLAIN},
    }


def _letter(document: dict[str, Any]) -> DeadLetter:
    headers = tuple((it["name"], it["value"]) for it in document["headers"])
    # one of format 1 has no moment of its own
    plain = {name: document[name] for name in _PLAIN if name != "stored"}
    plain["stored"] = document.get("stored", document["buried"])
    return DeadLetter(**plain, headers=headers, number=document["number"])

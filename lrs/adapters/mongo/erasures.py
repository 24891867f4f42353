"""Erasures: who was erased until when, and the statements that they are taken out of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from pymongo import ASCENDING

from lrs.adapters.mongo import conflicts, dead_letters
from lrs.adapters.mongo.address import Database
from lrs.adapters.mongo.documents import Kept, corrected
from lrs.adapters.mongo.erased import change
from lrs.adapters.mongo.failure import translated
from lrs.adapters.mongo.reading import everything
from lrs.adapters.mongo.references import references_to
from schemas.document import Term
from schemas.erasure import Erasure, Remains, remains, taken_out, untils
from schemas.identifier import to_bytes
from schemas.projection import Corrected, Erased

EVERY = {"number": {"$gt": 0}}


class Erasures:
    """The part of the store that erases."""

    _database: Database

    async def note_erasure(self, erasure: Erasure) -> None:
        noted = {"$max": {"until": erasure.until}, "$set": {"terms": list(erasure.terms)}}
        with translated():
            await self._database["erasures"].update_one({"_id": erasure.learner}, noted, upsert=True)
            for kept in (conflicts, dead_letters):
                await kept.take_out(self._database, EVERY, {erasure.learner: erasure.until})

    async def erase(self, erasure: Erasure, after: str, limit: int) -> Erased:
        naming = {"terms": erasure.terms[1], "place": {"$gt": bytes.fromhex(after)}}
        with translated():
            cursor = self._database["statements"].find(
                naming, sort=[("place", ASCENDING)], limit=limit, batch_size=limit
            )
            found = await cursor.to_list(None)
            told = [it for document in found if (it := await self._erase(document, erasure)) is not None]
        return Erased(tuple(told), found[-1]["place"].hex() if len(found) == limit else None)

    async def forget(self, erasure: Erasure, ids: Sequence[str]) -> None:
        wanted = [to_bytes(identifier) for identifier in ids]
        statements, references = self._database["statements"], self._database["references"]
        with translated():
            found = await everything(statements, {"_id": {"$in": wanted}}, {"erased": 1, "tombstone": 1})
            for tombstones in (True, False):
                some = [it["_id"] for it in found if ("tombstone" in it) is tombstones]
                terms = _without_terms(None if tombstones else erasure.terms)
                # before the statements, which are found by these terms until all is done; and after them, for
                # what was linked meanwhile
                for collection in (references, statements, references) if some else ():
                    which = some
                    if collection is references:
                        leading = await references_to(self._database, some)
                        which = [reference for each in leading.values() for reference in each]
                    if which:
                        await collection.update_many({"_id": {"$in": which}}, terms)

    async def tombstones(self) -> Mapping[str, int]:
        pipeline: list[dict[str, Any]] = [
            {"$match": {"tombstone": {"$gte": ""}}},
            {"$group": {"_id": "$tombstone", "count": {"$sum": 1}}},
        ]
        with translated():
            found = await self._database["statements"].aggregate(pipeline).to_list(None)
        return {it["_id"]: it["count"] for it in found}

    async def _erase(self, document: Kept, erasure: Erasure) -> Corrected | None:
        left: Remains | None = None

        def update(document: Kept) -> dict[str, Any] | None:
            nonlocal left
            left = taken_out(document["text"], erasure)
            return None if left is None or left.text == document["text"] else {"$set": _set(document, left)}

        await change(self._database["statements"], document, "text", update)
        return None if left is None else corrected(document, (*left.subjects, *sorted(left.removed)))


async def take_out(database: Database, document: Kept, erasures: Mapping[str, Erasure]) -> Kept:
    """Take who was erased out of a statement that was just stored; what it is now."""
    left: Remains | None = None

    def update(document: Kept) -> dict[str, Any] | None:
        nonlocal left
        left = remains(orjson.loads(document["text"]), untils(erasures)) if document["text"] else None
        if left is None:
            return None
        if not left.text:
            return {"$set": {**_set(document, left), "terms": []}}
        gone = [term for learner in left.removed for term in erasures[learner].terms]
        return {"$set": _set(document, left), "$pullAll": {"terms": gone}}

    found = await change(database["statements"], document, "text", update)
    if left is None:
        return found
    gone = {term for learner in left.removed for term in erasures[learner].terms}
    terms = [term for term in found["terms"] if left.text and term not in gone]
    return {**found, **_set(found, left), "terms": terms}


def _set(document: Kept, left: Remains) -> dict[str, Any]:
    """What is set of a statement of which this is left."""
    found = {"text": left.text, "subjects": list(left.subjects), "erased": True}
    return found if left.text else {**found, "voided": True, "tombstone": document["platform"]}


def _without_terms(terms: Sequence[Term] | None) -> dict[str, Any]:
    """The update that takes these terms away; None: all."""
    return {"$set": {"terms": []}} if terms is None else {"$pullAll": {"terms": list(terms)}}

"""Erasures: who was erased until when, and the statements that they are taken out of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
from pymongo import ASCENDING

from lrs.adapters.mongo import conflicts, dead_letters
from lrs.adapters.mongo.address import Database
from lrs.adapters.mongo.documents import Kept, corrected
from lrs.adapters.mongo.erased import change, erasures_by, erasures_of
from lrs.adapters.mongo.failure import translated
from lrs.adapters.mongo.reading import everything
from lrs.adapters.mongo.references import references_to
from lrs.adapters.mongo.subjects import Subjects
from schemas.document import Term
from schemas.erasure import Erasure, Remains, is_out, remains, taken_out, untils
from schemas.identifier import to_bytes
from schemas.projection import Corrected, Erased

EVERY = {"number": {"$gt": 0}}
AT_ONCE = 10_000
"""References that are changed in one command."""


class Erasures:
    """The part of the store that erases."""

    _database: Database
    _subjects: Subjects

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
        with translated():
            found = await everything(self._database["statements"], {"_id": {"$in": wanted}})
            out = [it for it in found if is_out(it["text"], erasure)]
            await self._forget([it["_id"] for it in out if it["text"]], erasure.terms)
            for it in out:
                if not it["text"]:
                    others = await erasures_by(self._database, it["terms"])
                    kept = {
                        term for other in others if other.learner != erasure.learner for term in other.terms
                    }
                    await self._forget([it["_id"]], [term for term in it["terms"] if term not in kept])

    async def _forget(self, ids: Sequence[bytes], terms: Sequence[Term]) -> None:
        if not ids or not terms:
            return
        gone = {"$pullAll": {"terms": list(terms)}}
        # before the statements, which are found by these terms until all is done; and after them, for what
        # was linked meanwhile
        await self._forget_references(ids, gone)
        await self._database["statements"].update_many({"_id": {"$in": list(ids)}}, gone)
        await self._forget_references(ids, gone)

    async def _forget_references(self, ids: Sequence[bytes], gone: dict[str, Any]) -> None:
        leading = await references_to(self._database, ids)
        references = [reference for each in leading.values() for reference in each]
        for at in range(0, len(references), AT_ONCE):
            some = {"_id": {"$in": references[at : at + AT_ONCE]}}
            await self._database["references"].update_many(some, gone)

    async def erasures(self, learners: Sequence[str]) -> Mapping[str, Erasure]:
        with translated():
            return await erasures_of(self._database, learners)

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

        def taken(document: Kept) -> Remains | None:
            nonlocal left
            left = taken_out(document["text"], erasure)
            return left

        await _change(self._database, self._subjects, document, taken)
        return None if left is None else corrected(document, (*left.subjects, *sorted(left.removed)))


async def take_out(
    database: Database, subjects: Subjects, document: Kept, erasures: Mapping[str, Erasure]
) -> Kept:
    """Take who was erased out of a statement that was just stored; what it is now."""
    return await _change(
        database,
        subjects,
        document,
        lambda it: remains(orjson.loads(it["text"]), untils(erasures)) if it["text"] else None,
    )


async def _change(
    database: Database, subjects: Subjects, document: Kept, taken: Callable[[Kept], Remains | None]
) -> Kept:
    """Put what is left in the place of a statement that was read; what it is now. It is found as before."""
    # a subject is there before its first statement: without a member a group may count for nobody
    foreseen = taken(document)
    if foreseen is not None:
        await subjects.note(foreseen.subjects)
    left: Remains | None = None

    def update(document: Kept) -> dict[str, Any] | None:
        nonlocal left
        left = taken(document)
        return None if left is None or left.text == document["text"] else {"$set": _set(document, left)}

    found = await change(database["statements"], document, "text", update)
    return found if left is None else {**found, **_set(found, left)}


def _set(document: Kept, left: Remains) -> dict[str, Any]:
    """What is set of a statement of which this is left."""
    found = {"text": left.text, "subjects": list(left.subjects), "erased": True}
    return found if left.text else {**found, "voided": True, "tombstone": document["platform"]}

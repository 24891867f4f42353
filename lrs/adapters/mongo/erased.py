"""Who was erased: looked at by whatever has kept what names somebody, after it was kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from lrs.adapters.mongo.address import Database
from lrs.adapters.mongo.insertion import Collection
from lrs.adapters.mongo.reading import everything
from schemas.document import Term
from schemas.erasure import Erasure
from schemas.errors import Unavailable

ATTEMPTS = 10
"""Changes of one document by others that are waited for."""


async def erasures_of(database: Database, learners: Iterable[str]) -> dict[str, Erasure]:
    """Those of these learners who were erased."""
    wanted = sorted(learners)
    if not wanted:
        return {}
    found = await everything(database["erasures"], {"_id": {"$in": wanted}})
    return {it["_id"]: _erasure(it) for it in found}


async def erasures_by(database: Database, terms: Iterable[Term]) -> list[Erasure]:
    """The erasures of those who are found by one of these terms."""
    return [_erasure(it) for it in await everything(database["erasures"], {"terms": {"$in": list(terms)}})]


def _erasure(document: dict[str, Any]) -> Erasure:
    agent, related_agent = document["terms"]
    return Erasure(document["_id"], (agent, related_agent), document["until"])


async def change(
    collection: Collection,
    document: dict[str, Any],
    field: str,
    update: Callable[[dict[str, Any]], dict[str, Any] | None],
) -> dict[str, Any]:
    """Change a document that was read, as `update` says (None: not at all), if `field` is what was read; else
    read it again. The document that the last update was made of.
    """
    for _ in range(ATTEMPTS):
        wanted = update(document)
        if wanted is None:
            return document
        changed = await collection.update_one({"_id": document["_id"], field: document[field]}, wanted)
        if changed.matched_count:
            return document
        found = await collection.find_one({"_id": document["_id"]})
        if found is None:
            return document
        document = found
    raise Unavailable("MongoDB: others change the same document all the time")

"""Voiding statements and their targets, whichever came first."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from lrs.adapters.mongo.address import Database
from lrs.adapters.mongo.documents import Kept, corrected
from lrs.adapters.mongo.insertion import insert_absent
from schemas.document import may_void
from schemas.projection import Corrected


async def awaited(database: Database, ids: Sequence[bytes], platform: str) -> list[bytes]:
    """Those of these ids that a void would mark, were they statements of this platform."""
    pipeline: list[dict[str, Any]] = [
        {"$match": {"refers_to": {"$in": ids}, "voids": True}},
        {"$group": {"_id": {"target": "$refers_to", "by": "$platform", "any": "$voids_any"}}},
    ]
    found = await database["statements"].aggregate(pipeline).to_list(None)
    return [
        void["_id"]["target"]
        for void in found
        if may_void(
            by=void["_id"]["by"],
            any_platform=void["_id"]["any"],
            target_platform=platform,
            target_is_void=False,
        )
    ]


async def mark(
    database: Database, nodes: Mapping[bytes, Kept], projected: Collection[bytes]
) -> tuple[Corrected, ...]:
    """Mark the targets of the projected voids, and those projected statements that a void is there for; all
    that are marked. A void without effect is noted where its target is there.
    """
    marked: dict[bytes, Kept] = {}
    ignored: dict[bytes, dict[str, Any]] = {}
    for void in nodes.values():
        if "voids" not in void or not (void["_id"] in projected or void["refers_to"] in projected):
            continue
        target = nodes.get(void["refers_to"])
        if target is None:
            continue
        if may_void(
            by=void["platform"],
            any_platform=void["voids_any"],
            target_platform=target["platform"],
            target_is_void="voids" in target,
        ):
            marked[target["_id"]] = target
        else:
            ignored[void["_id"]] = {"_id": void["_id"], "platform": void["platform"]}
    await asyncio.gather(
        _mark(database, [identifier for identifier, target in marked.items() if not target["voided"]]),
        insert_absent(database["ignored_voids"], list(ignored.values())),
    )
    return tuple(
        corrected(marked[identifier], marked[identifier]["subjects"]) for identifier in sorted(marked)
    )


async def _mark(database: Database, ids: list[bytes]) -> None:
    if ids:
        await database["statements"].update_many(
            {"_id": {"$in": ids}, "voided": False}, {"$set": {"voided": True}}
        )

"""Chains of references: a statement is also found by the terms of what it refers to, and so on down.

For every pair of a statement and one down its chain there is a document in `references` with the terms of
that one. It never changes, whoever makes it, but where a
learner is erased: a statement refers to one other at most, so there is one way
down. Of the statements on that way the one stored last makes it, since each is stored before its call looks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from lrs.adapters.mongo.address import Database
from lrs.adapters.mongo.documents import WITHOUT_TEXT, Kept
from lrs.adapters.mongo.insertion import insert_absent
from lrs.adapters.mongo.reading import everything
from schemas.query import LONGEST_CHAIN


async def surroundings(database: Database, projected: Mapping[bytes, Kept]) -> dict[bytes, Kept]:
    """These statements, all that reach one of them, and all that those reach: by id."""
    # two looks at once for what is nearest, which is mostly all there is
    above, below = await asyncio.gather(
        _above(database, projected), _below(database, _missing(projected, projected.values()))
    )
    nodes = {**below, **above, **projected}
    frontier = above.keys() - projected.keys()
    for _ in range(LONGEST_CHAIN - 1):
        if not frontier:
            break
        above = await _above(database, frontier)
        frontier = above.keys() - nodes.keys()
        nodes.update(above)
    frontier = _missing(nodes, nodes.values()) - _missing(projected, projected.values())
    for _ in range(LONGEST_CHAIN):
        if not frontier:
            break
        below = await _below(database, frontier)
        nodes.update(below)
        frontier = _missing(nodes, below.values())
    return nodes


async def link(database: Database, nodes: Mapping[bytes, Kept], projected: Collection[bytes]) -> None:
    """Make the references that lead from, over or to one of the projected statements."""
    rows = [row for node in nodes.values() for row in _references(node, nodes, projected)]
    await insert_absent(database["references"], [row for row in rows if row["terms"]])
    if rows:
        await _look_again(database, [row["_id"] for row in rows])


async def references_to(database: Database, ids: Iterable[bytes]) -> dict[bytes, list[bytes]]:
    """By statement the ids of the references that lead down to it."""
    found: dict[bytes, list[bytes]] = {identifier: [] for identifier in ids}
    frontier = {identifier: {identifier} for identifier in found}
    for _ in range(LONGEST_CHAIN):
        higher: dict[bytes, set[bytes]] = {}
        for node in (await _above(database, frontier)).values():
            for target in frontier[node["refers_to"]]:
                reference = node["_id"] + target
                if reference not in found[target]:
                    found[target].append(reference)
                    higher.setdefault(node["_id"], set()).add(target)
        if not higher:
            break
        frontier = higher
    return found


def target_of(reference: bytes) -> bytes:
    """The statement to which a reference leads down, by its id."""
    return reference[16:]


async def _look_again(database: Database, references: Sequence[bytes]) -> None:
    """Take from references what their targets are not found by any more: a learner may have been taken out of
    one before its reference was there to be seen.
    """
    found = await everything(database["references"], {"_id": {"$in": list(references)}}, {"terms": 1})
    # after the references: what is forgotten from now on is forgotten in them, too
    targets = await _below(database, {target_of(it["_id"]) for it in found})
    for it in found:
        gone = set(it["terms"]).difference(targets[target_of(it["_id"])]["terms"])
        if gone:
            await database["references"].update_one({"_id": it["_id"]}, {"$pullAll": {"terms": list(gone)}})


async def _above(database: Database, ids: Iterable[bytes]) -> dict[bytes, Kept]:
    found = await everything(database["statements"], {"refers_to": {"$in": list(ids)}}, WITHOUT_TEXT)
    return {node["_id"]: node for node in found}


async def _below(database: Database, ids: Collection[bytes]) -> dict[bytes, Kept]:
    if not ids:
        return {}
    found = await everything(database["statements"], {"_id": {"$in": list(ids)}}, WITHOUT_TEXT)
    return {node["_id"]: node for node in found}


def _missing(nodes: Mapping[bytes, Kept], referring: Iterable[Kept]) -> set[bytes]:
    return {node["refers_to"] for node in referring if "refers_to" in node} - nodes.keys()


def _references(
    node: Kept, nodes: Mapping[bytes, Kept], projected: Collection[bytes]
) -> Iterator[dict[str, Any]]:
    """From the first projected statement of the chain on: what leads to those above it was made before."""
    emitting = node["_id"] in projected
    own = True
    passed = {node["_id"]}
    target = _target(node, nodes)
    while target is not None and target["_id"] not in passed and len(passed) <= LONGEST_CHAIN:
        passed.add(target["_id"])
        emitting = emitting or target["_id"] in projected
        own = own and target["platform"] == node["platform"]
        if emitting:
            reference = {
                "_id": node["_id"] + target["_id"],
                "place": node["place"],
                "terms": target["terms"],
            }
            if own:
                reference["platform"] = node["platform"]
            yield reference
        target = _target(target, nodes)


def _target(node: Kept, nodes: Mapping[bytes, Kept]) -> Kept | None:
    return nodes.get(node["refers_to"]) if "refers_to" in node else None

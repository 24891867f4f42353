"""Links: whose accounts are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from lrs.adapters.mongo.address import Database
from lrs.adapters.mongo.failure import translated
from lrs.adapters.mongo.insertion import insert_absent
from lrs.adapters.mongo.reading import everything
from schemas.link import Link, holding, persons, told

Find = Callable[[str, dict[str, Any]], Awaitable[list[dict[str, Any]]]]
"""All documents of a collection that match."""


class Links:
    """The part of the store that knows whose accounts are."""

    _database: Database

    async def note_links(self, links: Sequence[Link]) -> Mapping[str, Sequence[str]]:
        documents = {it["_id"]: it for it in map(_document, links)}
        with translated():
            await insert_absent(self._database["links"], list(documents.values()))
            return told(await _all(self._find, {it.account for it in links}))

    async def links(self, learners: Sequence[str]) -> Mapping[str, str]:
        with translated():
            return await links_of(self._find, learners)

    async def has_links(self) -> bool:
        with translated():
            return await self._database["links"].find_one({"whose": {"$gt": ""}}, {"whose": 1}) is not None

    async def linked(self, accounts: Sequence[str]) -> Sequence[Link]:
        with translated():
            return sorted(await _all(self._find, accounts), key=lambda it: (it.rank, it.account))

    async def links_by_person(self, after: tuple[str, str], limit: int) -> Sequence[Link]:
        found: list[Link] = []
        at = "/".join(after) if any(after) else ""
        with translated():
            while len(found) < limit:
                cursor = self._database["links"].find({"whose": {"$gt": at}}, {"whose": 1})
                page = await cursor.sort("whose").limit(limit).to_list(None)
                whose = list(dict.fromkeys(it["whose"] for it in page))
                held = holding(await _all(self._find, [it.partition("/")[2] for it in whose]))
                for person, _, account in (it.partition("/") for it in whose):
                    if held[account].person == person:
                        found.append(held[account])
                if len(page) < limit:
                    break
                # of one that was said several times the others are passed over
                at = whose[-1]
        return found[:limit]

    async def _find(self, collection: str, filter_: dict[str, Any]) -> list[dict[str, Any]]:
        return await everything(self._database[collection], filter_)


async def links_of(find: Find, learners: Iterable[str]) -> dict[str, str]:
    """Those of these accounts that are a person's, with the person."""
    return persons(await _all(find, learners))


async def accounts_of(find: Find, wanted: Sequence[str]) -> dict[str, list[str]]:
    """Each of these persons' accounts."""
    found: dict[str, list[str]] = {person: [] for person in wanted}
    said = await find("links", {"person": {"$in": list(found)}})
    for account, person in sorted(persons(await _all(find, {it["account"] for it in said})).items()):
        if person in found:
            found[person].append(account)
    return found


async def _all(find: Find, accounts: Iterable[str]) -> list[Link]:
    wanted = sorted(accounts)
    if not wanted:
        return []
    return [_link(it) for it in await find("links", {"account": {"$in": wanted}})]


def _link(it: Mapping[str, Any]) -> Link:
    agent, related = it["terms"]
    place = (it["moment"], it["offset"], it["origin"], it["claimed"])
    return Link(it["account"], (agent, related), it.get("person"), *place)


def _document(link: Link) -> dict[str, Any]:
    found: dict[str, Any] = {
        "_id": f"{link.account}/{link.moment}/{link.offset}/{link.person or ''}",
        "account": link.account,
        "moment": link.moment,
        "offset": link.offset,
        "terms": list(link.terms),
        "origin": link.origin,
        "claimed": link.claimed,
    }
    if link.person is None:
        return found
    return {**found, "person": link.person, "whose": f"{link.person}/{link.account}"}

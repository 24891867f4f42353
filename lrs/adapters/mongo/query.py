"""Queries: pages of the statements that match a filter.

Two streams in the order of places are merged: statements that match by their own terms, and references of
which the terms of another statement down the chain match.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, aclosing
from typing import Any

from pymongo import ASCENDING, DESCENDING

from lrs.adapters.mongo.address import Database
from lrs.adapters.mongo.failure import translated
from lrs.adapters.mongo.place import between, cursor_of, identifier_of
from lrs.adapters.mongo.reading import everything
from schemas.document import Term
from schemas.query import LARGEST_PAGE, Page, StatementQuery

Filter = dict[str, Any]
Found = tuple[bytes, bytes]
"""A statement's place and text."""

CHUNK = 100
"""References whose statements are read in one go."""
_CAPS = (1_000, 30_000)
"""How far the statements of each term are counted: in a second round where all have more than the first."""


class Queries:
    """The part of the store that answers queries."""

    _database: Database

    async def query(self, query: StatementQuery) -> Page:
        low, high = between(query)
        with translated():
            filter_: Filter = {"place": {"$gt": low, "$lt": high}}
            if query.platform is not None:
                filter_["platform"] = query.platform
            terms = await self._by_rarity(sorted(query.terms), filter_["place"])
            if terms:
                # a server goes along the index of one of them, where it does not weigh them of the first
                filter_["terms"] = terms[0] if len(terms) == 1 else {"$all": terms}
            async with AsyncExitStack() as stack:
                streams = [self._own(filter_, query)]
                if terms:
                    streams.append(self._referring(filter_, query))
                for stream in streams:
                    await stack.enter_async_context(aclosing(stream))
                return await _page(streams, query)

    async def _own(self, filter_: Filter, query: StatementQuery) -> AsyncGenerator[Found]:
        cursor = self._database["statements"].find(
            {**filter_, "voided": False},
            {"_id": 0, "place": 1, "text": 1},
            sort=[("place", _direction(query))],
            limit=query.limit + 1,
            batch_size=query.limit + 1,
        )
        try:
            async for it in cursor:
                yield it["place"], it["text"]
        finally:
            await cursor.close()

    async def _referring(self, filter_: Filter, query: StatementQuery) -> AsyncGenerator[Found]:
        size = min(query.limit + 1, CHUNK)
        cursor = self._database["references"].find(
            filter_, {"_id": 0, "place": 1}, sort=[("place", _direction(query))], batch_size=size
        )
        places: list[bytes] = []
        try:
            async for it in cursor:
                # a statement may match through several others
                if places and places[-1] == it["place"]:
                    continue
                if len(places) == size:
                    for found in await self._standing(places):
                        yield found
                    places.clear()
                places.append(it["place"])
            for found in await self._standing(places):
                yield found
        finally:
            await cursor.close()

    async def _standing(self, places: Sequence[bytes]) -> list[Found]:
        """The statements at these places that are not voided, in the same order."""
        if not places:
            return []
        ids = [identifier_of(place) for place in places]
        standing = {"_id": {"$in": ids}, "voided": False}
        found = await everything(self._database["statements"], standing, {"text": 1})
        texts = {it["_id"]: it["text"] for it in found}
        return [
            (place, texts[identifier])
            for place, identifier in zip(places, ids, strict=True)
            if identifier in texts
        ]

    async def _by_rarity(self, terms: list[Term], place: Filter) -> list[Term]:
        """The terms, the rarest first."""
        if len(terms) < 2:
            return terms
        counts: list[int] = []
        for cap in _CAPS:
            counts = await asyncio.gather(
                *(
                    self._database["statements"].count_documents({"terms": term, "place": place}, limit=cap)
                    for term in terms
                )
            )
            if min(counts) < cap:
                break
        return [term for _, term in sorted(zip(counts, terms, strict=True))]


def _direction(query: StatementQuery) -> int:
    return ASCENDING if query.ascending else DESCENDING


async def _page(streams: Sequence[AsyncGenerator[Found]], query: StatementQuery) -> Page:
    """Merge the streams up to the end of the page."""
    texts: list[bytes] = []
    size, last = 0, b""
    heads = dict(enumerate(await asyncio.gather(*(anext(stream, None) for stream in streams))))
    while waiting := {at: head for at, head in heads.items() if head is not None}:
        best = (min if query.ascending else max)(waiting, key=lambda at: waiting[at][0])
        place, text = waiting[best]
        if place != last:
            if len(texts) == query.limit or size >= LARGEST_PAGE:
                return Page(tuple(texts), cursor_of(last) if texts else None)
            texts.append(text)
            size += len(text)
            last = place
        heads[best] = await anext(streams[best], None)
    return Page(tuple(texts), None)

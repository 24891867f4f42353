"""Statements in the store: kept once per id, whoever brings them, and then linked with what is there.

Nothing here is a transaction. Whatever is met in any order, is met because both sides write, then look; and
since a call may have ended between the two, a repeat looks again for all of its documents.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from pymongo import ASCENDING, DESCENDING

from lrs.adapters.mongo.address import Database
from lrs.adapters.mongo.documents import Kept, kept, stored_statement
from lrs.adapters.mongo.erased import erasures_of
from lrs.adapters.mongo.erasures import take_out
from lrs.adapters.mongo.failure import translated
from lrs.adapters.mongo.insertion import insert_absent
from lrs.adapters.mongo.place import stored_of
from lrs.adapters.mongo.reading import everything
from lrs.adapters.mongo.references import link, surroundings
from lrs.adapters.mongo.subjects import Subjects
from lrs.adapters.mongo.voids import awaited, mark
from schemas.document import Document, StoredStatement, Term
from schemas.erasure import Erasure, Remains, remains, untils
from schemas.errors import Unavailable
from schemas.identifier import to_bytes, to_text
from schemas.projection import Projection
from schemas.query import LARGEST_PAGE


class Statements:
    """The part of the store that holds statements."""

    _database: Database
    _subjects: Subjects

    async def project(self, documents: Sequence[Document]) -> Projection:
        if not documents:
            return Projection((), (), ())
        with translated():
            return await self._project(documents)

    async def find(self, ids: Sequence[str]) -> Mapping[str, StoredStatement]:
        with translated():
            found = await self._kept(map(to_bytes, ids))
        statements = map(stored_statement, found.values())
        return {statement.id: statement for statement in statements}

    async def found_by(
        self, term: Term, after: str, limit: int
    ) -> tuple[Sequence[StoredStatement], str | None]:
        if not limit:
            return [], None
        wanted = {"terms": term, "place": {"$gt": bytes.fromhex(after)}}
        found: list[StoredStatement] = []
        size = 0
        with translated():
            rows = self._database["statements"].find(wanted).sort("place", ASCENDING).limit(limit)
            async for row in rows:
                found.append(stored_statement(row))
                size += len(found[-1].text)
                if size >= LARGEST_PAGE or len(found) == limit:
                    await rows.close()
                    return found, row["place"].hex()
        return found, None

    async def sources(self) -> Sequence[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        order = [("log", ASCENDING), ("partition", ASCENDING)]
        shown = {"_id": 0, "log": 1, "partition": 1}
        wanted: list[dict[str, Any]] = [{"log": {"$gte": ""}}]
        with translated():
            # from one to the next along the index, however many statements each has
            while wanted:
                row = await self._database["statements"].find_one(wanted[0], shown, sort=order)
                if row is None:
                    del wanted[0]
                    continue
                found.append((row["log"], row["partition"]))
                log, partition = found[-1]
                wanted = [{"log": log, "partition": {"$gt": partition}}, {"log": {"$gt": log}}]
        return found

    async def scan(
        self, log: str, partition: int, offset: int, until: int | None, limit: int
    ) -> Sequence[StoredStatement]:
        if not limit:
            return []
        end = 2**62 if until is None else until
        wanted = {"log": log, "partition": partition, "offset": {"$gte": offset, "$lt": end}}
        found: list[StoredStatement] = []
        size = 0
        with translated():
            rows = self._database["statements"].find(wanted).sort("offset", ASCENDING).limit(limit)
            async for row in rows:
                found.append(stored_statement(row))
                size += len(found[-1].text)
                if size >= LARGEST_PAGE:
                    break
            await rows.close()
        return found

    async def awaited_by_voids(self, ids: Sequence[str], platform: str) -> frozenset[str]:
        with translated():
            found = await awaited(self._database, [to_bytes(identifier) for identifier in ids], platform)
        return frozenset(map(to_text, found))

    async def last_seen(self, platform: str) -> int | None:
        with translated():
            found = await self._database["statements"].find_one(
                {"platform": platform, "voided": False}, {"place": 1}, sort=[("place", DESCENDING)]
            )
        return None if found is None else stored_of(found["place"])

    async def ignored_voids(self) -> Mapping[str, int]:
        pipeline: list[dict[str, Any]] = [
            {"$match": {"platform": {"$gte": ""}}},
            {"$group": {"_id": "$platform", "count": {"$sum": 1}}},
        ]
        with translated():
            found = await self._database["ignored_voids"].aggregate(pipeline).to_list(None)
        return {it["_id"]: it["count"] for it in found}

    async def _project(self, documents: Sequence[Document]) -> Projection:
        new: dict[bytes, Kept] = {}
        order: list[bytes] = []
        for document in documents:
            identifier = to_bytes(document.id)
            order.append(identifier)
            if identifier not in new:
                new[identifier] = kept(document)
        # a subject is there before its first statement
        await self._subjects.note(subject for document in documents for subject in document.subjects)
        # without a look before: nearly all are new, and what is not is told by the insertion
        before = await self._insert(new)
        projected = {**new, **before}
        named = frozenset[str]().union(*(document.named for document in documents))
        nodes, erasures = await asyncio.gather(
            surroundings(self._database, projected), erasures_of(self._database, named)
        )
        left = await self._take_out(documents, projected, erasures)
        nodes |= projected
        voided, _ = await asyncio.gather(
            mark(self._database, nodes, projected), link(self._database, nodes, projected)
        )
        existing: list[StoredStatement | None] = []
        passed: set[bytes] = set()
        for identifier in order:
            first = identifier in new and identifier not in passed
            existing.append(None if first else stored_statement(projected[identifier]))
            passed.add(identifier)
        return Projection(tuple(existing), voided, tuple(left), erasures)

    async def _take_out(
        self, documents: Sequence[Document], projected: dict[bytes, Kept], erasures: Mapping[str, Erasure]
    ) -> list[Remains | None]:
        """Take who was erased out of what was stored of these records; for each document what is left."""
        left: list[Remains | None] = []
        for document in documents:
            touched = not document.named.isdisjoint(erasures)
            left.append(remains(orjson.loads(document.text), untils(erasures)) if touched else None)
            identifier = to_bytes(document.id)
            kept = projected[identifier]
            # what came of another record is left to who erases: they tell whom it concerns
            if left[-1] is not None and stored_statement(kept).is_of(document):
                projected[identifier] = await take_out(self._database, self._subjects, kept, erasures)
        return left

    async def _insert(self, new: dict[bytes, Kept]) -> dict[bytes, Kept]:
        """Insert these; those that were there are taken out, and returned as they are stored."""
        ids = list(new)
        lost = [ids[at] for at in await insert_absent(self._database["statements"], list(new.values()))]
        if not lost:
            return {}
        found = await self._kept(lost)
        if len(found) < len(lost):
            raise Unavailable("MongoDB: a statement that is there cannot be read yet")
        for identifier in lost:
            del new[identifier]
        return found

    async def _kept(self, ids: Iterable[bytes]) -> dict[bytes, Kept]:
        wanted = list(ids)
        if not wanted:
            return {}
        found = await everything(self._database["statements"], {"_id": {"$in": wanted}})
        return {it["_id"]: it for it in found}

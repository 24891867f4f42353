"""The documents of State, Activity Profile and Agent Profile.

A precondition is part of the filter of the one command that writes, so the server looks at it in the write.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from hashlib import blake2b
from typing import Any

from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError

from lrs.adapters.mongo.address import Database
from lrs.adapters.mongo.failure import translated
from schemas.errors import Unavailable
from schemas.precondition import ANY, Precondition
from schemas.resource_document import DocumentId, Owner, ResourceDocument

_NAME = "documents"


class ResourceDocuments:
    """The part of the store that keeps documents. Every command but an erasure names the owner, which is the
    shard key.
    """

    _database: Database

    async def load_document(self, owner: bytes, document: str) -> ResourceDocument | None:
        with translated():
            found = await self._database[_NAME].find_one(_of(owner, document))
        return None if found is None else _document(found)

    async def document_ids(self, owner: bytes, since: int | None, limit: int) -> Sequence[DocumentId]:
        if not limit:
            return []
        wanted: dict[str, Any] = {"owner": owner}
        if since is not None:
            wanted["modified"] = {"$gt": since}
        with translated():
            # all of it stands in the index: no content is read
            found = self._database[_NAME].find(wanted, {"_id": 0, "id": 1, "modified": 1})
            ordered = found.sort([("modified", ASCENDING), ("id", ASCENDING)]).limit(limit)
            return [DocumentId(it["id"], it["modified"]) async for it in ordered]

    async def save_document(self, document: ResourceDocument, precondition: Precondition) -> bool:
        row = _row(document)
        wanted = _wanted(document.owner.digest, document.id, precondition)
        with translated():
            if wanted is not None and await self._replaced(wanted, row):
                return True
            if not precondition.holds(None):
                return False
            try:
                await self._database[_NAME].insert_one(row)
            except DuplicateKeyError:
                pass
            else:
                return True
            # it is there, or came in between: what was asked of it decides
            if wanted is not None and await self._replaced(wanted, row):
                return True
        if precondition == Precondition():
            raise Unavailable("MongoDB: the document comes and goes")
        return False

    async def delete_document(self, owner: bytes, document: str, precondition: Precondition) -> bool:
        wanted = _wanted(owner, document, precondition)
        with translated():
            if wanted is not None and (await self._database[_NAME].delete_one(wanted)).deleted_count:
                return True
            if precondition.none_match is None:
                return precondition.match is None
            found = await self._database[_NAME].find_one(_of(owner, document), {"tag": 1})
        return precondition.holds(None) and found is None

    async def delete_documents(self, owner: bytes) -> int:
        with translated():
            return (await self._database[_NAME].delete_many({"owner": owner})).deleted_count

    async def documents_of(self, learner: str) -> AsyncIterator[ResourceDocument]:
        with translated():
            async for found in self._database[_NAME].find({"learner": learner}):
                yield _document(found)

    async def erase_documents(self, learner: str, until: int) -> int:
        theirs = {"learner": learner, "modified": {"$lte": until}}
        with translated():
            return (await self._database[_NAME].delete_many(theirs)).deleted_count

    async def _replaced(self, wanted: dict[str, Any], row: dict[str, Any]) -> bool:
        return (await self._database[_NAME].replace_one(wanted, row)).matched_count == 1


def _of(owner: bytes, document: str) -> dict[str, Any]:
    return {"_id": _key(owner, document), "owner": owner}


def _key(owner: bytes, document: str) -> bytes:
    """32 bytes, however long the id is."""
    return owner + blake2b(document.encode(), digest_size=16).digest()


def _wanted(owner: bytes, document: str, precondition: Precondition) -> dict[str, Any] | None:
    """The filter on the document that may be written over; None where none may be there."""
    if precondition.none_match == ANY:
        return None
    asked: dict[str, Any] = {}
    if precondition.match is not None and precondition.match != ANY:
        asked["$in"] = sorted(precondition.match)
    if precondition.none_match is not None:
        asked["$nin"] = sorted(precondition.none_match)
    of = _of(owner, document)
    return {**of, "tag": asked} if asked else of


def _row(document: ResourceDocument) -> dict[str, Any]:
    row = {
        **_of(document.owner.digest, document.id),
        "id": document.id,
        "tag": document.tag,
        "content_type": document.content_type,
        "modified": document.modified,
        "content": document.content,
    }
    return row if document.owner.learner is None else {**row, "learner": document.owner.learner}


def _document(found: dict[str, Any]) -> ResourceDocument:
    owner = Owner(found["owner"], found.get("learner"))
    said = (found[name] for name in ("id", "tag", "content_type", "modified", "content"))
    return ResourceDocument(owner, *said)

"""Attachments in pieces, laid out as GridFS does, but written as they come: the driver's GridFS gathers up
to 48 MB of an upload in memory before it writes any.

`attachments` says by hash which file has the data; a file is its pieces, in `attachment_pieces`. Every file
stands in `attachment_files` from before its first piece until it is known to be the one of a hash, and again
from before it stops being that: so no crash leaves pieces of which nobody knows.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from pymongo import ReturnDocument

from lrs.adapters.mongo.address import Database
from lrs.adapters.mongo.failure import translated
from lrs.adapters.mongo.keys import beginning
from lrs.adapters.mongo.reading import everything
from schemas.attachment import pieces, verified
from schemas.document import term
from schemas.errors import StoreError, Unavailable


class Attachments:
    """The part of the store that keeps attachments."""

    _database: Database

    async def keep_attachment(self, sha2: str, data: AsyncIterable[bytes], sender: str) -> None:
        file = secrets.token_hex(12)
        begun = {"_id": file, "sha2": sha2, "begun": _now()}
        with translated():
            await self._database["attachment_files"].insert_one(begun)
        try:
            length, count = await self._write(file, pieces(verified(sha2, data)))
        except Exception:
            # else the sweeper does it
            with suppress(StoreError), translated():
                await self._settle(file, named=False)
            raise
        with translated():
            first = {"file": file, "length": length, "pieces": count}
            # of two who bring the same at once one may be answered nothing, and change nothing:
            # the second time it is there
            kept = await self._name(sha2, sender, first) or await self._name(sha2, sender, first)
            if kept is None:
                raise Unavailable("MongoDB: this attachment was removed while it was kept")
            await self._settle(file, named=kept["file"] == file)

    async def _name(self, sha2: str, sender: str, first: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Say that a sender has brought what has this hash, and `first` of who is the first; what is kept."""
        update = {"$set": {"kept": _now()}, "$addToSet": {"senders": sender}, "$setOnInsert": first}
        found: Mapping[str, Any] | None = await self._database["attachments"].find_one_and_update(
            {"_id": sha2}, update, upsert=True, return_document=ReturnDocument.AFTER
        )
        return found

    async def attachments(self, hashes: Sequence[str], sender: str | None = None) -> Mapping[str, int]:
        filter_: dict[str, Any] = {"_id": {"$in": list(hashes)}}
        if sender is not None:
            filter_["senders"] = sender
        with translated():
            found = await everything(self._database["attachments"], filter_, {"length": 1})
        return {it["_id"]: it["length"] for it in found}

    async def attachment(self, sha2: str) -> AsyncIterator[bytes]:
        with translated():
            found = await self._database["attachments"].find_one({"_id": sha2})
        if found is None:
            raise KeyError(sha2)
        for number in range(found["pieces"]):
            with translated():
                piece = await self._database["attachment_pieces"].find_one(
                    {"_id": _piece(found["file"], number)}
                )
            if piece is None:
                raise Unavailable("MongoDB: this attachment was removed while it was read")
            yield piece["data"]

    async def attachments_before(self, before: int, after: str, limit: int) -> Sequence[str]:
        if not limit:
            return []
        filter_: dict[str, Any] = {"_id": {"$gt": after}, "kept": {"$lt": before}}
        with translated():
            found = self._database["attachments"].find(filter_, {"_id": 1}).sort("_id").limit(limit)
            return [it["_id"] async for it in found]

    async def named_attachments(self, hashes: Sequence[str]) -> frozenset[str]:
        named = set()
        with translated():
            for sha2 in hashes:
                of = {"terms": term("attachment", sha2)}
                if await self._database["statements"].find_one(of, {"_id": 1}) is not None:
                    named.add(sha2)
        return frozenset(named)

    async def remove_attachment(self, sha2: str, before: int) -> bool:
        old = {"_id": sha2, "kept": {"$lt": before}}
        with translated():
            found = await self._database["attachments"].find_one(old)
            if found is None:
                return False
            file = found["file"]
            begun = {"$setOnInsert": {"sha2": sha2, "begun": 0}}
            await self._database["attachment_files"].update_one({"_id": file}, begun, upsert=True)
            removed = await self._database["attachments"].delete_one({**old, "file": file})
            if removed.deleted_count:
                await self._settle(file, named=False)
            return bool(removed.deleted_count)

    async def clear_attachments(self, before: int) -> int:
        cleared = 0
        with translated():
            async for it in self._database["attachment_files"].find({"begun": {"$lt": before}}):
                kept = await self._database["attachments"].find_one({"_id": it["sha2"], "file": it["_id"]})
                await self._settle(it["_id"], named=kept is not None)
                cleared += kept is None
        return cleared

    async def _write(self, file: str, data: AsyncIterable[bytes]) -> tuple[int, int]:
        """The length of what was written, and its number of pieces."""
        length = count = 0
        async for piece in data:
            with translated():
                await self._database["attachment_pieces"].insert_one(
                    {"_id": _piece(file, count), "data": piece}
                )
            length += len(piece)
            count += 1
        return length, count

    async def _settle(self, file: str, *, named: bool) -> None:
        """Forget that a file was begun, and its pieces too where no hash has it."""
        if not named:
            await self._database["attachment_pieces"].delete_many({"_id": beginning(f"{file}/")})
        await self._database["attachment_files"].delete_one({"_id": file})


def _piece(file: str, number: int) -> str:
    return f"{file}/{number:08x}"


def _now() -> int:
    return time.time_ns() // 1_000_000

"""The audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pymongo import ASCENDING

from lrs.adapters.mongo.address import Database
from lrs.adapters.mongo.failure import translated
from lrs.adapters.mongo.numbers import take
from schemas.audit import Entry


class Audit:
    """The part of the store that keeps the audit trail."""

    _database: Database

    async def audit(self, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        with translated():
            number = await take(self._database, "audit", len(entries))
            rows = [_row(entry, number + at) for at, entry in enumerate(entries)]
            await self._database["audit"].insert_many(rows)

    async def audited(self, after: int, limit: int) -> Sequence[Entry]:
        if not limit:
            return []
        with translated():
            found = self._database["audit"].find({"_id": {"$gt": after}}).sort("_id", ASCENDING).limit(limit)
            return [_entry(row) async for row in found]

    async def forget_audit(self, before: int) -> int:
        with translated():
            return (await self._database["audit"].delete_many({"moment": {"$lt": before}})).deleted_count


def _row(entry: Entry, number: int) -> dict[str, Any]:
    row = entry._asdict()
    del row["number"]
    return {"_id": number, **row}


def _entry(row: dict[str, Any]) -> Entry:
    number = row.pop("_id")
    return Entry(**row, number=number)

"""Learners, cells, examples and positions under a ruleset."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from lrs.adapters.mongo import keys
from lrs.adapters.mongo.address import Database
from lrs.adapters.mongo.aggregation import MongoAggregation
from lrs.adapters.mongo.failure import translated
from lrs.adapters.mongo.positions import position
from lrs.adapters.mongo.reading import BATCH, everything
from lrs.adapters.mongo.subjects import Subjects
from lrs.adapters.mongo.transaction import Session, Transactions
from schemas.ports import EXAMPLES, Aggregation
from schemas.record import Position


class Aggregates:
    """The part of the store that keeps aggregates."""

    _database: Database
    _subjects: Subjects
    _transactions: Transactions

    @asynccontextmanager
    async def aggregation(self, number: int, partition: int) -> AsyncIterator[Aggregation]:
        async with self._transactions.begin() as transaction:
            yield MongoAggregation(number, partition, transaction, self._database)

    async def subjects(self, after: str, limit: int) -> Sequence[str]:
        if not limit:
            return []
        with translated():
            return await self._subjects.listed(after, limit)

    async def cells(self, number: int, *prefixes: str) -> Mapping[str, int]:
        if not prefixes:
            return {}
        ranges = [{"_id": keys.beginning(keys.under(number) + prefix)} for prefix in sorted(set(prefixes))]
        pipeline: list[dict[str, Any]] = [
            {"$match": ranges[0] if len(ranges) == 1 else {"$or": ranges}},
            {"$group": {"_id": "$key", "value": {"$sum": "$value"}}},
            {"$match": {"value": {"$ne": 0}}},
        ]

        async def work(session: Session) -> list[dict[str, Any]]:
            summed = self._database["cells"].aggregate(
                pipeline, session=session, batchSize=BATCH, allowDiskUse=True
            )
            found: list[dict[str, Any]] = await summed.to_list(None)
            return found

        # one command alone is of no one moment: a server lets others write while it reads
        async with self._transactions.begin() as transaction:
            found = await transaction.run(work)
        # an id goes on with a NUL after its key: a prefix may have one, too
        return {it["_id"]: it["value"] for it in found if it["_id"].startswith(prefixes)}

    async def examples(self, number: int, platform: str) -> Mapping[str, Sequence[str]]:
        of = {"_id": keys.beginning(keys.examples(number, platform))}
        by_reason: dict[str, list[str]] = defaultdict(list)
        with translated():
            async for it in self._database["examples"].find(of).sort("_id"):
                by_reason[it["reason"]] += it["ids"]
        return {reason: tuple(dict.fromkeys(ids))[:EXAMPLES] for reason, ids in by_reason.items()}

    async def aggregate_positions(self, number: int) -> Mapping[int, Position]:
        of = {"_id": keys.beginning(keys.under(number)), "log": {"$exists": True}}
        with translated():
            found = await everything(self._database["aggregate_positions"], of)
        return {it["partition"]: position(it) for it in found}

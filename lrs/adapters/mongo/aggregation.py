"""One transaction of one facts partition under one ruleset.

Learners, cells, examples and positions are kept apart by partition, so transactions of several partitions
never meet. Those of one partition do, on the document of its position, which every `save` writes. Where it is
not there yet, the ruleset is written, too: so a transaction that began before its ruleset was dropped meets
either what deletes the ruleset or what then deletes its positions, and leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from pymongo import ReplaceOne, UpdateOne

from lrs.adapters.mongo import keys
from lrs.adapters.mongo.address import Database
from lrs.adapters.mongo.documents import stored_statement
from lrs.adapters.mongo.links import accounts_of, links_of
from lrs.adapters.mongo.positions import position
from lrs.adapters.mongo.reading import everything
from lrs.adapters.mongo.transaction import Session, Transaction
from schemas.document import StoredStatement
from schemas.errors import Fenced
from schemas.fact import source
from schemas.ports import EXAMPLES, PROJECTOR, Aggregation
from schemas.record import Position
from schemas.ruleset import RulesetState

STATE = {"content": 0}
"""The projection of a ruleset's document that `state` needs."""
RETIRED = "retired"


class MongoAggregation(Aggregation):
    """A transaction that is open; its snapshot is taken by what is first asked."""

    def __init__(self, number: int, partition: int, transaction: Transaction, database: Database) -> None:
        self._number = number
        self._partition = partition
        self._transaction = transaction
        self._database = database
        self._state: RulesetState | None = None

    async def ruleset(self) -> RulesetState:
        if self._state is None:
            # once: it is the same as long as the snapshot is

            async def work(session: Session) -> Any:
                return await self._database["rulesets"].find_one(self._number, STATE, session=session)

            found = await self._transaction.run(work)
            if found is None:
                raise self._gone()
            self._state = state(found)
        return self._state

    async def position(self) -> Position | None:
        key = keys.position(self._number, self._partition)

        async def work(session: Session) -> Any:
            return await self._database["aggregate_positions"].find_one({"_id": key}, session=session)

        found = await self._transaction.run(work)
        return None if found is None or "log" not in found else position(found)

    async def learners(self, subjects: Sequence[str]) -> Mapping[str, bytes]:
        wanted = {keys.learner(self._number, self._partition, subject): subject for subject in subjects}
        found = await self._find("learners", {"_id": {"$in": list(wanted)}}) if wanted else []
        return {wanted[it["_id"]]: it["state"] for it in found}

    async def projected(self) -> Mapping[str, int]:
        found = await self._find("positions", {"consumer": PROJECTOR})
        return {source(it["log"], it["partition"]): it["offset"] for it in found}

    async def statements_of(self, subjects: Sequence[str]) -> Mapping[str, Sequence[StoredStatement]]:
        by_subject: dict[str, list[StoredStatement]] = {subject: [] for subject in subjects}
        for it in await self._find("statements", {"subjects": {"$in": list(by_subject)}}):
            statement = stored_statement(it)
            for subject in it["subjects"]:
                if subject in by_subject:
                    by_subject[subject].append(statement)
        for statements in by_subject.values():
            statements.sort(key=lambda it: (it.log, it.partition, it.offset))
        return by_subject

    async def links(self, learners: Sequence[str]) -> Mapping[str, str]:
        return await links_of(self._find, learners)

    async def accounts_of(self, persons: Sequence[str]) -> Mapping[str, Sequence[str]]:
        return await accounts_of(self._find, persons)

    async def save(
        self,
        learners: Mapping[str, bytes],
        cells: Mapping[str, int],
        examples: Mapping[tuple[str, str], Sequence[str]],
        position: Position | None,
    ) -> None:
        if (await self.ruleset()).stage == RETIRED:
            raise Fenced(f"ruleset {self._number} is {RETIRED}")
        if position is not None and position.partition != self._partition:
            raise ValueError(
                f"a position of partition {position.partition} in a transaction of {self._partition}"
            )

        async def work(session: Session) -> None:
            await self._move(position, session)
            await self._write("learners", self._learner_writes(learners), session)
            await self._write("cells", self._cell_writes(cells), session)
            if examples:
                await self._keep_examples(examples, session)

        await self._transaction.run(work)

    async def _find(self, collection: str, filter_: dict[str, Any]) -> list[dict[str, Any]]:
        async def work(session: Session) -> list[dict[str, Any]]:
            return await everything(self._database[collection], filter_, session=session)

        return await self._transaction.run(work)

    async def _move(self, to: Position | None, session: Session) -> None:
        key = keys.position(self._number, self._partition)
        kept = self._database["aggregate_positions"]
        values = {"partition": self._partition} if to is None else to._asdict()
        moved = await kept.update_one({"_id": key}, {"$set": values, "$inc": {"epoch": 1}}, session=session)
        if moved.matched_count:
            return
        met = await self._database["rulesets"].update_one(
            {"_id": self._number}, {"$inc": {"epoch": 1}}, session=session
        )
        if not met.matched_count:
            raise self._gone()
        await kept.insert_one({"_id": key, **values, "epoch": 1}, session=session)

    async def _write(
        self, collection: str, writes: list[UpdateOne | ReplaceOne[dict[str, Any]]], session: Session
    ) -> None:
        if writes:
            await self._database[collection].bulk_write(writes, ordered=False, session=session)

    def _learner_writes(self, learners: Mapping[str, bytes]) -> list[UpdateOne | ReplaceOne[dict[str, Any]]]:
        identified = (
            (keys.learner(self._number, self._partition, subject), learner)
            for subject, learner in sorted(learners.items())
        )
        return [ReplaceOne({"_id": key}, {"state": learner}, upsert=True) for key, learner in identified]

    def _cell_writes(self, cells: Mapping[str, int]) -> list[UpdateOne | ReplaceOne[dict[str, Any]]]:
        return [
            UpdateOne(
                {"_id": keys.cell(self._number, key, self._partition)},
                {"$inc": {"value": value}, "$setOnInsert": {"key": key}},
                upsert=True,
            )
            for key, value in sorted(cells.items())
            if value
        ]

    async def _keep_examples(
        self, examples: Mapping[tuple[str, str], Sequence[str]], session: Session
    ) -> None:
        wanted = {
            keys.example(self._number, platform, reason, self._partition): (reason, ids)
            for (platform, reason), ids in examples.items()
        }
        collection = self._database["examples"]
        found = await everything(collection, {"_id": {"$in": list(wanted)}}, session=session)
        kept: dict[str, list[str]] = {it["_id"]: it["ids"] for it in found}
        writes: list[UpdateOne | ReplaceOne[dict[str, Any]]] = []
        for key, (reason, ids) in wanted.items():
            merged = list(dict.fromkeys([*kept.get(key, ()), *ids]))[:EXAMPLES]
            if merged != kept.get(key):
                writes.append(ReplaceOne({"_id": key}, {"reason": reason, "ids": merged}, upsert=True))
        await self._write("examples", writes, session)

    def _gone(self) -> Fenced:
        return Fenced(f"ruleset {self._number} is not there any more")


def state(found: Mapping[str, Any]) -> RulesetState:
    """What a ruleset's document says of it."""
    return RulesetState(
        found["_id"],
        found["revision"],
        found["stage"],
        found["created"],
        orjson.loads(found["floor"]),
    )

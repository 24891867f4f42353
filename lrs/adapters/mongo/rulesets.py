"""Rulesets: the living one, the one that is being filled, those before.

Whatever changes a stage, writes one document (`rulesets` of `numbers`) in its transaction, so that one of two
at once fails and there is one living and one filling at most. A switch writes nothing that an aggregation
writes: one that began before it, and ends after it, has read the ruleset as it was, and is as good as ended
before.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from lrs.adapters.mongo import keys
from lrs.adapters.mongo.address import Database
from lrs.adapters.mongo.aggregation import RETIRED, STATE, state
from lrs.adapters.mongo.failure import translated
from lrs.adapters.mongo.numbers import take
from lrs.adapters.mongo.reading import everything
from lrs.adapters.mongo.transaction import Session, Transactions
from schemas.errors import Fenced, NotPrepared
from schemas.record import Position
from schemas.ruleset import Ruleset, RulesetState
from schemas.series import Series

NUMBERS = "rulesets"
"""What the numbers of rulesets are counted as."""
LIVED = {"content": 1, "created": 1}
"""What a series takes of a ruleset."""
CHUNK = 5_000
"""Documents that are deleted in one go."""


class Rulesets:
    """The part of the store that keeps rulesets."""

    _database: Database
    _transactions: Transactions

    async def rulesets(self) -> Sequence[RulesetState]:
        with translated():
            found = await everything(self._database["rulesets"], {}, STATE)
        return sorted(map(state, found), key=lambda it: it.number)

    async def living(self) -> Ruleset:
        with translated():
            found = await self._database["rulesets"].find_one({"stage": "living"}, {"content": 1})
        if found is None:
            raise NotPrepared("there is no living ruleset: `lrs serve` makes the first")
        return Ruleset.model_validate_json(found["content"])

    async def load_ruleset(self, number: int) -> Ruleset:
        with translated():
            found = await self._database["rulesets"].find_one({"_id": number}, {"content": 1})
        if found is None:
            raise KeyError(number)
        return Ruleset.model_validate_json(found["content"])

    async def extend(self, ruleset: Ruleset) -> None:
        before = {"_id": ruleset.number, "revision": ruleset.revision - 1, "stage": {"$ne": RETIRED}}
        after = {"revision": ruleset.revision, "content": ruleset.model_dump_json()}
        with translated():
            extended = await self._database["rulesets"].update_one(before, {"$set": after})
        if not extended.matched_count:
            raise Fenced(f"ruleset {ruleset.number} is {RETIRED}, or not at revision {ruleset.revision - 1}")

    async def begin_filling(
        self,
        ruleset: Ruleset,
        floor: Mapping[str, int],
        starts: Mapping[int, Position],
        based_on: int | None = None,
    ) -> int:
        async def work(session: Session) -> int:
            number = await take(self._database, NUMBERS, session=session)
            await self._follow_living(ruleset, based_on, session)
            other = await self._database["rulesets"].find_one({"stage": "filling"}, STATE, session=session)
            if other is not None:
                await self._drop(other["_id"], session)
            document = {
                "_id": number,
                "stage": "filling",
                "revision": ruleset.revision,
                "created": ruleset.created,
                "floor": orjson.dumps(dict(floor)).decode(),
                "content": ruleset.model_copy(update={"number": number}).model_dump_json(),
            }
            await self._database["rulesets"].insert_one(document, session=session)
            positions = [
                {"_id": keys.position(number, at.partition), **at._asdict(), "epoch": 0}
                for at in starts.values()
            ]
            if positions:
                await self._database["aggregate_positions"].insert_many(positions, session=session)
            return number

        async with self._transactions.begin() as transaction:
            number = await transaction.run(work)
        await self._sweep()
        return number

    async def drop_ruleset(self, number: int) -> None:
        async def work(session: Session) -> None:
            found = await self._database["rulesets"].find_one({"_id": number}, STATE, session=session)
            if found is None:
                return
            if found["stage"] == "living":
                raise Fenced(f"ruleset {number} is the living one")
            await take(self._database, NUMBERS, 0, session=session)
            await self._drop(number, session)

        async with self._transactions.begin() as transaction:
            await transaction.run(work)
        await self._sweep()

    async def switch(self, number: int) -> None:
        async def work(session: Session) -> None:
            rulesets = self._database["rulesets"]
            await take(self._database, NUMBERS, 0, session=session)
            before = await rulesets.find_one({"stage": "living"}, LIVED, session=session)
            await rulesets.update_one({"stage": "living"}, {"$set": {"stage": RETIRED}}, session=session)
            filled = {"_id": number, "stage": "filling"}
            found = await rulesets.find_one(filled, {"content": 1}, session=session)
            switched = await rulesets.update_one(filled, {"$set": {"stage": "living"}}, session=session)
            if found is None or not switched.matched_count:
                raise Fenced(f"ruleset {number} is not being filled")
            await self._note_series(before, found, session)

        async with self._transactions.begin() as transaction:
            await transaction.run(work)

    async def series(self, number: int | None = None) -> Sequence[Series]:
        of = {} if number is None else {"_id": number}
        with translated():
            found = await everything(self._database["series"], of)
            living = await self._database["rulesets"].find_one({**of, "stage": "living"}, LIVED)
        kept = {it["_id"]: it for it in found}
        if living is not None:
            # one of a database of before series did not live before it was made
            noted = kept.get(living["_id"], {"_id": living["_id"], "began": living["created"]})
            kept[living["_id"]] = {**noted, "rules": living["content"]}
        return sorted(map(_series, kept.values()), key=lambda it: it.number)

    async def _note_series(
        self, before: dict[str, Any] | None, now: dict[str, Any], session: Session
    ) -> None:
        moment = time.time_ns() // 1_000_000
        if before is not None:
            # a platform may have been added to it since it began
            ended = {
                "$set": {"ended": moment, "rules": before["content"]},
                "$setOnInsert": {"began": before["created"]},
            }
            await self._database["series"].update_one(
                {"_id": before["_id"]}, ended, upsert=True, session=session
            )
        begun = {"_id": now["_id"], "began": moment, "rules": now["content"]}
        await self._database["series"].insert_one(begun, session=session)

    async def _follow_living(self, ruleset: Ruleset, based_on: int | None, session: Session) -> None:
        """Raises Fenced where the living ruleset has a platform that this one has not, or another number."""
        rulesets = self._database["rulesets"]
        found = await rulesets.find_one({"stage": "living"}, session=session)
        if based_on is not None and (found is None or found["_id"] != based_on):
            raise Fenced(f"ruleset {based_on} is not the living one")
        if found is None:
            return
        if Ruleset.model_validate_json(found["content"]).platforms.keys() - ruleset.platforms.keys():
            raise Fenced("the living ruleset has a platform that this one has not")
        # written, so that this meets whoever adds a platform, or switches, at this moment
        await rulesets.update_one({"_id": found["_id"]}, {"$inc": {"epoch": 1}}, session=session)

    async def _drop(self, number: int, session: Session) -> None:
        await self._database["rulesets"].delete_one({"_id": number}, session=session)
        await self._database["dropped"].insert_one({"_id": number}, session=session)

    async def _sweep(self) -> None:
        """Delete what dropped rulesets left, also ones that a crash interrupted.

        Positions first, and each waits for the transactions that have written it: afterwards none can end
        that began under the number.
        """
        with translated():
            for dropped in await everything(self._database["dropped"], {}):
                of = {"_id": keys.beginning(keys.under(dropped["_id"]))}
                await self._database["aggregate_positions"].delete_many(of)
                for name in ("learners", "cells", "examples"):
                    while await self._sweep_chunk(name, of):
                        pass
                await self._database["dropped"].delete_one(dropped)

    async def _sweep_chunk(self, name: str, of: dict[str, Any]) -> int:
        found = await self._database[name].find(of, {"_id": 1}).limit(CHUNK).batch_size(CHUNK).to_list(None)
        if found:
            await self._database[name].delete_many({"_id": {"$in": [it["_id"] for it in found]}})
        return len(found)


def _series(document: dict[str, Any]) -> Series:
    rules = Ruleset.model_validate_json(document["rules"])
    return Series(document["_id"], document["began"], document.get("ended"), rules)

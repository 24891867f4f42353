"""A log and a store in SQLite, consumers that are run by hand, and the recount to hold them against."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from consumers.aggregator import Aggregator
from consumers.projector import PLATFORM, Projector
from consumers.rebuild import rebuild
from consumers.runner import Consumer, Runner
from schemas.erasure import erasure_record
from schemas.fact import Fact, decode
from schemas.figure import figures
from schemas.link import pseudonym, records_of, said
from schemas.ports import EventLog, Store
from schemas.profile import Profile
from schemas.record import FACTS, KIND, STATEMENTS, TICK, Appended, NewRecord, Position, Record
from schemas.ruleset import Ruleset
from schemas.xapi import parse_timestamp
from tests.consumers.factories import HOME, Json, record
from tests.recount.recount import differences, recount

PROFILE = Profile()
PERSON_SECRET = b"a secret of the office"


@dataclass(slots=True)
class World:
    """What the consumers see. `ids`: of every statement that was appended."""

    log: EventLog
    store: Store
    ids: set[str] = field(default_factory=set)
    whose: dict[str, tuple[tuple[int, int, str], str | None]] = field(default_factory=dict)
    """By name of an account when it was linked last, and to whom."""

    async def post(
        self, *statements: Json, platform: str = "onetouch", partition: int = 0, voids_any: bool = False
    ) -> Appended:
        """Append statements as the endpoint does, as one unit."""
        self.ids.update(statement["id"] for statement in statements)
        records = [record(statement, platform, voids_any=voids_any) for statement in statements]
        return (await self.log.append(STATEMENTS, {partition: records}))[partition]

    async def erase(self, name: str, until: str | None = None, partition: int = 0) -> Appended:
        """Append what `lrs learner erase` does."""
        moment = None if until is None else parse_timestamp(until)
        records = [erasure_record(f"account:{HOME}|{name}", moment)]
        return (await self.log.append(STATEMENTS, {partition: records}))[partition]

    async def link(self, person: str | None, *names: str, partition: int = 0) -> Appended:
        """Append what `lrs person link` and `unlink` (no person) do, and remember it."""
        whose = None if person is None else pseudonym(person, PERSON_SECRET)
        records = records_of([said(f"account:{HOME}|{name}", whose) for name in names], "test")
        appended = (await self.log.append(STATEMENTS, {partition: records}))[partition]
        rank = (appended.timestamp, appended.first, whose or "")
        for name in names:
            known = self.whose.get(name, ((0, 0, ""), None))
            self.whose[name] = max(known, (rank, person), key=lambda it: it[0])
        return appended

    async def raw(self, value: bytes, platform: bytes = b"onetouch", partition: int = 0) -> None:
        """Append a record that is no statement."""
        records = [NewRecord(value, ((PLATFORM, platform),))]
        await self.log.append(STATEMENTS, {partition: records})

    async def tick(self, partition: int = 0) -> Appended:
        records = [NewRecord(b"", ((KIND, TICK),))]
        return (await self.log.append(STATEMENTS, {partition: records}))[partition]

    async def append_facts(self, partition: int, *values: bytes) -> None:
        await self.log.append(FACTS, {partition: [NewRecord(value) for value in values]})

    async def project(self) -> None:
        """Read the statements to their end."""
        await self.consume(Projector(self.log, self.store, PROFILE))

    async def aggregate(self) -> None:
        """Read the facts to their end."""
        await self.consume(Aggregator(self.log, self.store, PROFILE))

    async def settle(self) -> None:
        await self.project()
        await self.aggregate()

    async def consume(self, consumer: Consumer) -> None:
        await Runner(self.log, consumer, asyncio.Event()).catch_up()

    async def rebuild(self, **changes: Any) -> int:
        """Rebuild under the living rules with these changes; the new number."""
        rules = await self.rules()
        return await rebuild(self.log, self.store, rules.model_copy(update=changes), PROFILE, _ignore)

    async def rules(self) -> Ruleset:
        """The living rules, as the content of another number."""
        return (await self.store.living()).model_copy(update={"revision": 0})

    async def figures(self, prefix: str = "") -> Mapping[str, int]:
        """The living figures, without the platforms' remarks."""
        cells = await self.store.cells((await self.store.living()).number, "")
        found = figures(cells).items()
        return {key: n for key, n in found if n and key.startswith(prefix) and "|remark:" not in key}

    async def statements(self) -> list[Json]:
        """Everything that is stored of what was appended, without tombstones."""
        found = await self.store.find(sorted(self.ids))
        return [orjson.loads(stored.text) for stored in found.values() if stored.text]

    async def wrong(self, void_any: Collection[str] = ()) -> list[str]:
        """Where the living figures differ from a recount of the stored statements."""
        rules = await self.store.living()
        registrations = [it.model_dump(mode="json") for it in rules.platforms.values()]
        persons: dict[tuple[str, ...], str]
        persons = {("account", HOME, name): who for name, (_, who) in self.whose.items() if who is not None}
        counted = recount(
            await self.statements(), registrations, void_any=frozenset(void_any), persons=persons
        )
        return differences(await self.figures(), counted)

    async def unbalanced(self) -> list[str]:
        """Platforms for which received is not counted + duplicate + conflict + voided + not counted."""
        known: Counter[str] = Counter()
        for (platform, kind), count in (await self.store.counts(Projector.name)).items():
            known[platform] += count if kind == "received" else -count
        for platform, count in (await self.store.tombstones()).items():
            known[platform] -= count
        for key, count in (await self.figures("p|")).items():
            known[key.split("|")[1]] -= count
        return [f"{platform}: {count}" for platform, count in known.items() if count]

    async def records(self, topic: str, partition: int = 0) -> list[Record]:
        (end,) = (end for at, end in (await self.log.ends(topic)).items() if at == partition)
        return list(await self.log.read(topic, partition, 0, end)) if end else []

    async def facts(self) -> list[Fact]:
        """Every fact in the log, partition by partition."""
        partitions = await self.log.partitions(FACTS)
        return [decode(it.value) for partition in partitions for it in await self.records(FACTS, partition)]

    async def beginning(self, topic: str, partition: int = 0) -> Position:
        return Position(await self.log.log_id(topic), partition, 0)


def _ignore(_: str, __: int) -> None:
    return None

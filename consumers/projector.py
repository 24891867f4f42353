"""The statement projector: log → statement store, and the facts of every original statement.

Idempotent by statement id, so it needs no transaction: insert if absent; the place in the log kept with a
statement says which record is the original; for originals append the facts; then move the position,
together with the counts.
"""

from __future__ import annotations

import logging
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from schemas.deadletter import DeadLetter
from schemas.document import Document, StoredStatement, terms, voided_id
from schemas.fact import Fact, partition_of, source
from schemas.ports import PROJECTOR, EventLog, StatementStore
from schemas.profile import Origin, Profile
from schemas.projection import Conflict, Projection, VoidedStatement
from schemas.record import FACTS, KIND, STATEMENTS, TICK, NewRecord, Position, Record
from schemas.xapi import format_timestamp, same_statement, statement_reference

log = logging.getLogger(__name__)

PLATFORM, CREDENTIAL, VOIDS_ANY = "platform", "credential", "voids-any"
"""Headers of a statement's record: who sent it, and whether it may void statements of other platforms."""


@dataclass(frozen=True, slots=True)
class _Incoming:
    """A record's statement as it will be returned, its document, and its facts."""

    statement: dict[str, Any]
    document: Document
    facts: list[Fact]


class Projector:
    """Projects `lrs.statements`."""

    name = PROJECTOR
    topic = STATEMENTS

    def __init__(self, log: EventLog, store: StatementStore, profile: Profile) -> None:
        self._log = log
        self._store = store
        self._profile = profile
        self._kept: set[int] = set()
        """Partitions that have a position in the store."""

    async def positions(self) -> Mapping[int, Position]:
        kept = await self._store.positions(self.name)
        self._kept = set(kept)
        return kept

    async def sweep(self) -> None:
        """Nothing to be done before a round."""

    async def handle(self, records: Sequence[Record], position: Position) -> Position:
        stored = position.stored
        incoming: list[_Incoming] = []
        for record in records:
            stored = max(stored, record.timestamp)
            if record.header(KIND) != TICK:
                incoming.append(self._read(record, position.log, stored))
        counts: Counter[tuple[str, str]] = Counter()
        if incoming:
            projection = await self._store.project([it.document for it in incoming])
            await self._settle(incoming, projection, counts)
        to = Position(position.log, position.partition, records[-1].offset + 1, stored)
        await self._move(position, to, counts)
        return to

    async def bury(self, record: Record, position: Position, error: Exception) -> Position:
        stored = max(position.stored, record.timestamp)
        platform = (record.header(PLATFORM) or b"").decode(errors="replace")
        now = time.time_ns() // 1_000_000
        letter = DeadLetter.of(STATEMENTS, position.log, record, platform, error, now)
        await self._store.bury([letter])
        to = Position(position.log, position.partition, record.offset + 1, stored)
        await self._move(position, to, {})
        return to

    async def _move(self, position: Position, to: Position, counts: Mapping[tuple[str, str], int]) -> None:
        expected = position if position.partition in self._kept else None
        await self._store.move(self.name, expected, to, counts)
        self._kept.add(to.partition)

    def _read(self, record: Record, log_id: str, stored: int) -> _Incoming:
        statement: dict[str, Any] = orjson.loads(record.value)
        text = _formatted(stored)
        spliced = f',"stored":"{text}"' + ("" if "timestamp" in statement else f',"timestamp":"{text}"')
        statement["stored"] = text
        statement.setdefault("timestamp", text)
        platform = (record.header(PLATFORM) or b"").decode()
        facts = self._profile.facts(
            statement, Origin(log_id, record.partition, record.offset, platform, stored)
        )
        document = Document(
            id=statement["id"],
            log=log_id,
            partition=record.partition,
            offset=record.offset,
            stored=stored,
            platform=platform,
            text=record.value[:-1] + spliced.encode() + b"}",
            terms=terms(statement),
            refers_to=statement_reference(statement),
            voids=voided_id(statement),
            voids_any=record.header(VOIDS_ANY) is not None,
            subjects=tuple(fact.subject for fact in facts),
        )
        return _Incoming(statement, document, facts)

    async def _settle(
        self, incoming: Sequence[_Incoming], projection: Projection, counts: Counter[tuple[str, str]]
    ) -> None:
        facts: list[Fact] = []
        conflicts: list[Conflict] = []
        for it, existing in zip(incoming, projection.existing, strict=True):
            document = it.document
            counts[document.platform, "received"] += 1
            if existing is None or _is_same_record(document, existing):
                facts += it.facts
            elif same_content(orjson.loads(existing.text), it.statement):
                counts[document.platform, "duplicate"] += 1
            else:
                counts[document.platform, "conflict"] += 1
                conflicts.append(_conflict(document))
        facts += (fact for voided in projection.voided for fact in _told(voided))
        if conflicts:
            log.warning("%d statements set aside as conflicts", len(conflicts))
            await self._store.keep_conflicts(conflicts)
        if facts:
            await self._append(facts)

    async def _append(self, facts: Sequence[Fact]) -> None:
        partitions = await self._log.partitions(FACTS)
        by_partition: dict[int, list[NewRecord]] = defaultdict(list)
        for fact in facts:
            partition = partitions[partition_of(fact.subject, len(partitions))]
            by_partition[partition].append(NewRecord(fact.encode(), key=fact.subject.encode()))
        await self._log.append(FACTS, by_partition)


_formatted = lru_cache(maxsize=16)(format_timestamp)
"""What is appended together is stored in one millisecond."""


def same_content(stored: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two statements as they are returned are the same content (G3).

    A `timestamp` equal to `stored` was given by the store, since the client gave none: it is then no part
    of the content.
    """
    given = all(it.get("timestamp") != it.get("stored") for it in (stored, other))
    return same_statement(stored, other, ignoring=() if given else ("timestamp",))


def _is_same_record(document: Document, existing: StoredStatement) -> bool:
    return (existing.log, existing.partition, existing.offset) == (
        document.log,
        document.partition,
        document.offset,
    )


def _conflict(document: Document) -> Conflict:
    return Conflict(
        id=document.id,
        log=document.log,
        partition=document.partition,
        offset=document.offset,
        stored=document.stored,
        platform=document.platform,
        text=document.text,
    )


def _told(voided: VoidedStatement) -> list[Fact]:
    """What everybody whom a voided statement counted for is told."""
    return [
        Fact(
            kind="voided",
            statement=voided.id,
            source=source(voided.log, voided.partition),
            offset=voided.offset,
            learner=subject,
            subject=subject,
            platform=voided.platform,
            stored=voided.stored,
        )
        for subject in voided.subjects
    ]

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

from consumers.person_secret import agree_on_secret
from consumers.telling import append_facts, linked
from schemas.activity import News
from schemas.deadletter import DeadLetter
from schemas.document import Document, StoredStatement, same_content, terms, voided_id
from schemas.erasure import Erasure, Remains, named, same_but_erased
from schemas.fact import Fact, Kind, source
from schemas.link import Link, claim, heard, pseudonym, subject_of
from schemas.link import decode as decode_links
from schemas.ports import PROJECTOR, EventLog, Store
from schemas.profile import Origin, Profile
from schemas.projection import Conflict, Corrected, Projection
from schemas.record import ERASURE, KIND, LINKS, STATEMENTS, TICK, Position, Record
from schemas.xapi import format_timestamp, statement_reference

log = logging.getLogger(__name__)

PLATFORM, CREDENTIAL, VOIDS_ANY, PERSON_KEYS = "platform", "credential", "voids-any", "person-keys"
"""Headers of a statement's record: who sent it, whether it may void statements of other platforms, and
whether it may say whose an account is.
"""
AT_ONCE = 500
"""Statements of an erased learner that are looked at in one go."""


@dataclass(frozen=True, slots=True)
class _Incoming:
    """A record's statement as it will be returned, where it came from, its document, and its facts."""

    statement: dict[str, Any]
    origin: Origin
    document: Document
    facts: list[Fact]
    claim: Link | None = None


class Projector:
    """Projects `lrs.statements`."""

    name = PROJECTOR
    topic = STATEMENTS

    def __init__(self, log: EventLog, store: Store, profile: Profile, person_secret: bytes = b"") -> None:
        """`person_secret`: under which persons are kept (see `schemas.link.pseudonym`); without one what
        platforms say of them is not heeded.
        """
        self._person_secret = person_secret
        self._log = log
        self._store = store
        self._profile = profile
        self._news = News()
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
        erasures: list[Erasure] = []
        links: list[Link] = []
        for record in records:
            stored = max(stored, record.timestamp)
            kind = record.header(KIND)
            if kind == ERASURE:
                erasures.append(Erasure.decode(record.value, stored))
            elif kind == LINKS:
                links += decode_links(record.value, stored, record.offset)
            elif kind != TICK:
                incoming.append(self._read(record, position.log, stored))
        counts: Counter[tuple[str, str]] = Counter()
        if incoming:
            projection = await self._store.project([it.document for it in incoming])
            await self._settle(incoming, projection, counts)
        if links:
            await self._link(links)
        for erasure in erasures:
            await self._erase(erasure)
        to = Position(position.log, position.partition, records[-1].offset + 1, stored)
        await self._move(position, to, counts)
        return to

    async def bury(self, record: Record, position: Position, error: Exception) -> Position:
        stored = max(position.stored, record.timestamp)
        platform = (record.header(PLATFORM) or b"").decode(errors="replace")
        now = time.time_ns() // 1_000_000
        letter = DeadLetter.of(STATEMENTS, position.log, record, platform, error, stored=stored, now=now)
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
        origin = Origin(log_id, record.partition, record.offset, platform, stored)
        facts = self._profile.facts(statement, origin)
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
            named=named(statement),
        )
        claimed = None
        if self._person_secret and record.header(PERSON_KEYS) is not None:
            claimed = self._claim(statement, origin)
        return _Incoming(statement, origin, document, facts, claimed)

    def _claim(self, statement: dict[str, Any], origin: Origin) -> Link | None:
        named = self._profile.person(statement)
        if named is None:
            return None
        identifier, key = named
        subject = pseudonym(key, self._person_secret)
        return claim(identifier, subject, origin.stored, origin.offset, origin.platform)

    async def _settle(
        self, incoming: Sequence[_Incoming], projection: Projection, counts: Counter[tuple[str, str]]
    ) -> None:
        facts: list[Fact] = []
        conflicts: list[Conflict] = []
        claims: list[Link] = []
        originals: list[tuple[dict[str, Any], int]] = []
        taken_out: defaultdict[str, list[str]] = defaultdict(list)
        for it, existing, remains in zip(incoming, projection.existing, projection.remains, strict=True):
            document = it.document
            counts[document.platform, "received"] += 1
            if existing is None or existing.is_of(document):
                facts += it.facts if remains is None else self._facts_of(it, remains)
                originals.append((it.statement, document.stored))
                if it.claim is not None and remains is None:
                    claims.append(it.claim)
                for learner in () if remains is None else remains.removed:
                    taken_out[learner].append(document.id)
            elif _is_same(existing, it, projection.erasures):
                counts[document.platform, "duplicate"] += 1
            else:
                counts[document.platform, "conflict"] += 1
                conflicts.append(_conflict(document))
        facts += (fact for voided in projection.voided for fact in _told("voided", voided))
        if conflicts:
            log.warning("%d statements set aside as conflicts", len(conflicts))
            await self._store.keep_conflicts(conflicts)
        if claims:
            await self._heed(claims)
        if facts:
            await self._append(facts)
        await self._define(originals)
        # once everybody was told: who dies before begins again
        for learner, ids in taken_out.items():
            await self._store.forget(projection.erasures[learner], ids)

    async def _define(self, statements: Sequence[tuple[dict[str, Any], int]]) -> None:
        news = self._news.of(statements)
        if news:
            try:
                await self._store.define(news)
            except BaseException:
                self._news.forget()
                raise

    def _facts_of(self, it: _Incoming, remains: Remains) -> list[Fact]:
        """What everybody in a statement that somebody was taken out of is told, and the facts of the rest."""
        origin = it.origin
        subjects = (*remains.subjects, *sorted(remains.removed))
        facts = _told(
            "erased",
            Corrected(
                it.document.id,
                origin.log,
                origin.partition,
                origin.offset,
                origin.stored,
                origin.platform,
                subjects,
            ),
        )
        if remains.text:
            facts += self._profile.facts(orjson.loads(remains.text), origin)
        return facts

    async def _erase(self, erasure: Erasure) -> None:
        """Take a learner out of all that is stored, and tell everybody whom it concerns."""
        await self._store.note_erasure(erasure)
        await self._store.erase_documents(erasure.learner, erasure.until)
        after: str | None = ""
        while after is not None:
            erased = await self._store.erase(erasure, after, AT_ONCE)
            facts = [fact for statement in erased.statements for fact in _told("erased", statement)]
            if facts:
                await self._append(facts)
                # they are found until everybody was told: who dies in between begins again here
                await self._store.forget(erasure, [statement.id for statement in erased.statements])
            after = erased.after

    async def _heed(self, claims: Sequence[Link]) -> None:
        """Keep what platforms say of whose accounts are, where it is new."""
        known = await self._store.linked(sorted({claim.account for claim in claims}))
        if fresh := heard(claims, known):
            await agree_on_secret(self._store, self._person_secret)
            await self._link(fresh)

    async def _link(self, links: Sequence[Link]) -> None:
        """Keep whose accounts are, and tell everybody whom that concerns."""
        moments = {link.account: link.moment for link in links}
        told = await self._store.note_links(links)
        await append_facts(
            self._log,
            [
                linked(account, subject, stored=moments[account])
                for account, subjects in told.items()
                for subject in subjects
            ],
        )

    async def _append(self, facts: Sequence[Fact]) -> None:
        """Append these to the subjects whose their learners are by now: what they tell of is stored, so
        whoever is linked from now on finds it.
        """
        links = await self._store.links(sorted({fact.learner for fact in facts}))
        await append_facts(
            self._log, [fact._replace(subject=subject_of(fact.learner, links)) for fact in facts]
        )


_formatted = lru_cache(maxsize=16)(format_timestamp)
"""What is appended together is stored in one millisecond."""


def _is_same(existing: StoredStatement, it: _Incoming, erasures: Mapping[str, Erasure]) -> bool:
    """Whether it is what stands under its id already (G3)."""
    if existing.erased:
        return same_but_erased(existing, it.statement, erasures)
    return same_content(orjson.loads(existing.text), it.statement)


def _conflict(document: Document) -> Conflict:
    return Conflict(
        id=document.id,
        log=document.log,
        partition=document.partition,
        offset=document.offset,
        stored=document.stored,
        platform=document.platform,
        text=document.text,
        named=document.named,
    )


def _told(kind: Kind, corrected: Corrected) -> list[Fact]:
    """What everybody whom a corrected statement counts or counted for is told."""
    return [
        Fact(
            kind=kind,
            statement=corrected.id,
            source=source(corrected.log, corrected.partition),
            offset=corrected.offset,
            learner=subject,
            subject=subject,
            platform=corrected.platform,
            stored=corrected.stored,
        )
        for subject in corrected.subjects
    ]

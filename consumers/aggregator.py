"""The province aggregator: facts → learners and cells, one transaction a batch.

The transaction reads all that it decides on, so a fact is absorbed once whatever is delivered again, and a
fenced process writes nothing.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from consumers.examples import Examples
from consumers.projector import Projector
from consumers.refold import refold, stored_of
from consumers.telling import append_facts, linked
from schemas.contribution import Contribution, Ledger, contribution
from schemas.deadletter import DeadLetter
from schemas.errors import Fenced
from schemas.fact import Fact, decode
from schemas.learner import Learner, absorb, note_erasure, note_void
from schemas.link import subject_of
from schemas.ports import Aggregation, EventLog, Store
from schemas.profile import Profile
from schemas.reading import Rules
from schemas.record import FACTS, Position, Record
from schemas.ruleset import Ruleset, RulesetState


class Aggregator:
    """Aggregates `lrs.facts` under one ruleset: the living one, or `number` while it is being filled."""

    name = "provinces"
    topic = FACTS

    def __init__(self, log: EventLog, store: Store, profile: Profile, number: int | None = None) -> None:
        self._log = log
        self._store = store
        self._profile = profile
        self._number = number
        self._rules: Rules | None = None
        self._marks: dict[int, tuple[int, int]] = {}
        """By partition: once this offset is reached, everything stored before this millisecond is in the
        cells.
        """
        self._linked = False
        """Whether any account was ever linked."""
        self._before: tuple[Mapping[int, int], int] | None = None
        """Where the facts ended once everything stored before this millisecond was among them."""

    async def positions(self) -> Mapping[int, Position]:
        """Where the ruleset's aggregation stands; also takes up the living ruleset, if another one lives
        now.
        """
        ruleset = await (self._store.living() if self._number is None else self._load(self._number))
        self._rules = Rules(ruleset)
        self._marks.clear()
        self._before = None
        return await self._store.aggregate_positions(ruleset.number)

    async def sweep(self) -> None:
        """Note how far the projector is, then where the facts end: whoever reaches that end is through so
        far.

        Where accounts are linked, a fact may make its reader tell another partition. So there it is noted
        where the facts end once all partitions have passed the first end: what they told is before that.
        """
        projected = await self._store.positions(Projector.name)
        complete = min((position.stored for position in projected.values()), default=0)
        if not self._linked and await self._store.has_links():
            self._linked = True
            self._marks.clear()
        if not self._linked:
            self._mark(await self._log.ends_known(FACTS), complete)
        elif self._before is None or await self._all_passed(self._before[0]):
            ends = await self._log.ends_known(FACTS)
            if self._before is not None:
                self._mark(ends, self._before[1])
            self._before = ends, complete

    def _mark(self, ends: Mapping[int, int], complete: int) -> None:
        for partition, end in ends.items():
            self._marks.setdefault(partition, (end, complete))

    async def _all_passed(self, ends: Mapping[int, int]) -> bool:
        aggregated = await self._store.aggregate_positions(self._ready().ruleset.number)
        return all(
            not end or (partition in aggregated and aggregated[partition].offset >= end)
            for partition, end in ends.items()
        )

    async def handle(self, records: Sequence[Record], position: Position) -> Position:
        facts = [decode(record.value) for record in records]
        to = self._moved(position, records[-1].offset + 1)
        rules = self._ready()
        async with self._store.aggregation(rules.ruleset.number, position.partition) as transaction:
            state = await self._check(transaction, position)
            rules = await self._current(rules, state)
            batch = _Batch(rules, self._profile, state, Ledger(rules.ruleset))
            await batch.absorb(transaction, facts)
            if batch.elsewhere:
                # before the position moves: who dies in between tells it again
                await append_facts(self._log, list(batch.elsewhere))
            await transaction.save(batch.learners, batch.ledger.cells(), batch.examples.ids, to)
        if (mark := self._marks.get(position.partition)) and to.offset >= mark[0]:
            del self._marks[position.partition]
        return to

    async def bury(self, record: Record, position: Position, error: Exception) -> Position:
        now = time.time_ns() // 1_000_000
        letter = DeadLetter.of(
            FACTS, position.log, record, _platform_of(record), error, stored=record.timestamp, now=now
        )
        await self._store.bury([letter])
        to = self._moved(position, record.offset + 1)
        async with self._store.aggregation(self._ready().ruleset.number, position.partition) as transaction:
            await self._check(transaction, position)
            await transaction.save({}, {}, {}, to)
        return to

    async def _load(self, number: int) -> Ruleset:
        try:
            return await self._store.load_ruleset(number)
        except KeyError:
            raise Fenced(f"ruleset {number} is not there any more") from None

    def _ready(self) -> Rules:
        if self._rules is None:
            raise Fenced("the aggregator has not read its ruleset yet")
        return self._rules

    def _moved(self, position: Position, offset: int) -> Position:
        end, complete = self._marks.get(position.partition, (offset + 1, 0))
        through = max(position.through, complete) if offset >= end else position.through
        return Position(position.log, position.partition, offset, 0, through)

    async def _check(self, transaction: Aggregation, position: Position) -> RulesetState:
        state = await transaction.ruleset()
        if state.stage == "retired":
            raise Fenced(f"ruleset {state.number} is retired")
        kept = await transaction.position()
        if (kept or Position(position.log, position.partition, 0)) != position:
            raise Fenced(f"partition {position.partition} is at {kept}")
        return state

    async def _current(self, rules: Rules, state: RulesetState) -> Rules:
        """The rules at the revision that this transaction sees, or a later one, which counts the same."""
        if rules.ruleset.revision != state.revision:
            rules = self._rules = Rules(await self._load(state.number))
        return rules


@dataclass(slots=True)
class _Batch:
    """The learners that a batch of facts changes, by how much that changes the cells, and what is to be told
    to others (see `schemas.link`).
    """

    rules: Rules
    profile: Profile
    state: RulesetState
    ledger: Ledger
    learners: dict[str, bytes] = field(default_factory=dict)
    examples: Examples = field(default_factory=Examples)
    elsewhere: dict[Fact, None] = field(default_factory=dict)

    async def absorb(self, transaction: Aggregation, facts: Sequence[Fact]) -> None:
        links = await transaction.links(sorted({fact.learner for fact in facts}))
        by_subject: dict[str, list[Fact]] = defaultdict(list)
        for fact in facts:
            current = subject_of(fact.learner, links)
            if fact.subject == current or fact.kind == "linked":
                by_subject[fact.subject].append(fact)
            else:
                self._pass_on(fact, current)
        kept = await transaction.learners(list(by_subject))
        corrected = {
            subject for subject, told in by_subject.items() if any(fact.kind != "statement" for fact in told)
        }
        for subject in (it for it in by_subject if it not in corrected):
            learner, before = self._before(kept.get(subject))
            if learner.erased and any(map(learner.is_erased, by_subject[subject])):
                corrected.add(subject)
                continue
            self._fold(learner, by_subject[subject])
            self._after(subject, before, learner)
        if not corrected:
            return
        upto = await transaction.projected()
        async for stored in stored_of(transaction, sorted(corrected)):
            subject, told = stored.subject, by_subject[stored.subject]
            learner, before = self._before(kept.get(subject))
            self._fold(learner, told)
            # once, whatever the number of voids: it takes in all that is stored
            learner = refold(stored, learner, _upto(upto, told), self.rules, self.profile, self.examples)
            self._after(subject, before, learner)
            for fact in told:
                if (current := subject_of(fact.learner, links)) != subject:
                    self._hand_over(fact.learner, current, learner, upto)

    def _pass_on(self, fact: Fact, current: str) -> None:
        """Tell an account's present subject what came for another one."""
        if fact.kind == "statement":
            told = linked(fact.learner, current, source=fact.source, offset=fact.offset, stored=fact.stored)
        else:
            told = fact._replace(subject=current)
        self.elsewhere[told] = None

    def _hand_over(self, account: str, current: str, learner: Learner, upto: Mapping[str, int]) -> None:
        """Tell an account's present subject how far one that it has left had got with it, and what is noted
        of statements to come.
        """
        self.elsewhere[linked(account, current)] = None
        for source in dict.fromkeys(key.partition("|")[0] for key in learner.seen):
            offset = learner.seen_of(source, account)
            if offset >= upto.get(source, 0):
                self.elsewhere[linked(account, current, source=source, offset=offset)] = None
        for kind, statement, source, offset in learner.noted_of(account):
            self.elsewhere[Fact(kind, statement, source, offset, account, current, "", 0)] = None

    def _before(self, kept: bytes | None) -> tuple[Learner, Contribution]:
        learner = self._newcomer() if kept is None else Learner.decode(kept)
        return learner, contribution(learner, self.rules.ruleset)

    def _after(self, subject: str, before: Contribution, learner: Learner) -> None:
        self.ledger.change(before, contribution(learner, self.rules.ruleset))
        self.learners[subject] = learner.encode()

    def _newcomer(self) -> Learner:
        return Learner(seen={source: offset - 1 for source, offset in self.state.floor.items()})

    def _fold(self, learner: Learner, facts: Sequence[Fact]) -> None:
        for fact in facts:
            if fact.kind == "voided":
                note_void(learner, fact)
            elif fact.kind == "erased":
                note_erasure(learner, fact)
            elif fact.kind == "statement" and not learner.has_seen(fact):
                reading = self.rules.read(fact)
                self.examples.note(fact, reading)
                absorb(learner, fact, reading)


def _upto(projected: Mapping[str, int], told: Sequence[Fact]) -> dict[str, int]:
    """By source the offset before which every statement is stored, as far as the projector or who tells of a
    link knows.
    """
    upto = dict(projected)
    for fact in told:
        if fact.kind == "linked" and fact.source:
            upto[fact.source] = max(upto.get(fact.source, 0), fact.offset + 1)
    return upto


def _platform_of(record: Record) -> str:
    try:
        return decode(record.value).platform
    except (ValueError, TypeError):
        return ""

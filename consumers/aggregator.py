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
from schemas.contribution import Contribution, Ledger, contribution
from schemas.deadletter import DeadLetter
from schemas.errors import Fenced
from schemas.fact import Fact, decode
from schemas.learner import Learner, absorb, note_erasure, note_void
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

    async def positions(self) -> Mapping[int, Position]:
        """Where the ruleset's aggregation stands; also takes up the living ruleset, if another one lives
        now.
        """
        ruleset = await (self._store.living() if self._number is None else self._load(self._number))
        self._rules = Rules(ruleset)
        self._marks.clear()
        return await self._store.aggregate_positions(ruleset.number)

    async def sweep(self) -> None:
        """Note how far the projector is, then where the facts end: whoever reaches that end is through so
        far.
        """
        projected = await self._store.positions(Projector.name)
        complete = min((position.stored for position in projected.values()), default=0)
        for partition, end in (await self._log.ends_known(FACTS)).items():
            self._marks.setdefault(partition, (end, complete))

    async def handle(self, records: Sequence[Record], position: Position) -> Position:
        facts = [decode(record.value) for record in records]
        to = self._moved(position, records[-1].offset + 1)
        rules = self._ready()
        async with self._store.aggregation(rules.ruleset.number, position.partition) as transaction:
            state = await self._check(transaction, position)
            rules = await self._current(rules, state)
            batch = _Batch(rules, self._profile, state, Ledger(rules.ruleset))
            await batch.absorb(transaction, facts)
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
    """The learners that a batch of facts changes, and by how much that changes the cells."""

    rules: Rules
    profile: Profile
    state: RulesetState
    ledger: Ledger
    learners: dict[str, bytes] = field(default_factory=dict)
    examples: Examples = field(default_factory=Examples)

    async def absorb(self, transaction: Aggregation, facts: Sequence[Fact]) -> None:
        by_subject: dict[str, list[Fact]] = defaultdict(list)
        for fact in facts:
            by_subject[fact.subject].append(fact)
        kept = await transaction.learners(list(by_subject))
        corrected = {fact.subject for fact in facts if fact.kind != "statement"}
        for subject in (it for it in by_subject if it not in corrected):
            learner, before = self._before(kept.get(subject))
            if learner.erased and any(fact.statement in learner.erased for fact in by_subject[subject]):
                corrected.add(subject)
                continue
            self._fold(learner, by_subject[subject])
            self._after(subject, before, learner)
        if not corrected:
            return
        upto = await transaction.projected()
        async for subject, stored in stored_of(transaction, sorted(corrected)):
            learner, before = self._before(kept.get(subject))
            self._fold(learner, by_subject[subject])
            # once, whatever the number of voids: it takes in all that is stored
            learner = refold(subject, learner, stored, upto, self.rules, self.profile, self.examples)
            self._after(subject, before, learner)

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


def _platform_of(record: Record) -> str:
    try:
        return decode(record.value).platform
    except (ValueError, TypeError):
        return ""

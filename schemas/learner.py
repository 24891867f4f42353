"""A learner: the fold of their facts, in any order.

`absorb` is commutative and associative: what is kept are earliest and latest moments (ties by statement
id), sets and counters. A fact is absorbed once: *seen* remembers, by source, the last offset absorbed, and
a projector emits in order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from schemas.calendar import day_of
from schemas.fact import Fact, Kind
from schemas.reading import Action, Outcome, Reading

FORMAT = 3
"""Of the layout; those before it had no `accounts`, and the first no `erased`."""
NONE = "-"
"""Stands for a channel or unit that is not stated in the keys of `days` and `volume`."""

Rank = list[Any]
"""[explicitly named, moment, statement id]: the greatest decides."""


@dataclass(slots=True)
class Learner:
    """What is kept of a learner under one ruleset. Moments are milliseconds, days those of
    `schemas.calendar`.

    `seen`: source → last offset absorbed of every account; of a person also `source|account` → the last one
    of that account, where it is later (see `schemas.link`). `registered`: earliest `registered`; `first`:
    earliest counted statement. `units`: province (`vn-2004/49`) → [rank of its latest naming, rank of the
    latest naming of a commune in it, that commune]. `groups`: [rank, codes] of the latest naming. `days`:
    active day → channels. `topics`, `courses`: code or IRI → [started, completed, attended], earliest each.
    `confirmations`: kind → [moment, id, status], latest. `volume`: `unit|channel|day` → statements.
    `tallies`: `platform|outcome or remark` → statements. `voided`: ids of statements that were voided
    before their facts came. `erased`: ids of those that somebody was taken out of before; such a fact says
    what is no longer so, and the learner is to be made anew. Of a person both have `id|account`: a statement
    has a fact for each account that it names. `accounts`: of a person, the accounts of whose
    statements one counts; of an account, none.
    """

    seen: dict[str, int] = field(default_factory=dict)
    registered: int | None = None
    first: int | None = None
    units: dict[str, list[Any]] = field(default_factory=dict)
    groups: list[Any] | None = None
    days: dict[str, list[str]] = field(default_factory=dict)
    topics: dict[str, list[int | None]] = field(default_factory=dict)
    courses: dict[str, list[int | None]] = field(default_factory=dict)
    certified: int | None = None
    confirmations: dict[str, list[Any]] = field(default_factory=dict)
    volume: dict[str, int] = field(default_factory=dict)
    tallies: dict[str, int] = field(default_factory=dict)
    voided: dict[str, list[Any]] = field(default_factory=dict)
    erased: dict[str, list[Any]] = field(default_factory=dict)
    accounts: list[str] = field(default_factory=list)

    def encode(self) -> bytes:
        """The learner as a JSON array: the format's version, then the fields in order."""
        return orjson.dumps([FORMAT, *(getattr(self, name) for name in _FIELDS)])

    @classmethod
    def decode(cls, value: bytes) -> Learner:
        """The inverse. Raises ValueError for a layout that is not known."""
        fields = orjson.loads(value)
        if not isinstance(fields, list) or (len(fields), *fields[:1]) not in _LAYOUTS:
            raise ValueError("not a learner of a known layout")
        return cls(*fields[1:])

    def has_seen(self, fact: Fact) -> bool:
        """Whether this fact, or a later one of its source, has been absorbed."""
        return fact.offset <= self.seen_of(fact.source, fact.learner)

    def seen_of(self, source: str, account: str) -> int:
        """The last offset of a source that was absorbed of an account; -1 without one."""
        return max(self.seen.get(source, -1), self.seen.get(f"{source}|{account}", -1))

    def is_erased(self, fact: Fact) -> bool:
        """Whether somebody was taken out of this fact's statement before it came."""
        return _note(fact) in self.erased

    def noted_of(self, account: str) -> list[tuple[Kind, str, str, int]]:
        """What is noted of an account's statements to come: kind, the statement's id, source and offset."""
        found: list[tuple[Kind, str, str, int]] = []
        kinds: tuple[tuple[Kind, dict[str, list[Any]]], ...] = (
            ("voided", self.voided),
            ("erased", self.erased),
        )
        for kind, notes in kinds:
            for note, (source, offset) in notes.items():
                statement, _, of = note.partition("|")
                if of in ("", account):
                    found.append((kind, statement, source, offset))
        return found


_FIELDS = tuple(Learner.__dataclass_fields__)
_LAYOUTS = {(len(_FIELDS) - 1, 1), (len(_FIELDS), 2), (len(_FIELDS) + 1, FORMAT)}
"""Items and format of the layouts that can be read."""


def absorb(learner: Learner, fact: Fact, reading: Reading) -> None:
    """Fold a fact of kind *statement* into the learner, unless they have seen it. Changes `learner`."""
    if learner.has_seen(fact):
        return
    learner.seen[_of_account(fact, fact.source)] = fact.offset
    count(learner, fact, reading, voided=learner.voided.pop(_note(fact), None) is not None)


def note_void(learner: Learner, fact: Fact) -> None:
    """Remember a void (a fact of kind *voided*) whose target's fact has not come yet. Changes `learner`."""
    if not learner.has_seen(fact):
        learner.voided[_note(fact)] = [fact.source, fact.offset]


def note_erasure(learner: Learner, fact: Fact) -> None:
    """Remember that somebody was taken out of a statement (a fact of kind *erased*) whose fact has not come
    yet. Changes `learner`.
    """
    if not learner.has_seen(fact):
        learner.erased[_note(fact)] = [fact.source, fact.offset]


def _note(fact: Fact) -> str:
    """Under which a void or an erasure of a fact's statement is noted."""
    return _of_account(fact, fact.statement)


def _of_account(fact: Fact, key: str) -> str:
    return f"{key}|{fact.learner}" if fact.learner != fact.subject else key


def anew(learner: Learner, upto: Mapping[str, int]) -> Learner:
    """The learner before any statement, to be made anew from all that stand before `upto` (source → offset)
    or were seen.

    What is counted into it by `count` must be just those; `seen` says which.
    """
    seen = dict(learner.seen)
    for source, offset in upto.items():
        seen[source] = max(seen.get(source, -1), offset - 1)
    for key in [key for key in seen if "|" in key]:
        if seen[key] <= seen.get(key.partition("|")[0], -1):
            del seen[key]
    voided, erased = (
        {id_: at for id_, at in noted.items() if at[1] > seen.get(at[0], -1)}
        for noted in (learner.voided, learner.erased)
    )
    return Learner(seen=seen, voided=voided, erased=erased)


def count(learner: Learner, fact: Fact, reading: Reading, *, voided: bool) -> None:
    """Fold a fact into the learner without looking at *seen*; a voided one for its volume alone. Changes
    `learner`.
    """
    _absorb_volume(learner, fact, reading, Outcome.VOIDED if voided else reading.outcome)
    if reading.counts and not voided:
        _absorb_counted(learner, fact, reading)


def _absorb_volume(learner: Learner, fact: Fact, reading: Reading, outcome: Outcome) -> None:
    if not fact.first:
        return
    if not reading.trial:
        key = f"{reading.unit or NONE}|{reading.channel or NONE}|{day_of(reading.moment)}"
        learner.volume[key] = learner.volume.get(key, 0) + 1
    remarks = () if outcome is Outcome.VOIDED else reading.remarks
    for name in (outcome.value, *(f"remark:{remark.value}" for remark in remarks)):
        tally = f"{fact.platform}|{name}"
        learner.tallies[tally] = learner.tallies.get(tally, 0) + 1


def _absorb_counted(learner: Learner, fact: Fact, reading: Reading) -> None:
    moment = reading.moment
    learner.first = _earliest(learner.first, moment)
    if fact.learner != fact.subject and fact.learner not in learner.accounts:
        learner.accounts = sorted([*learner.accounts, fact.learner])
    if reading.decides:
        _absorb_unit(learner, fact, reading)
        if reading.groups is not None:
            rank = [reading.explicit_groups, moment, fact.statement]
            if learner.groups is None or rank > learner.groups[0]:
                learner.groups = [rank, sorted(reading.groups)]
    if reading.action is Action.REGISTERED:
        learner.registered = _earliest(learner.registered, moment)
    else:
        _absorb_activity(learner, reading)
    if reading.confirmation is not None:
        kind, status = reading.confirmation
        said = [moment, fact.statement, status]
        if kind not in learner.confirmations or said > learner.confirmations[kind]:
            learner.confirmations[kind] = said


def _absorb_unit(learner: Learner, fact: Fact, reading: Reading) -> None:
    unit = reading.unit
    if unit is None:
        return
    rank: Rank = [reading.explicit_unit, reading.moment, fact.statement]
    province = f"{unit.scheme}/{unit.province}"
    named = learner.units.get(province)
    if named is None:
        learner.units[province] = [rank, rank if unit.commune else None, unit.commune]
        return
    named[0] = max(named[0], rank)
    if unit.commune and (named[1] is None or rank > named[1]):
        named[1], named[2] = rank, unit.commune


def _absorb_activity(learner: Learner, reading: Reading) -> None:
    moment = reading.moment
    channel = reading.channel or NONE
    channels = learner.days.setdefault(day_of(moment), [])
    if channel not in channels:
        channels.append(channel)
        channels.sort()
    if reading.action is Action.CERTIFIED:
        learner.certified = _earliest(learner.certified, moment)
        return
    for kept, code in ((learner.topics, reading.topic), (learner.courses, reading.course)):
        if code is not None:
            progress = kept.setdefault(code, [None, None, None])
            progress[0] = _earliest(progress[0], moment)
            if reading.action is Action.COMPLETED:
                progress[1] = _earliest(progress[1], moment)
            elif reading.action is Action.ATTENDED:
                progress[2] = _earliest(progress[2], moment)


def _earliest(known: int | None, moment: int) -> int:
    return moment if known is None or moment < known else known

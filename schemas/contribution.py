"""What a learner contributes to the cells, and what changes when they change.

A contribution is a product, the units and groups on which a learner counts by the marks they have made, so
that a change of one side need not spell out the other. A `Ledger` adds up the changes of many learners and
spells them out once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from schemas.calendar import TOTAL, day_of, periods_of
from schemas.cell import (
    ACTIVE,
    CERTIFIED,
    COMPLETED,
    CONFIRMED,
    GRAINS,
    INFERRED,
    LINKED,
    NOT_STATED,
    PERSONS,
    REGISTERED,
    STARTED,
    STATEMENTS,
    TRAINED,
    is_kept_for_communes,
)
from schemas.learner import NONE, Learner
from schemas.place import Places, latest_units, places, places_of_text
from schemas.ruleset import Ruleset, TrainedRule

Marks = frozenset[str]
_LINKED = f"{TOTAL}|{TOTAL}|{LINKED}"


class Contribution(NamedTuple):
    """What a learner counts as.

    `units`: the lines of their province and commune; `groups`: the set of their groups. `marks`:
    `grain|period|measure`; `topics`: `topic|measure`; `channels`: `grain|period|channel`. `volume` and
    `tallies`: the learner's. `accounts`: how many accounts a person has that count, 0 of an account.
    """

    units: Places
    groups: str
    marks: Marks
    topics: Marks
    channels: Marks
    volume: Mapping[str, int]
    tallies: Mapping[str, int]
    accounts: int = 0


NOTHING = Contribution(("", ""), "", frozenset(), frozenset(), frozenset(), {}, {})


def contribution(learner: Learner, rules: Ruleset) -> Contribution:
    """What a learner contributes under the rules."""
    volume, tallies = dict(learner.volume), dict(learner.tallies)
    if learner.first is None:
        return NOTHING._replace(volume=volume, tallies=tallies)
    latest, old = latest_units(learner.units)
    return Contribution(
        units=places(latest, old, rules.default_successor),
        groups="+".join(learner.groups[1]) if learner.groups else NOT_STATED,
        marks=_marks(learner, rules),
        topics=_topics(learner),
        channels=_channels(learner),
        volume=volume,
        tallies=tallies,
        accounts=len(learner.accounts),
    )


@lru_cache(maxsize=65_536)
def _dated(what: str, day: str) -> tuple[str, ...]:
    return tuple(f"{grain}|{period}|{what}" for grain, period in zip(GRAINS, periods_of(day), strict=True))


def _marks(learner: Learner, rules: Ruleset) -> Marks:
    marks: set[str] = set()
    if learner.accounts:
        marks.add(f"{TOTAL}|{TOTAL}|{PERSONS}")
    for day in learner.days:
        marks.update(_dated(ACTIVE, day))
    if learner.registered is not None:
        marks.update(_dated(REGISTERED, day_of(learner.registered)))
    elif learner.first is not None:
        marks.update(_dated(INFERRED, day_of(learner.first)))
    moment = trained_at(learner, rules.trained)
    if moment is not None:
        marks.update(_dated(TRAINED, day_of(moment)))
    for plan, rule in rules.trained_in.items():
        moment = trained_at(learner, rule)
        if moment is not None:
            marks.update(_dated(f"{TRAINED}:{plan}", day_of(moment)))
    if learner.certified is not None:
        marks.update(_dated(CERTIFIED, day_of(learner.certified)))
    if learner.confirmations:
        confirmed = [said[0] for said in learner.confirmations.values() if said[2] == "confirmed"]
        if confirmed:
            marks.update(_dated(CONFIRMED, day_of(min(confirmed))))
        for said in learner.confirmations.values():
            marks.add(f"{TOTAL}|{TOTAL}|confirmation:{said[2]}")
    return frozenset(marks)


def trained_at(learner: Learner, rule: TrainedRule) -> int | None:
    """The earliest moment at which the learner met the rule, or None."""
    met = [
        moments[wanted - 1]
        for wanted, kept in ((rule.topics, learner.topics), (rule.courses, learner.courses))
        if wanted is not None and kept and len(moments := _completions(kept, rule.attended)) >= wanted
    ]
    return min(met) if met else None


def is_towards(learner: Learner, rule: TrainedRule) -> bool:
    """Whether the learner has a completion that the rule counts, be it enough to meet it or not."""
    return any(
        wanted is not None and _completions(kept, rule.attended)
        for wanted, kept in ((rule.topics, learner.topics), (rule.courses, learner.courses))
    )


def _completions(kept: Mapping[str, list[int | None]], attended: bool) -> list[int]:
    moments = []
    for _, completed, present in kept.values():
        ways = [moment for moment in (completed, present if attended else None) if moment is not None]
        if ways:
            moments.append(min(ways))
    return sorted(moments)


def _topics(learner: Learner) -> Marks:
    if not learner.topics:
        return frozenset()
    started = {f"{topic}|{STARTED}" for topic in learner.topics}
    done = (f"{topic}|{COMPLETED}" for topic, moments in learner.topics.items() if moments[1] is not None)
    return frozenset(started.union(done))


def _channels(learner: Learner) -> Marks:
    marks: set[str] = set()
    for day, channels in learner.days.items():
        for channel in channels:
            marks.update(_dated(_named(channel), day))
    return frozenset(marks)


def _named(channel: str) -> str:
    return NOT_STATED if channel == NONE else channel


class Ledger:
    """The changes of many learners, as changes of cells."""

    def __init__(self, rules: Ruleset) -> None:
        self._rules = rules
        self._marks: Counter[tuple[Places, str, str]] = Counter()
        self._topics: Counter[tuple[Places, str, str]] = Counter()
        self._channels: Counter[tuple[Places, str, str]] = Counter()
        self._volume: Counter[str] = Counter()
        self._tallies: Counter[str] = Counter()

    def change(self, before: Contribution, after: Contribution) -> None:
        """Take a learner from `before` to `after`."""
        moved = before.units != after.units
        regrouped = moved or before.groups != after.groups
        self._exchange(self._marks, before, after, before.marks, after.marks, regrouped)
        self._exchange(self._topics, before, after, before.topics, after.topics, regrouped)
        self._exchange(self._channels, before, after, before.channels, after.channels, moved)
        if regrouped or before.accounts != after.accounts:
            for it, times in ((before, -before.accounts), (after, after.accounts)):
                self._marks[it.units, it.groups, _LINKED] += times
        _add_difference(self._volume, before.volume, after.volume)
        _add_difference(self._tallies, before.tallies, after.tallies)

    @staticmethod
    def _exchange(
        counter: Counter[tuple[Places, str, str]],
        before: Contribution,
        after: Contribution,
        old: Marks,
        new: Marks,
        elsewhere: bool,
    ) -> None:
        if not elsewhere and old == new:
            return
        for mark in old if elsewhere else old - new:
            counter[before.units, before.groups, mark] -= 1
        for mark in new if elsewhere else new - old:
            counter[after.units, after.groups, mark] += 1

    def cells(self) -> dict[str, int]:
        """By cell key what is to be added; nothing that is 0."""
        cells: defaultdict[str, int] = defaultdict(int)
        for (units, groups, mark), count in self._marks.items():
            grain, period, measure = mark.split("|")
            for line in units if is_kept_for_communes(grain, measure) else units[:1]:
                cells[f"g|{grain}|{line}|{period}|{groups}|{measure}"] += count
        for (units, groups, mark), count in self._topics.items():
            topic, measure = mark.split("|")
            cells[f"t|{units[0]}|{topic}|{groups}|{measure}"] += count
        for (units, _, mark), count in self._channels.items():
            grain, period, channel = mark.split("|")
            for line in units:
                cells[f"c|{grain}|{line}|{period}|{channel}|{ACTIVE}"] += count
        for key, count in self._volume.items():
            text, channel, day = key.split("|")
            units = places_of_text(text, self._rules.default_successor)
            for mark in _dated(_named(channel), day):
                grain, period, channel_ = mark.split("|")
                for line in units if is_kept_for_communes(grain, STATEMENTS) else units[:1]:
                    cells[f"c|{grain}|{line}|{period}|{channel_}|{STATEMENTS}"] += count
        for tally, count in self._tallies.items():
            cells[f"p|{tally}"] += count
        return {key: count for key, count in cells.items() if count}


def _add_difference(counter: Counter[str], before: Mapping[str, int], after: Mapping[str, int]) -> None:
    for key, count in after.items():
        if count != (known := before.get(key, 0)):
            counter[key] += count - known
    for key in before.keys() - after.keys():
        counter[key] -= before[key]

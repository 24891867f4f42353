"""What a learner contributes to the cells, and what changes when they change.

A contribution is a product, the lines on which a learner counts by the marks they have made, so that a
change of one side need not spell out the other. A `Ledger` adds up the changes of many learners and spells
them out once.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from schemas.calendar import TOTAL, day_of, periods_of
from schemas.cell import (
    ACTIVE,
    ALL,
    CERTIFIED,
    CONFIRMED,
    INFERRED,
    NOT_STATED,
    REGISTERED,
    STATEMENTS,
    TRAINED,
)
from schemas.learner import Learner
from schemas.place import latest_units, places, places_of_text
from schemas.ruleset import Ruleset, TrainedRule

Lines = tuple[str, ...]
"""Beginnings of cell keys."""


class Contribution(NamedTuple):
    """Lines by marks, of three kinds (groups, topics, channels), and plain counters."""

    lines: tuple[Lines, Lines, Lines]
    marks: tuple[frozenset[str], frozenset[str], frozenset[str]]
    volume: dict[str, int]
    tallies: dict[str, int]


NOTHING = Contribution(((), (), ()), (frozenset(), frozenset(), frozenset()), {}, {})


def contribution(learner: Learner, rules: Ruleset) -> Contribution:
    """What a learner contributes under the rules."""
    volume, tallies = dict(learner.volume), dict(learner.tallies)
    if learner.first is None:
        return Contribution(NOTHING.lines, NOTHING.marks, volume, tallies)
    latest, old = latest_units(learner.units)
    units = places(latest, old, rules.default_successor)
    groups = tuple(learner.groups[1]) if learner.groups else (NOT_STATED,)
    return Contribution(
        lines=_lines(units, groups),
        marks=(_marks(learner, rules), _topic_marks(learner), _channel_marks(learner)),
        volume=volume,
        tallies=tallies,
    )


@lru_cache(maxsize=65_536)
def _lines(units: tuple[str, ...], groups: tuple[str, ...]) -> tuple[Lines, Lines, Lines]:
    everybody = (ALL, *groups)
    provinces = units[::2]
    return (
        tuple(f"g|{unit}|{group}|" for unit in units for group in everybody),
        tuple(f"t|{unit}|{group}|" for unit in provinces for group in everybody),
        tuple(f"c|{unit}|" for unit in units),
    )


@lru_cache(maxsize=65_536)
def _dated(measure: str, day: str) -> tuple[str, ...]:
    return tuple(f"{period}|{measure}" for period in periods_of(day))


def _marks(learner: Learner, rules: Ruleset) -> frozenset[str]:
    marks: set[str] = set()
    for day in learner.days:
        marks.update(_dated(ACTIVE, day))
    if learner.registered is not None:
        marks.update(_dated(REGISTERED, day_of(learner.registered)))
    elif learner.first is not None:
        marks.update(_dated(REGISTERED, day_of(learner.first)))
        marks.update(_dated(INFERRED, day_of(learner.first)))
    named = [
        (TRAINED, rules.trained),
        *((f"{TRAINED}:{plan}", rule) for plan, rule in rules.trained_in.items()),
    ]
    for measure, rule in named:
        moment = trained_at(learner, rule)
        if moment is not None:
            marks.update(_dated(measure, day_of(moment)))
    if learner.certified is not None:
        marks.update(_dated(CERTIFIED, day_of(learner.certified)))
    confirmed = [said[0] for said in learner.confirmations.values() if said[2] == "confirmed"]
    if confirmed:
        marks.update(_dated(CONFIRMED, day_of(min(confirmed))))
    marks.update(f"{TOTAL}|confirmation:{said[2]}" for said in learner.confirmations.values())
    return frozenset(marks)


def trained_at(learner: Learner, rule: TrainedRule) -> int | None:
    """The earliest moment at which the learner met the rule, or None."""
    met = [
        moments[wanted - 1]
        for wanted, kept in ((rule.topics, learner.topics), (rule.courses, learner.courses))
        if wanted is not None and len(moments := _completions(kept, rule.attended)) >= wanted
    ]
    return min(met) if met else None


def _completions(kept: dict[str, list[int | None]], attended: bool) -> list[int]:
    moments = []
    for _, completed, present in kept.values():
        ways = [moment for moment in (completed, present if attended else None) if moment is not None]
        if ways:
            moments.append(min(ways))
    return sorted(moments)


def _topic_marks(learner: Learner) -> frozenset[str]:
    started = {f"{topic}|started" for topic in learner.topics}
    return frozenset(
        started
        | {f"{topic}|completed" for topic, moments in learner.topics.items() if moments[1] is not None}
    )


def _channel_marks(learner: Learner) -> frozenset[str]:
    return frozenset(
        f"{_channel(channel)}|{mark}"
        for day, channels in learner.days.items()
        for channel in channels
        for mark in _dated(ACTIVE, day)
    )


def _channel(name: str) -> str:
    return NOT_STATED if name == "-" else name


class Ledger:
    """The changes of many learners, as changes of cells."""

    def __init__(self, rules: Ruleset) -> None:
        self._rules = rules
        self._products: Counter[tuple[Lines, str]] = Counter()
        self._volume: Counter[str] = Counter()
        self._tallies: Counter[str] = Counter()

    def change(self, before: Contribution, after: Contribution) -> None:
        """Take a learner from `before` to `after`."""
        for old_lines, old_marks, new_lines, new_marks in zip(
            before.lines, before.marks, after.lines, after.marks, strict=True
        ):
            same = old_lines == new_lines
            for mark in old_marks - new_marks if same else old_marks:
                self._products[old_lines, mark] -= 1
            for mark in new_marks - old_marks if same else new_marks:
                self._products[new_lines, mark] += 1
        for counter, old, new in (
            (self._volume, before.volume, after.volume),
            (self._tallies, before.tallies, after.tallies),
        ):
            for key, count in new.items():
                if count != (known := old.get(key, 0)):
                    counter[key] += count - known
            for key in old.keys() - new.keys():
                counter[key] -= old[key]

    def cells(self) -> dict[str, int]:
        """By cell key what is to be added; nothing that is 0."""
        cells: Counter[str] = Counter()
        for (lines, mark), count in self._products.items():
            if count:
                for line in lines:
                    cells[line + mark] += count
        for key, count in self._volume.items():
            unit, channel, day = key.split("|")
            marks = _dated(STATEMENTS, day)
            for place in places_of_text(unit, self._rules.default_successor):
                for mark in marks:
                    cells[f"g|{place}|{ALL}|{mark}"] += count
                    cells[f"c|{place}|{_channel(channel)}|{mark}"] += count
        for tally, count in self._tallies.items():
            cells[f"p|{tally}"] += count
        return {key: count for key, count in cells.items() if count}

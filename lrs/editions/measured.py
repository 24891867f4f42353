"""What is counted of a line for the public: which figures, and which of them lie in which."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from itertools import permutations
from typing import NamedTuple

from lrs.reports.cumulative import Cumulative
from schemas.calendar import TOTAL, end_of
from schemas.cell import ACTIVE, CONFIRMED, REGISTERED, TRAINED
from schemas.disclosure import Nest, Square
from schemas.figure import ALL
from schemas.group import groups, implied
from schemas.ruleset import Ruleset, TrainedRule
from schemas.target import Target

MEASURES = (REGISTERED, TRAINED, CONFIRMED)
"""Those of everybody that are public for each province."""


class Measured(NamedTuple):
    """Learners of a group by a measure, at any time, or up to and with the day `due`. `rule`: of a plan's own
    *trained* its words: figures are remembered by it, since the plan whose name the measure has may change.
    """

    measure: str
    group: str = ALL
    due: str = ""
    rule: str = ""

    def __str__(self) -> str:
        """`trained|cadres|2025-12-31`, without spaces."""
        named = by_rule(self.rule) if self.rule else self.measure
        return f"{named}|{self.group}|{self.due}"


def by_rule(words: str) -> str:
    """What *trained* by a rule is remembered as: `trained:completed-at-least-3-topics`."""
    return f"{TRAINED}:{words.replace(' ', '-')}"


def of_every_line() -> Iterator[Measured]:
    """What is public of each line: everybody by each measure, and each group by who is trained."""
    yield from (Measured(measure) for measure in MEASURES)
    yield from (Measured(TRAINED, code) for code, group in groups().items() if group.sendable)


def of_target(target: Target, rules: Ruleset, through: int) -> Measured | None:
    """The figure that a target compares: until it is due, the present one. None where there is none that is
    public: an external one; or who is active, which adds up over no time.
    """
    if target.external is not None or target.indicator == ACTIVE:
        return None
    due = "" if through < end_of(target.due) else target.due.isoformat()
    own = rules.trained_in.get(target.plan) if target.indicator == TRAINED else None
    if own is None or own == rules.trained:
        return Measured(target.indicator, target.group, due)
    # plans of one rule count the same people, so they share one figure
    counted_as = min(plan for plan, rule in rules.trained_in.items() if rule == own)
    return Measured(f"{TRAINED}:{counted_as}", target.group, due, own.describe())


def counted(
    figures: Mapping[str, int], wanted: Mapping[str, Iterable[Measured]]
) -> dict[str, dict[str, int]]:
    """By line the figures that are wanted of it, from those of `lrs.editions.line.figures_of_lines`."""
    kept = Cumulative(figures)
    return {
        line: {str(it): _count(kept, f"{line}|{it.group}", it) for it in measured}
        for line, measured in wanted.items()
    }


def _count(kept: Cumulative, line: str, it: Measured) -> int:
    if not it.due:
        return kept.period(line, it.measure, TOTAL)
    return kept.by(line, it.measure, date.fromisoformat(it.due))


def nests(wanted: Iterable[Measured], rules: Ruleset) -> tuple[Nest, ...]:
    """Every pair of these of which one lies in the other."""
    return tuple(
        Nest(
            str(inner),
            str(outer),
            alike=inner.measure == outer.measure,
            part=(inner.measure, inner.due) == (outer.measure, outer.due),
        )
        for inner, outer in permutations(sorted(wanted), 2)
        if _lies_in(inner, outer, rules)
    )


def squares(wanted: Collection[Measured], rules: Ruleset) -> tuple[Square, ...]:
    """Every four of these of which one is what two others have in common: a group, and something else."""
    known = sorted(wanted)
    return tuple(
        Square(str(inner), str(one), str(other), str(outer), alike=inner.measure == outer.measure)
        for inner, outer in permutations(known, 2)
        if inner.group != outer.group
        and (inner.measure, inner.due) != (outer.measure, outer.due)
        and (one := inner._replace(group=outer.group)) in wanted
        and (other := outer._replace(group=inner.group)) in wanted
        and _lies_in(inner, one, rules)
        and _lies_in(inner, other, rules)
    )


def _lies_in(inner: Measured, outer: Measured, rules: Ruleset) -> bool:
    if outer.group not in (ALL, *_around(inner.group)):
        return False
    if inner.measure == outer.measure:
        return not outer.due or "" < inner.due <= outer.due
    if outer.measure == REGISTERED:
        # nearly everybody registers first, and who knows the place may take it for granted
        return not outer.due or "" < inner.due <= outer.due
    return not outer.due and _is_stricter(inner.measure, outer.measure, rules)


@lru_cache(maxsize=64)
def _around(group: str) -> frozenset[str]:
    return frozenset((group,)) if group == ALL else implied((group,))


def _is_stricter(inner: str, outer: str, rules: Ruleset) -> bool:
    """Whether whoever meets the rule of one measure meets that of the other, too."""
    one, other = _rule(inner, rules), _rule(outer, rules)
    if one is None or other is None or (one.attended and not other.attended):
        return False
    return all(
        mine is None or (theirs is not None and mine >= theirs)
        for mine, theirs in ((one.topics, other.topics), (one.courses, other.courses))
    )


def _rule(measure: str, rules: Ruleset) -> TrainedRule | None:
    name, _, plan = measure.partition(":")
    if name != TRAINED:
        return None
    return rules.trained_in[plan] if plan else rules.trained

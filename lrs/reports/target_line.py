"""Making the line of one target: its figure, what that is compared with, and how it goes on."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from lrs.reports.basis import Basis
from lrs.reports.cumulative import Cumulative
from lrs.reports.selection import lines_of
from lrs.reports.targets import Denominator, GapLine, ImportedFigure, PaceLine, Rule, TargetLine
from schemas.calendar import TOTAL, day_of, end_of
from schemas.cell import ACTIVE, TRAINED
from schemas.denominator import Denominator as Imported
from schemas.plan_book import PlanBook
from schemas.progress import RECENT, assess_external, gap, pace, points_missing
from schemas.ruleset import Ruleset
from schemas.target import Target, assess
from schemas.unit import Scheme, Unit

NATION: Scheme = "vn-2025"
"""The scheme whose lines are summed for the nation; those of the other one have the same sum."""


def units_of(target: Target) -> tuple[str, ...]:
    """The lines whose sum the target is about."""
    return (str(target.unit),) if target.unit else tuple(f"{NATION}/{code}" for code in lines_of(NATION))


def recent_days(through: int) -> tuple[date, date]:
    """The day before the last RECENT whole ones, and the last of them."""
    today = date.fromisoformat(day_of(through))
    if today.year < 2000:  # nothing was counted yet
        return today, today
    return today - timedelta(days=RECENT + 1), today - timedelta(days=1)


def place_of(unit: Unit | None) -> tuple[Scheme | None, str | None]:
    """Scheme and code; of the nation neither."""
    return (unit.scheme, unit.province) if unit else (None, None)


def line(target: Target, kept: Cumulative, found: Basis, book: PlanBook) -> TargetLine:
    """The line of a target, from figures and the book."""
    so_far = found.through < end_of(target.due)
    count = None if target.external else _figure(target, kept, found.ruleset, so_far)
    counted = so_far and target.external is None and target.indicator != ACTIVE
    return TargetLine(
        **compared(target, count, found.ruleset, found.through, book),
        pace=_pace(target, count, kept, found, book) if counted else None,
    )


def compared(
    target: Target, count: int | None, rules: Ruleset, through: int, book: PlanBook
) -> dict[str, Any]:
    """What a line says but for its pace: the fields of `Compared`, `count` and `status`. `through`:
    milliseconds.
    """
    scheme, code = place_of(target.unit)
    people = book.denominator(target.unit, target.group, target.due)
    number = people.people if people else None
    return {
        "scheme": scheme,
        "code": code,
        "due": target.due.isoformat(),
        "so_far": through < end_of(target.due),
        "group": target.group,
        "indicator": target.indicator,
        "rule": _rule(target.plan, rules) if target.indicator == TRAINED else None,
        "operator": target.operator,
        "value": f"{target.value:f}",
        "measure": target.measure,
        "quote": target.quote,
        "denominator_source": _denominator(people),
        **(_counted(target, count, number) if target.external is None else _imported(target, number, book)),
    }


def _counted(target: Target, count: int | None, number: int | None) -> dict[str, Any]:
    """What the line of an indicator says that is counted from statements."""
    assessment = assess(target, count, number)
    missing = gap(target, assessment)
    return {
        **assessment.as_json(),
        "imported": None,
        "gap": GapLine(people=missing.people, percentage_points=_double(missing.points)),
    }


def _denominator(people: Imported | None) -> Denominator | None:
    if people is None:
        return None
    return Denominator(people=people.people, date=people.date.isoformat(), source=people.source)


def _double(exact: Fraction | None) -> float | None:
    return None if exact is None else float(exact)


def _imported(target: Target, number: int | None, book: PlanBook) -> dict[str, Any]:
    """What the line of an external indicator says: the imported figure, never one that is counted."""
    line: dict[str, Any] = {
        "count": None,
        "imported": None,
        "denominator": number,
        "percent": None,
        "status": "no figure",
        "over_hundred": False,
        "gap": GapLine(people=None, percentage_points=None),
    }
    it = book.external(target.unit, target.group, target.indicator, target.due)
    if it is None:
        return line
    status, percent = assess_external(target, it.value, it.measure, number)
    return line | {
        "imported": ImportedFigure(
            value=f"{it.value:f}", measure=it.measure, date=it.date.isoformat(), source=it.source
        ),
        "percent": _double(percent),
        "status": status,
        "over_hundred": percent is not None and percent > 100,
        "gap": GapLine(people=None, percentage_points=_double(points_missing(target, percent))),
    }


def _figure(target: Target, kept: Cumulative, rules: Ruleset, so_far: bool) -> int | None:
    if target.indicator == ACTIVE:
        lines = [f"{unit}|{target.group}" for unit in units_of(target)]
        # Whoever is active in two periods is in both, so only the whole has a figure, while all of it is due.
        return sum(kept.period(line, ACTIVE, TOTAL) for line in lines) if so_far else None
    return _by(target, kept, rules, target.due)


def _by(target: Target, kept: Cumulative, rules: Ruleset, day: date) -> int:
    """The learners of a measure that dates each of them once, up to and with that day."""
    measure = target.indicator
    if measure == TRAINED and target.plan in rules.trained_in:
        measure = f"{TRAINED}:{target.plan}"
    return sum(kept.by(f"{unit}|{target.group}", measure, day) for unit in units_of(target))


def _pace(
    target: Target, count: int | None, kept: Cumulative, found: Basis, book: PlanBook
) -> PaceLine | None:
    before, last = recent_days(found.through)
    recent = _by(target, kept, found.ruleset, last) - _by(target, kept, found.ruleset, before)
    days_left = (target.due - date.fromisoformat(day_of(found.through))).days + 1
    people = book.denominator(target.unit, target.group, target.due)
    assessment = assess(target, count, people.people if people else None)
    going = pace(target, assessment, days_left, recent)
    if going is None:
        return None
    return PaceLine(
        days_left=going.days_left,
        needed_per_day=_double(going.needed),
        needed_per_month=_double(None if going.needed is None else going.needed * RECENT),
        present_per_day=float(going.present),
        reaches=going.reaches,
    )


def _rule(plan: str, rules: Ruleset) -> Rule:
    own = rules.trained_in.get(plan)
    return Rule(words=(own or rules.trained).describe(), own=own is not None)

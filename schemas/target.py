"""Plans and their targets, and whether a figure meets one.

A target compares the cumulative figure at its due date; which figure that is, is for the caller to know.
"""

import operator
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import Final, Literal, TypedDict, cast, get_args

from schemas import row
from schemas.data.table import Rows, table
from schemas.row import BadCell, Row
from schemas.unit import Unit

Operator = Literal["=", ">=", ">"]
Measure = Literal["percent", "count"]
Status = Literal["met", "not met", "no denominator", "no figure", "not comparable"]

INDICATORS: Final = ("registered", "active", "trained", "certified", "confirmed")
EXTERNAL: Final = "external:"
"""Begins an indicator that is imported and never counted from statements: `external:smartphone`."""

_EXTERNAL: Final = re.compile(rf"{EXTERNAL}[a-z0-9](?:[a-z0-9.-]{{0,62}}[a-z0-9])?")

# `=` is met at or above: a plan that says 80 % does not fail at 81 %.
_COMPARE: Final = {"=": operator.ge, ">=": operator.ge, ">": operator.gt}


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan or launch. `unit` None is the nation; `targets_stated` None, that the source does not say."""

    code: str
    unit: Unit | None
    date: date
    title: str
    targets_stated: int | None
    targets_known: int
    note: str

    @property
    def complete(self) -> bool | None:
        """Whether every target that the plan states is known, or None if it does not say how many it has."""
        return None if self.targets_stated is None else self.targets_stated == self.targets_known


@dataclass(frozen=True, slots=True)
class Target:
    """One target of a plan.

    `plan`: the plan's code. `unit` None is the nation. `group`: a code, or `*` for everybody. `indicator`:
    one of INDICATORS or `external:<name>`.
    `operator`: `=` and `>=` are met at or above, `>` above, on unrounded values. `value`: in per cent of the
    group (80 is 80 %) or a number of people, as `measure` says. `quote`: the plan's own words.
    """

    plan: str
    unit: Unit | None
    due: date
    group: str
    indicator: str
    operator: Operator
    value: Decimal
    measure: Measure
    quote: str

    @property
    def external(self) -> str | None:
        """The name of the imported figure it is about, or None if statements are counted."""
        return self.indicator.removeprefix(EXTERNAL) if self.indicator.startswith(EXTERNAL) else None

    def is_met(self, reached: Fraction) -> bool:
        """Whether this, in the target's measure and not rounded, meets it."""
        met: bool = _COMPARE[self.operator](reached, Fraction(self.value))
        return met


class AssessmentJson(TypedDict):
    """An assessment as a report gives it. `percent` is the nearest double, not rounded for the eye."""

    count: int | None
    denominator: int | None
    percent: float | None
    status: Status
    over_hundred: bool


@dataclass(frozen=True, slots=True)
class Assessment:
    """How a figure stands to its target. `percent` is exact; None without a figure or a denominator > 0."""

    count: int | None
    denominator: int | None
    percent: Fraction | None
    status: Status

    @property
    def over_hundred(self) -> bool:
        """Whether it counts more people than the group has: shown as it is, and flagged."""
        return self.percent is not None and self.percent > 100

    def as_json(self) -> AssessmentJson:
        """Of JSON types only. Go by `status`, never by comparing `percent` again."""
        return AssessmentJson(
            count=self.count,
            denominator=self.denominator,
            percent=None if self.percent is None else float(self.percent),
            status=self.status,
            over_hundred=self.over_hundred,
        )


def assess(target: Target, figure: int | None, denominator: int | None) -> Assessment:
    """Compares a number of people with a target, exactly.

    `figure`: people counted by the due date, None if there is no figure. `denominator`: people in the group,
    imported with its source; None, or 0, leaves a percentage undefined, which the status says; a target that
    is a head count does not need it. Raises ValueError if either is negative.
    """
    if (figure is not None and figure < 0) or (denominator is not None and denominator < 0):
        raise ValueError(f"expected numbers of people, got figure {figure} and denominator {denominator}")
    percent = Fraction(100 * figure, denominator) if figure is not None and denominator else None
    reached = percent if target.measure == "percent" else figure
    status: Status
    if figure is None:
        status = "no figure"
    elif reached is None:
        status = "no denominator"
    else:
        status = "met" if target.is_met(Fraction(reached)) else "not met"
    return Assessment(figure, denominator, percent, status)


PLAN_COLUMNS: Final = (
    "plan",
    "scheme",
    "province_code",
    "date",
    "title",
    "targets_stated",
    "targets_known",
    "note",
)
TARGET_COLUMNS: Final = (
    "plan",
    "scheme",
    "province_code",
    "due",
    "group",
    "indicator",
    "operator",
    "value",
    "unit",
    "quote",
)


def plan_of(cells: Row) -> Plan:
    """The plan that a row with PLAN_COLUMNS says. Raises BadCell."""
    return Plan(
        code=row.name(cells, "plan"),
        unit=row.place(cells),
        date=row.day(cells, "date"),
        title=row.text(cells, "title"),
        targets_stated=row.whole(cells, "targets_stated") if cells["targets_stated"] else None,
        targets_known=row.whole(cells, "targets_known"),
        note=row.remark(cells, "note"),
    )


def target_of(cells: Row) -> Target:
    """The target that a row with TARGET_COLUMNS says; whether its plan exists is not looked at. Raises
    BadCell.
    """
    indicator = indicator_of(cells)
    measure = row.choice(cells, "unit", get_args(Measure), "bad-unit")
    value = row.number(cells, "value")
    if measure == "percent" and value > 100:
        raise BadCell("bad-number", "value", f"no group has more than 100 per cent, got {cells['value']}")
    return Target(
        plan=row.name(cells, "plan"),
        unit=row.place(cells),
        due=row.day(cells, "due"),
        group=row.audience(cells, external=indicator.startswith(EXTERNAL)),
        indicator=indicator,
        operator=cast("Operator", row.choice(cells, "operator", get_args(Operator), "bad-operator")),
        value=value,
        measure=cast("Measure", measure),
        quote=row.remark(cells, "quote"),
    )


def indicator_of(cells: Row) -> str:
    """What the column `indicator` says. Raises BadCell `unknown-indicator`."""
    found = cells["indicator"]
    if found not in INDICATORS and _EXTERNAL.fullmatch(found) is None:
        wanted = f"{', '.join(INDICATORS)} or {EXTERNAL}<name>"
        raise BadCell("unknown-indicator", "indicator", f"expected an indicator of {wanted}, got {found!r}")
    return found


def parse_plans(rows: Rows) -> Mapping[str, Plan]:
    """Plans by code in the order of the rows, which have PLAN_COLUMNS. Raises BadCell."""
    return MappingProxyType({plan.code: plan for plan in map(plan_of, rows)})


def parse_targets(rows: Rows, plans: Mapping[str, Plan]) -> tuple[Target, ...]:
    """Targets in the order of the rows, which have TARGET_COLUMNS.

    Raises BadCell, and ValueError for a plan that is not there, or that knows another number of targets.
    """
    found = tuple(map(target_of, rows))
    numbers = Counter(target.plan for target in found)
    if missing := numbers.keys() - plans.keys():
        raise ValueError(f"no such plan as {', '.join(sorted(missing))}")
    for code, plan in plans.items():
        if numbers[code] != plan.targets_known:
            raise ValueError(f"plan {code}: knows {plan.targets_known} targets, got {numbers[code]}")
    return found


@cache
def plans() -> Mapping[str, Plan]:
    """The packaged plans by code, read once."""
    return parse_plans(table("plans"))


@cache
def targets() -> tuple[Target, ...]:
    """The packaged targets, read once."""
    return parse_targets(table("targets"), plans())

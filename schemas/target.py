"""Plans and their targets, and whether a figure meets one.

A target compares the cumulative figure at its due date; which figure that is, is for the caller to know.
"""

import operator
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import Final, Literal, TypedDict, cast, get_args

from schemas.data.table import Rows, table
from schemas.group import groups
from schemas.unit import Unit

Operator = Literal["=", ">=", ">"]
Measure = Literal["percent", "count"]
Status = Literal["met", "not met", "no denominator", "no figure"]

INDICATORS: Final = ("registered", "active", "trained", "certified", "confirmed")
EXTERNAL: Final = "external:"
"""Begins an indicator that is imported and never counted from statements: `external:smartphone`."""

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

    `plan`: the plan's code. `unit` None is the nation. `indicator`: one of INDICATORS or `external:<name>`.
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
        status = "met" if _COMPARE[target.operator](reached, Fraction(target.value)) else "not met"
    return Assessment(figure, denominator, percent, status)


def parse_plans(rows: Rows) -> Mapping[str, Plan]:
    """Plans by code in the order of the rows, which have the columns of `schemas/data/plans.csv`.

    Raises ValueError for a cell that is not of its form.
    """
    found = {}
    for row in rows:
        stated = row["targets_stated"]
        found[row["plan"]] = Plan(
            code=row["plan"],
            unit=_unit(row),
            date=date.fromisoformat(row["date"]),
            title=row["title"],
            targets_stated=int(stated) if stated else None,
            targets_known=int(row["targets_known"]),
            note=row["note"],
        )
    return MappingProxyType(found)


def parse_targets(rows: Rows, plans: Mapping[str, Plan]) -> tuple[Target, ...]:
    """Targets in the order of the rows, which have the columns of `schemas/data/targets.csv`.

    Raises ValueError, naming the plan, for a cell that is not of its form, a plan or group that is not there,
    a group for external figures under an indicator that is counted, or a plan that knows another number of
    targets.
    """
    found = tuple(_target(row, plans) for row in rows)
    numbers = Counter(target.plan for target in found)
    for code, plan in plans.items():
        if numbers[code] != plan.targets_known:
            raise ValueError(f"plan {code}: knows {plan.targets_known} targets, got {numbers[code]}")
    return found


def _target(row: Mapping[str, str], plans: Mapping[str, Plan]) -> Target:
    plan, group, indicator = row["plan"], row["group"], row["indicator"]
    if plan not in plans:
        raise ValueError(f"target of plan {plan}: no such plan")
    if group not in groups():
        raise ValueError(f"target of plan {plan}: no such group as {group!r}")
    external = indicator.startswith(EXTERNAL) and indicator != EXTERNAL
    if not external and indicator not in INDICATORS:
        raise ValueError(
            f"target of plan {plan}: expected an indicator of {', '.join(INDICATORS)} or {EXTERNAL}<name>, "
            f"got {indicator!r}"
        )
    if not external and not groups()[group].sendable:
        raise ValueError(f"target of plan {plan}: {group} is for external figures only, got {indicator!r}")
    if row["operator"] not in get_args(Operator):
        raise ValueError(f"target of plan {plan}: expected an operator of =, >=, >, got {row['operator']!r}")
    if row["unit"] not in get_args(Measure):
        raise ValueError(f"target of plan {plan}: expected percent or count, got {row['unit']!r}")
    return Target(
        plan=plan,
        unit=_unit(row),
        due=date.fromisoformat(row["due"]),
        group=group,
        indicator=indicator,
        operator=cast("Operator", row["operator"]),
        value=_value(plan, row["value"]),
        measure=cast("Measure", row["unit"]),
        quote=row["quote"],
    )


def _unit(row: Mapping[str, str]) -> Unit | None:
    return Unit.parse(f"{row['scheme']}/{row['province_code']}") if row["province_code"] else None


def _value(plan: str, text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value < 0:
        raise ValueError(f"target of plan {plan}: expected a number at or above 0, got {text!r}")
    return value


@cache
def plans() -> Mapping[str, Plan]:
    """The packaged plans by code, read once."""
    return parse_plans(table("plans"))


@cache
def targets() -> tuple[Target, ...]:
    """The packaged targets, read once."""
    return parse_targets(table("targets"), plans())

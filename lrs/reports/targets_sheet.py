"""The report of targets as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lrs.reports.sheet import Sheet, Value
from lrs.reports.targets import PlanLine, TargetLine, Targets

_PLAN = ("plan", "name", "title", "date", "targets_stated", "targets_known")
_NOW = ("now_unit", "now_name")
_TARGET = (
    "due",
    "so_far",
    "group",
    "indicator",
    "trained_rule_of_target",
    "operator",
    "value",
    "measure",
    "count",
    "imported_value",
    "imported_measure",
    "imported_date",
    "imported_source",
    "denominator",
    "denominator_date",
    "denominator_source",
    "percent",
    "status",
    "over_hundred",
    "gap_people",
    "gap_percentage_points",
    "days_left",
    "needed_per_day",
    "needed_per_month",
    "present_per_day",
    "reaches",
    "quote",
)


def sheet(report: Targets) -> Sheet:
    """One row a target; one row, without a target, for a plan that has none."""
    return Sheet(
        name="targets",
        columns=("scheme", "unit", "code", *_PLAN, *_NOW, *_TARGET, "plans_import"),
        rows=((*row, report.book.number) for plan in report.plans for row in _rows(plan)),
    )


def _rows(plan: PlanLine) -> Iterator[tuple[Value, ...]]:
    about: Mapping[str, Value] = plan.model_dump(include=set(_PLAN))
    now = (f"{plan.now.scheme}/{plan.now.code}", plan.now.name) if plan.now else (None, None)
    start = (*(about[column] for column in _PLAN), *now)
    if not plan.targets:
        yield (*_unit(plan), *start, *(None for _ in _TARGET))
    for target in plan.targets:
        values = _flat(target)
        yield (*_unit(target), *start, *(values.get(column) for column in _TARGET))


def _flat(target: TargetLine) -> dict[str, Value]:
    """The line's values by column; what belongs together begins alike."""
    values: dict[str, Value] = target.model_dump(exclude={"rule", "imported", "denominator_source", "gap"})
    values["trained_rule_of_target"] = target.rule.words if target.rule else None
    if target.imported is not None:
        values |= {f"imported_{name}": value for name, value in target.imported}
    if target.denominator_source is not None:
        values["denominator_date"] = target.denominator_source.date
        values["denominator_source"] = target.denominator_source.source
    values |= {f"gap_{name}": value for name, value in target.gap}
    return values | dict(target.pace or ())


def _unit(line: PlanLine | TargetLine) -> tuple[Value, ...]:
    return line.scheme, f"{line.scheme}/{line.code}" if line.code else None, line.code

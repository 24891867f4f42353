"""The report of targets as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lrs.reports.sheet import Sheet, Value
from lrs.reports.targets import PlanLine, TargetLine, Targets

_PLAN = ("plan", "name", "title", "date", "targets_stated", "targets_known")
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
    "denominator",
    "percent",
    "status",
    "over_hundred",
    "quote",
)


def sheet(report: Targets) -> Sheet:
    """One row a target; one row, without a target, for a plan that has none."""
    return Sheet(
        name="targets",
        columns=("scheme", "unit", "code", *_PLAN, *_TARGET),
        rows=(row for plan in report.plans for row in _rows(plan)),
    )


def _rows(plan: PlanLine) -> Iterator[tuple[Value, ...]]:
    about: Mapping[str, Value] = plan.model_dump(include=set(_PLAN))
    start = tuple(about[column] for column in _PLAN)
    if not plan.targets:
        yield (*_unit(plan), *start, *(None for _ in _TARGET))
    for target in plan.targets:
        values: dict[str, Value] = target.model_dump(exclude={"rule"})
        values["trained_rule_of_target"] = target.rule.words if target.rule else None
        yield (*_unit(target), *start, *(_written(values[column]) for column in _TARGET))


def _unit(line: PlanLine | TargetLine) -> tuple[Value, ...]:
    return line.scheme, f"{line.scheme}/{line.code}" if line.code else None, line.code


def _written(value: Value) -> Value:
    return str(value).lower() if isinstance(value, bool) else value

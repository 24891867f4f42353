"""The measures of one unit, group and period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lrs.reports.shape import Shape
from schemas.cell import (
    ACTIVE,
    CERTIFIED,
    CONFIRMED,
    INFERRED,
    REGISTERED,
    STATEMENTS,
    TRAINED,
)
from schemas.figure import ALL


class Measures(Shape):
    """Distinct learners by what they did in the period, and the volume of statements."""

    registered: int
    """Learners whose registration is dated in the period."""
    registered_inferred: int
    """Of `registered`, those without a `registered` statement: dated by their earliest counted statement."""
    active: int
    """Learners with a counted statement, other than `registered`, in the period."""
    trained: int
    """Learners who met the rule for *trained* in the period."""
    certified: int
    """Learners who earned their first certificate in the period."""
    confirmed: int
    """Learners whose confirmation is in force, by its date."""
    statements: int | None
    """Statements at the unit they name themselves, voided ones too; null for a group, which has none."""


class _Unit(Shape):
    code: str
    """The unit's code in the report's scheme, `not-stated`, `not-attributable` or `unresolved`."""
    name: str
    """The unit's dated name with its kind."""


class Line(Measures, _Unit):
    """The measures of one unit."""


COLUMNS: dict[str, str] = {
    "registered": REGISTERED,
    "registered_inferred": INFERRED,
    "active": ACTIVE,
    "trained": TRAINED,
    "certified": CERTIFIED,
    "confirmed": CONFIRMED,
    "statements": STATEMENTS,
}
"""By column of a report the measure in a cell's key."""


def counted(figures: Mapping[str, int], unit: str, group: str, period: str) -> dict[str, int | None]:
    """The measures by column; a figure that is not there is 0, statements of a group are None."""
    start = f"g|{unit}|{group}|{period}|"
    found: dict[str, int | None] = {
        column: figures.get(start + measure, 0) for column, measure in COLUMNS.items()
    }
    if group != ALL:
        found["statements"] = None
    return found


def total(lines: Iterable[Measures]) -> Measures:
    """The exact sum of lines, on each of which a learner and a statement is at most once."""
    kept = tuple(lines)
    sums: dict[str, int | None] = {
        column: sum(getattr(line, column) for line in kept) for column in COLUMNS if column != "statements"
    }
    volumes = [line.statements for line in kept if line.statements is not None]
    sums["statements"] = sum(volumes) if len(volumes) == len(kept) else None
    return Measures(**sums)


def row(measures: Measures) -> tuple[int | None, ...]:
    """The measures in the order of COLUMNS."""
    return tuple(getattr(measures, column) for column in COLUMNS)

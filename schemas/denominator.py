"""A denominator: how many people of a group there are at a unit, as somebody counted them on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from schemas import row
from schemas.row import Row
from schemas.unit import Unit

COLUMNS: Final = ("scheme", "province_code", "group", "date", "people", "source")


@dataclass(frozen=True, slots=True)
class Denominator:
    """`unit` None is the nation. `group`: a code, or `*` for everybody. `date`: the day of which the number
    is. `source`: who says so.
    """

    unit: Unit | None
    group: str
    date: date
    people: int
    source: str


def denominator_of(cells: Row) -> Denominator:
    """The denominator that a row with COLUMNS says. Raises BadCell."""
    return Denominator(
        unit=row.place(cells),
        group=row.audience(cells, external=True),
        date=row.day(cells, "date"),
        people=row.whole(cells, "people", least=1),
        source=row.text(cells, "source"),
    )

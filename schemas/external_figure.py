"""An external figure: what a survey or another office found, imported and never counted from statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, cast, get_args

from schemas import row
from schemas.row import BadCell, Row
from schemas.target import EXTERNAL, Measure, indicator_of
from schemas.unit import Unit

COLUMNS: Final = ("scheme", "province_code", "group", "indicator", "date", "value", "unit", "source")


@dataclass(frozen=True, slots=True)
class ExternalFigure:
    """`unit` None is the nation. `group`: a code, or `*` for everybody. `indicator`: `external:<name>`.
    `date`: the day of which it is. `value`: in per cent of the group or a number, as `measure` says.
    """

    unit: Unit | None
    group: str
    indicator: str
    date: date
    value: Decimal
    measure: Measure
    source: str


def external_figure_of(cells: Row) -> ExternalFigure:
    """The figure that a row with COLUMNS says. Raises BadCell."""
    indicator = indicator_of(cells)
    if not indicator.startswith(EXTERNAL):
        raise BadCell("unknown-indicator", "indicator", f"{indicator} is counted: expected {EXTERNAL}<name>")
    measure = row.choice(cells, "unit", get_args(Measure), "bad-unit")
    if measure == "count":
        row.whole(cells, "value")
    return ExternalFigure(
        unit=row.place(cells),
        group=row.audience(cells, external=True),
        indicator=indicator,
        date=row.day(cells, "date"),
        value=row.number(cells, "value"),
        measure=cast("Measure", measure),
        source=row.text(cells, "source"),
    )

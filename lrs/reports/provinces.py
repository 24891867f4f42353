"""The nation, province by province."""

from __future__ import annotations

from collections.abc import Iterator, Set

from lrs.reports import basis, linking, measures
from lrs.reports.basis import Basis
from lrs.reports.head import Head, head
from lrs.reports.linking import Linking
from lrs.reports.measures import Line, Measures
from lrs.reports.selection import line_name, lines_of
from lrs.reports.shape import Shape
from lrs.reports.sheet import Sheet, Value
from schemas.calendar import TOTAL, last_day
from schemas.figure import cells_of
from schemas.ports import EventLog, Store
from schemas.unit import Scheme


class ProvinceLine(Line):
    """The measures of one province, and how many accounts its learners have."""

    linking: Linking | None
    """Null for a period: accounts are not dated."""


class Provinces(Shape):
    """Every province of a scheme, the lines that are no province, and the nation."""

    head: Head
    period: str
    """`total`, a year, a month or a day."""
    group: str
    """`*` for everybody, `not-stated`, or a group's code."""
    lines: tuple[ProvinceLine, ...]
    """The provinces in order of code, those without figures too; then `not-stated`, and in vn-2004
    `not-attributable`: learners of a merged province of whom nothing tells the old one."""
    nation: Measures | None
    """The exact sum of the lines; null where the reader may read some of the provinces alone: then the lines
    are these."""
    linking: Linking | None
    """The nation's, the exact sum of the lines' too; null where `nation` is."""


def prefixes(scheme: Scheme, period: str, only: Set[str] | None = None) -> Iterator[str]:
    """Which cells the report needs."""
    return (it for code in _read(scheme, only) for it in cells_of(f"{scheme}/{code}", period))


def build(found: Basis, scheme: Scheme, period: str, group: str, only: Set[str] | None = None) -> Provinces:
    """The report, from cells; of these units alone, where they are given."""
    named = last_day(period, found.today)
    lines = tuple(
        ProvinceLine(
            code=code,
            name=line_name(scheme, code, named),
            linking=linking.linking(found.figures, f"{scheme}/{code}", group) if period == TOTAL else None,
            **measures.counted(found.figures, f"{scheme}/{code}", group, period),
        )
        for code in _read(scheme, only)
    )
    return Provinces(
        head=head(found, scheme, named),
        period=period,
        group=group,
        lines=lines,
        nation=measures.total(lines) if only is None else None,
        linking=linking.total(it.linking for it in lines if it.linking)
        if only is None and period == TOTAL
        else None,
    )


async def read(
    store: Store, log: EventLog, scheme: Scheme, period: str, group: str, only: Set[str] | None = None
) -> Provinces:
    """The report as things stand. Raises Unavailable as `basis.read` does."""
    found = await basis.read(store, log, prefixes(scheme, period, only))
    return build(found, scheme, period, group, only)


def _read(scheme: Scheme, only: Set[str] | None) -> tuple[str, ...]:
    """The codes of the lines that are read."""
    return tuple(code for code in lines_of(scheme) if only is None or f"{scheme}/{code}" in only)


def sheet(report: Provinces) -> Sheet:
    """One row a line, and the nation last. `unit` is a code that a spreadsheet does not take for a number."""
    scheme = report.head.scheme

    def written(
        unit: str | None, code: str | None, name: str, of: Measures, linked: Linking | None
    ) -> tuple[Value, ...]:
        start = (scheme, unit, code, name, report.period, report.group)
        return (*start, *measures.row(of), *linking.row(linked))

    return Sheet(
        name=f"provinces-{scheme}-{report.period}",
        columns=("scheme", "unit", "code", "name", "period", "group", *measures.COLUMNS, *linking.COLUMNS),
        rows=(
            *(
                written(f"{scheme}/{line.code}", line.code, line.name, line, line.linking)
                for line in report.lines
            ),
            *([written(None, None, "nation", report.nation, report.linking)] if report.nation else []),
        ),
    )

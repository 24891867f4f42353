"""Making the report of a trend: which cells it needs, and what they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from lrs.reports import basis, measures
from lrs.reports.basis import Basis
from lrs.reports.head import head
from lrs.reports.measures import COLUMNS, Measures
from lrs.reports.selection import line_name, lines_of
from lrs.reports.sheet import Sheet, Value
from lrs.reports.trend import TREND_NOTE, Step, Trend
from schemas import figure
from schemas.calendar import TOTAL, last_day
from schemas.ports import EventLog, Store
from schemas.unit import Scheme

_MONTH, _DAY = len("2025-04"), len("2025-04-18")


def cut(period: str) -> tuple[str, Literal["month", "day"]]:
    """What is cut into steps, and how long a step is; a day stands for its month."""
    return (period[:_MONTH], "day") if len(period) >= _MONTH else (period, "month")


def units_of(scheme: Scheme, code: str | None) -> tuple[str, ...]:
    """The lines whose sum the trend is: one, or for the nation (None) all of them."""
    return tuple(f"{scheme}/{it}" for it in (lines_of(scheme) if code is None else (code,)))


def prefixes(scheme: Scheme, code: str | None, period: str) -> Iterator[str]:
    """Beginnings of the keys of the cells that the report is summed from."""
    period, grain = cut(period)
    start = "" if period == TOTAL else f"{period}-"
    for unit in units_of(scheme, code):
        yield from figure.cells_of(unit, period)
        for line in figure.lines_of(unit):
            yield f"g|{grain}|{line}|{start}"
            yield f"c|{grain}|{line}|{start}"


def build(found: Basis, scheme: Scheme, code: str | None, period: str, group: str) -> Trend:
    """The report, from cells."""
    period, grain = cut(period)
    units = units_of(scheme, code)
    named = last_day(period, found.today)

    def summed(of: str) -> Measures:
        return measures.total(Measures(**measures.counted(found.figures, unit, group, of)) for unit in units)

    return Trend(
        head=head(found, scheme, named),
        code=code,
        name="nation" if code is None else line_name(scheme, code, named),
        group=group,
        period=period,
        grain=grain,
        note=TREND_NOTE,
        steps=tuple(
            Step(period=it, **summed(it).model_dump()) for it in _steps(found.figures, units, period, grain)
        ),
        whole=summed(period),
    )


async def read(
    store: Store, log: EventLog, scheme: Scheme, code: str | None, period: str, group: str
) -> Trend:
    """The report as things stand. Raises Unavailable as `basis.read` does."""
    found = await basis.read(store, log, prefixes(scheme, code, period))
    return build(found, scheme, code, period, group)


def sheet(report: Trend) -> Sheet:
    """One row a step, and the whole last, without a step."""
    scheme = report.head.scheme
    unit = None if report.code is None else f"{scheme}/{report.code}"

    def written(step: str | None, of: Measures) -> tuple[Value, ...]:
        return (scheme, unit, report.code, report.name, report.group, report.period, step, *measures.row(of))

    return Sheet(
        name=f"trend-{scheme}-{report.code or 'nation'}-{report.period}",
        columns=("scheme", "unit", "code", "name", "group", "period", "step", *measures.COLUMNS),
        rows=(*(written(it.period, it) for it in report.steps), written(None, report.whole)),
    )


def _steps(keys: Iterable[str], units: Iterable[str], period: str, grain: str) -> list[str]:
    """The months or days for which anybody has a figure: the same steps for every group."""
    length = _DAY if grain == "day" else _MONTH
    starts = tuple(f"g|{unit}|{figure.ALL}|" for unit in units)
    shown = frozenset(COLUMNS.values())
    found = set()
    for key in keys:
        if key.startswith(starts):
            step, measure = key.rsplit("|", 2)[1:]
            if len(step) == length and measure in shown and (period == TOTAL or step.startswith(period)):
                found.add(step)
    return sorted(found)

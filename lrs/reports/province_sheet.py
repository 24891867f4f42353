"""The report of one province as a table: every line of every section, told apart by its first columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lrs.reports import linking
from lrs.reports.linking import COLUMNS as LINKING
from lrs.reports.linking import Linking
from lrs.reports.measures import COLUMNS
from lrs.reports.province import Province
from lrs.reports.shape import Shape
from lrs.reports.sheet import Sheet, Value
from schemas.calendar import TOTAL
from schemas.figure import ALL

_FIGURES = (*COLUMNS, "started", "completed")


def sheet(report: Province) -> Sheet:
    """One row a line. `section` is total, commune, group, topic, channel or month; a figure that a section
    does not have is empty. How many accounts learners have stands in the row of the total.
    """
    scheme = report.head.scheme
    unit = f"{scheme}/{report.code}"
    return Sheet(
        name=f"province-{scheme}-{report.code}",
        columns=("scheme", "unit", "section", "code", "name", "period", "group", *_FIGURES, *LINKING),
        rows=((scheme, unit, *row) for row in _rows(report)),
    )


def _rows(report: Province) -> Iterator[tuple[Value, ...]]:
    yield _row("total", report.code, report.name, report.totals, linked=report.linking)
    for line in report.communes.lines:
        yield _row("commune", line.code, line.name, line)
    for group in report.groups.lines:
        yield _row("group", group.code, group.name, group, group=group.code)
    for topic in report.topics:
        yield _row("topic", topic.topic, topic.topic, topic, group=topic.group)
    for channel in report.channels.lines:
        yield _row("channel", channel.channel, channel.channel, channel)
    for year in report.channels.years:
        for channel in year.lines:
            yield _row("channel", channel.channel, channel.channel, channel, period=year.year)
    for month in report.months.lines:
        yield _row("month", month.month, month.month, month, period=month.month)


def _row(
    section: str,
    code: str,
    name: str,
    line: Shape,
    *,
    period: str = TOTAL,
    group: str = ALL,
    linked: Linking | None = None,
) -> tuple[Value, ...]:
    figures: Mapping[str, Value] = line.model_dump()
    measured = (figures.get(column) for column in _FIGURES)
    return (section, code, name, period, group, *measured, *linking.row(linked))

"""The report of a platform as a table."""

from __future__ import annotations

from collections.abc import Iterator

from lrs.reports.platform import Equation, PlatformReport
from lrs.reports.sheet import Sheet, Value


def sheet(report: PlatformReport) -> Sheet:
    """One row a line. `section` is equation, reason, remark, ignored-voids, dead or conflict; ids are
    separated by spaces.
    """
    return Sheet(
        name=f"platform-{report.platform}",
        columns=("scheme", "platform", "last_seen", "section", "code", "count", "examples", "meaning"),
        rows=((None, report.platform, report.last_seen, *row) for row in _rows(report)),
    )


def _rows(report: PlatformReport) -> Iterator[tuple[Value, ...]]:
    for line, count in report.equation.model_dump().items():
        yield "equation", line, count, None, Equation.model_fields[line].description
    for section, reasons in (("reason", report.reasons), ("remark", report.remarks)):
        for reason in reasons:
            yield section, reason.code, reason.count, " ".join(reason.examples), reason.meaning
    yield "ignored-voids", "ignored-voids", report.ignored_voids, None, None
    for dead in report.dead:
        yield "dead", dead.code, dead.count, None, None
    for conflict in report.conflicts:
        yield "conflict", conflict.stored, None, conflict.id, None

"""What the rows of a file would count, by place, group, channel and month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from lrs.attendance.sending import Ready
from schemas.cell import NOT_STATED
from schemas.figure import ALL

Line = tuple[str, str, str, int, int, int]
"""Unit, its name, group (or channel and month), distinct learners, those of them with a completion that can
make them *trained*, and statements.
"""


def by_group(rows: Iterable[Ready]) -> list[Line]:
    """A line for each unit and group, and one for everybody of a unit: groups overlap, none are summed."""
    learners: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    trained: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    statements: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for it in rows:
        unit, name = _place(it)
        for group in (ALL, *(it.reading["groups"]["counted"] or (NOT_STATED,))):
            line = unit, name, group
            learners[line].add(it.row.account)
            statements[line] += 1
            if it.reading["towards_trained"]:
                trained[line].add(it.row.account)
    return [(*line, len(learners[line]), len(trained[line]), statements[line]) for line in sorted(learners)]


def by_channel(rows: Iterable[Ready]) -> list[tuple[str, str, int, int]]:
    """Channel, month, distinct learners, statements."""
    learners: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    statements: defaultdict[tuple[str, str], int] = defaultdict(int)
    for it in rows:
        line = it.reading["channel"], it.reading["period"]["month"]
        learners[line].add(it.row.account)
        statements[line] += 1
    return [(*line, len(learners[line]), statements[line]) for line in sorted(learners)]


def _place(it: Ready) -> tuple[str, str]:
    """The unit of vn-2025 that a statement counts at, and what it is called there."""
    place = it.reading["unit"]["vn_2025"]
    if place["commune"] == NOT_STATED:
        return f"vn-2025/{place['province']}", place["province_name"]
    return (
        f"vn-2025/{place['province']}/{place['commune']}",
        f"{place['commune_name']}, {place['province_name']}",
    )

"""Lines: the parts of the nation that share nobody and make up the provinces of both schemes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

from lrs.reports import selection
from schemas import figure
from schemas.calendar import TOTAL
from schemas.cell import INFERRED, NOT_STATED, REGISTERED
from schemas.figure import ALL
from schemas.unit import Scheme, Unit, gazetteer


@cache
def lines_of(unit: str) -> tuple[str, ...]:
    """The lines of a province, or of what stands for one: `48~49`, `48~48`, `48~not-attributable`.

    Everybody of a province that was not merged is of the one before it, so nothing there is not attributable.
    """
    return tuple(line for line in figure.lines_of(unit) if line in _possible())


@cache
def every_line() -> tuple[str, ...]:
    """All lines of the nation."""
    nation = (f"vn-2025/{code}" for code in selection.lines_of("vn-2025"))
    return tuple(line for unit in nation for line in lines_of(unit))


@cache
def _possible() -> frozenset[str]:
    known = gazetteer()
    found = {f"{NOT_STATED}~{NOT_STATED}"}
    for unit in known.provinces("vn-2025"):
        lines = figure.lines_of(str(unit))
        found.update(lines[:-1] if len(known.predecessors(unit)) == 1 else lines)
    return frozenset(found)


def prefixes() -> Iterator[str]:
    """Beginnings of the keys of the cells of all lines, at any time."""
    for line in every_line():
        for kind in ("g", "c"):
            yield f"{kind}|{TOTAL}|{line}|{TOTAL}|"


def figures_of_lines(cells: Mapping[str, int]) -> dict[str, int]:
    """As `schemas.figure.figures`, of learners, by line in place of unit: `g|48~49|cadres|total|trained`."""
    found: dict[str, int] = {}
    for key, count in cells.items():
        kind, *rest = key.split("|")
        if kind != "g" or "/" in rest[1]:
            continue
        _, line, period, together, measure = rest
        for group in (ALL, *together.split("+")):
            for it in (INFERRED, REGISTERED) if measure == INFERRED else (measure,):
                name = f"g|{line}|{group}|{period}|{it}"
                found[name] = found.get(name, 0) + count
    return found


def rows_of(scheme: Scheme, on: date) -> Iterator[tuple[str | None, str, tuple[str, ...]]]:
    """The rows of a table of provinces: code, name on a day and lines; the nation, without a code, last."""
    for code in selection.lines_of(scheme):
        yield code, selection.line_name(scheme, code, on), lines_of(f"{scheme}/{code}")
    yield None, "nation", every_line()


def lines_of_unit(unit: Unit | None) -> tuple[str, ...]:
    """The lines of a province, or of the nation."""
    return every_line() if unit is None else lines_of(str(unit))

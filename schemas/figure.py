"""A figure: what a report shows, summed from cells.

    g|<unit>|<group>|<period>|<measure>      learners, and `statements`, of a unit and a group
    t|<province>|<group>|<topic>|<measure>   learners who started or completed a topic
    c|<unit>|<channel>|<period>|<measure>    active learners, and `statements`, through a channel
    p|…                                      as the cell

Groups: ALL, NOT_STATED or a code; they overlap and are never summed. `registered` includes
`registered-inferred`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import product

from schemas.cell import (
    INFERRED,
    NOT_ATTRIBUTABLE,
    NOT_STATED,
    REGISTERED,
    STATEMENTS,
    grain_of,
    is_kept_for_communes,
)
from schemas.unit import Unit, gazetteer

ALL = "*"


@lru_cache(maxsize=4096)
def _groups(together: str) -> tuple[str, ...]:
    return (ALL, NOT_STATED) if together == NOT_STATED else (ALL, *together.split("+"))


def figures(cells: Mapping[str, int]) -> dict[str, int]:
    """The figures to which these cells contribute, by key. A figure is whole if all its cells are given."""
    found: dict[str, int] = {}
    for key, count in cells.items():
        for figure in _figures_of(key):
            found[figure] = found.get(figure, 0) + count
    return found


@lru_cache(maxsize=65_536)
def _units(line: str) -> tuple[str, str]:
    new, _, old = line.partition("~")
    return f"vn-2025/{new}", f"vn-2004/{old}"


def _periods(grain: str, line: str, period: str, measure: str) -> tuple[str, ...]:
    """The periods to whose figures a cell contributes: a commune's day also to what is not kept for
    communes.
    """
    if grain != "day" or "/" not in line or is_kept_for_communes("month", measure):
        return (period,)
    return period[:4], period[:7], period


def _figures_of(key: str) -> Iterator[str]:
    kind, *rest = key.split("|")
    match kind:
        case "g":
            grain, line, period, groups, measure = rest
            measures = (INFERRED, REGISTERED) if measure == INFERRED else (measure,)
            periods = _periods(grain, line, period, measure)
            for unit, group, when, it in product(_units(line), _groups(groups), periods, measures):
                yield f"g|{unit}|{group}|{when}|{it}"
        case "c":
            grain, line, period, channel, measure = rest
            for unit, when in product(_units(line), _periods(grain, line, period, measure)):
                yield f"c|{unit}|{channel}|{when}|{measure}"
                if measure == STATEMENTS:
                    yield f"g|{unit}|{ALL}|{when}|{STATEMENTS}"
        case "t":
            line, topic, groups, measure = rest
            for unit, group in product(_units(line), _groups(groups)):
                yield f"t|{unit}|{group}|{topic}|{measure}"
        case _:
            yield key


def lines_of(unit: str) -> tuple[str, ...]:
    """The lines (of provinces) that make the figures of a province, or of what stands for one.

    A province of vn-2025 is made of those it succeeded, and of what nothing attributes to one of them.
    """
    scheme, _, code = unit.partition("/")
    known = gazetteer()
    if code == NOT_STATED:
        return (f"{code}~{code}",)
    if code == NOT_ATTRIBUTABLE:
        return tuple(f"{it.province}~{code}" for it in known.provinces("vn-2025"))
    if scheme == "vn-2004":
        return (f"{known.successor(Unit('vn-2004', code)).province}~{code}",)
    old = (it.province for it in known.predecessors(Unit("vn-2025", code)))
    return tuple(f"{code}~{it}" for it in (*old, NOT_ATTRIBUTABLE))


def cells_of(unit: str, period: str) -> Iterator[str]:
    """Beginnings of the keys of the cells that make the figures of a province in a period."""
    for line in lines_of(unit):
        for kind in ("g", "c"):
            yield f"{kind}|{grain_of(period)}|{line}|{period}|"


def cells_of_communes(unit: str) -> Iterator[str]:
    """Beginnings of the keys of the cells that make the totals of a province's communes (and of some
    others).
    """
    for new in dict.fromkeys(line.partition("~")[0] for line in lines_of(unit)):
        for kind in ("g", "c"):
            yield f"{kind}|total|{new}/"

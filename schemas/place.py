"""Where a learner, or a statement, counts: one unit in each scheme, of a province and of a commune."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from schemas.cell import NOT_ATTRIBUTABLE, NOT_STATED
from schemas.unit import SCHEMES, Unit, gazetteer

Places = tuple[str, ...]
"""Units as cells name them: of each scheme the province, then the line of its communes."""


def unit_in_2025(latest: Unit, old: Unit | None, default_successor: bool) -> Unit:
    """The unit in vn-2025 of somebody whose latest unit is `latest` and whose latest unit of vn-2004 is
    `old`.

    It is `latest`, or its successor. One that names no commune keeps the commune that the older naming
    tells, if it lies in the same province: a platform's change of codes moves nobody.
    """
    known = gazetteer()
    if latest.scheme == "vn-2004":
        return known.successor(latest, default_successor=default_successor)
    if latest.commune is None and old is not None and old.commune is not None and known.succeeds(latest, old):
        return known.successor(old, default_successor=default_successor)
    return latest


def unit_in_2004(latest: Unit, old: Unit | None) -> Unit | None:
    """The unit in vn-2004, as above; None where nothing tells in which old province they are."""
    if latest.scheme == "vn-2004":
        return latest
    if old is not None and gazetteer().succeeds(latest, old):
        return old
    return gazetteer().predecessor(latest)


@lru_cache(maxsize=65_536)
def places(latest: Unit | None, old: Unit | None, default_successor: bool) -> Places:
    """The lines on which somebody counts; every one has exactly one line of each kind, so that sums hold."""
    if latest is None:
        return tuple(line for scheme in SCHEMES for line in _lines(f"{scheme}/{NOT_STATED}", None))
    in_2004 = unit_in_2004(latest, old)
    in_2025 = unit_in_2025(latest, old, default_successor)
    lines_2004 = (
        _lines(f"vn-2004/{NOT_ATTRIBUTABLE}", None)
        if in_2004 is None
        else _lines(str(in_2004.province_unit), in_2004.commune)
    )
    return lines_2004 + _lines(str(in_2025.province_unit), in_2025.commune)


def _lines(province: str, commune: str | None) -> Places:
    return province, f"{province}/{commune or NOT_STATED}"


def places_of_text(text: str, default_successor: bool) -> Places:
    """The lines of a unit as its text, by itself; of `-` those of nothing stated."""
    unit = None if text == "-" else Unit.parse(text)
    return places(unit, unit if unit is not None and unit.scheme == "vn-2004" else None, default_successor)


def latest_units(units: dict[str, list[Any]]) -> tuple[Unit | None, Unit | None]:
    """Of a learner's `units`: the latest, and the latest of vn-2004, each with the latest commune named in
    that province.
    """
    return _latest(units, ""), _latest(units, "vn-2004/")


def _latest(units: dict[str, list[Any]], scheme: str) -> Unit | None:
    candidates = [province for province in units if province.startswith(scheme)]
    if not candidates:
        return None
    province = max(candidates, key=lambda name: units[name][0])
    bare = Unit.parse(province)
    return Unit(bare.scheme, bare.province, units[province][2])

"""Where a learner, or a statement, counts: one unit in each scheme, of a province and of a commune."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from schemas.cell import NOT_ATTRIBUTABLE, NOT_STATED
from schemas.unit import Unit, gazetteer

Places = tuple[str, str]
"""The lines of a province and of a commune, as cells name them: the unit in vn-2025, `~`, the unit in
vn-2004.
"""


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
    """The line of a province and that of a commune on which somebody counts; everybody has one of each."""
    if latest is None:
        return _lines(NOT_STATED, None, NOT_STATED, None)
    in_2025 = unit_in_2025(latest, old, default_successor)
    in_2004 = unit_in_2004(latest, old)
    if in_2004 is None:
        return _lines(in_2025.province, in_2025.commune, NOT_ATTRIBUTABLE, None)
    return _lines(in_2025.province, in_2025.commune, in_2004.province, in_2004.commune)


def _lines(province: str, commune: str | None, old_province: str, old_commune: str | None) -> Places:
    return (
        f"{province}~{old_province}",
        f"{province}/{commune or NOT_STATED}~{old_province}/{old_commune or NOT_STATED}",
    )


def places_of_text(text: str, default_successor: bool) -> Places:
    """The lines of a unit as its text, by itself; of `-` those of nothing stated."""
    unit = None if text == "-" else Unit.parse(text)
    return places(unit, unit if unit is not None and unit.scheme == "vn-2004" else None, default_successor)


def latest_units(units: dict[str, list[Any]]) -> tuple[Unit | None, Unit | None]:
    """Of a learner's `units`: the latest, and the latest of vn-2004, each with the latest commune named in
    that province.
    """
    return _latest(units, ""), _latest(units, "vn-2004/")


_parse = lru_cache(maxsize=256)(Unit.parse)
"""The provinces of both schemes are few."""


def _latest(units: dict[str, list[Any]], scheme: str) -> Unit | None:
    candidates = [province for province in units if province.startswith(scheme)]
    if not candidates:
        return None
    province = max(candidates, key=lambda name: units[name][0]) if len(candidates) > 1 else candidates[0]
    bare = _parse(province)
    return Unit(bare.scheme, bare.province, units[province][2])

"""The units of a scheme as the page needs them: to draw the country, and to search it by name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from schemas.group import groups
from schemas.unit import SCHEMES, Scheme, Unit, gazetteer

Json = dict[str, Any]

ISLANDS = {"vn-2025/48/20333": (9, 6), "vn-2025/56/22736": (14, 6)}
"""Hoàng Sa of Đà Nẵng and Trường Sa of Khánh Hòa, each with its row and column beside the tiles of
`tilegrid-34.json`: a map of the country shows both.
"""


def country() -> Json:
    """Provinces of both schemes, the tile of each new one, the islands, and the groups; those
    that are not `counted` belong to imported figures alone."""
    known = gazetteer()
    tiles = json.loads(files("schemas").joinpath("data", "tilegrid-34.json").read_text(encoding="utf-8"))
    return {
        "provinces": {scheme: [_province(unit) for unit in known.provinces(scheme)] for scheme in SCHEMES},
        "tiles": tiles,
        "islands": [_island(Unit.parse(text), place) for text, place in ISLANDS.items()],
        "groups": [
            {"code": code, "vi": group.vi, "en": group.en, "counted": group.sendable}
            for code, group in groups().items()
        ],
    }


def communes(scheme: Scheme) -> list[list[str]]:
    """Every commune of a scheme: the province's code, its own, its name."""
    return [list(it) for it in _communes(scheme)]


def _communes(scheme: Scheme) -> Iterator[tuple[str, str, str]]:
    known = gazetteer()
    for province in known.provinces(scheme):
        for unit in known.communes(province):
            yield unit.province, unit.commune or "", known.name(unit)


def _province(unit: Unit) -> Json:
    """A province; `of`: the code of the other scheme's province of which it became a part, or those of which
    it is made.
    """
    known = gazetteer()
    of = (known.successor(unit),) if unit.scheme == "vn-2004" else known.predecessors(unit)
    return {"code": unit.province, "name": known.name(unit), "of": [it.province for it in of]}


def _island(unit: Unit, place: tuple[int, int]) -> Json:
    """An island; `old`: the province of vn-2004 that it lay in."""
    old = gazetteer().predecessor(unit)
    return {
        "province": unit.province,
        "commune": unit.commune,
        "name": gazetteer().name(unit),
        "old": old.province if old else None,
        "tile": list(place),
    }

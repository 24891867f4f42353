"""Administrative units of Vietnam: provinces and communes, in the two schemes of codes.

On 2025-07-01 63 provinces became 34, districts were abolished, and codes were reused for other provinces. So
a unit is always (scheme, code). Names are dated: those of `vn-2004` as of the day before, those of `vn-2025`
as of that day, and from then on as `province-names.csv` says; a new name changes no code.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import cache
from sys import intern
from typing import Final, Literal, NamedTuple, cast

from schemas.data.table import Rows, table

Scheme = Literal["vn-2004", "vn-2025"]
SCHEMES: Final[tuple[Scheme, ...]] = ("vn-2004", "vn-2025")

UNRESOLVED: Final = "unresolved"
"""Stands for a vn-2025 commune that is one of several: the person was in an old commune that was split."""

_TEXT = re.compile(
    r"(?P<scheme>vn-2004|vn-2025)/(?P<province>[0-9]{2})"
    rf"(?:/(?P<commune>[0-9]{{5}}|(?<=vn-2004/../)[0-9]{{3}}|(?<=vn-2025/../){UNRESOLVED}))?"
)


class Unit(NamedTuple):
    """A province, or a commune in it. A tuple, because it is a key on the hot path: hashed at the speed of C.

    `scheme`: `vn-2004` or `vn-2025`. `province`: two digits. `commune`: five digits; the three digits of the
    district for the five island districts of vn-2004 without communes; UNRESOLVED; or None for the province
    as such. Building one checks nothing: `parse` checks the form, `Gazetteer.known` that it exists.
    """

    scheme: Scheme
    province: str
    commune: str | None = None

    def __str__(self) -> str:
        """`vn-2004/49` or `vn-2004/49/20335`."""
        whole = f"{self.scheme}/{self.province}"
        return whole if self.commune is None else f"{whole}/{self.commune}"

    @classmethod
    def parse(cls, text: str) -> "Unit":
        """The inverse of `str`. Raises ValueError if the text has not the form of a unit."""
        match = _TEXT.fullmatch(text)
        if match is None:
            raise ValueError(
                "expected <scheme>/<province> or <scheme>/<province>/<commune>, such as vn-2025/48 or "
                "vn-2004/49/20335: scheme vn-2004 or vn-2025, province two digits, commune five digits "
                "(vn-2004: or the three of an island district; vn-2025: or "
                f"'{UNRESOLVED}'), got {text[:60]!r}"
            )
        return cls(cast("Scheme", match["scheme"]), match["province"], match["commune"])

    @property
    def province_unit(self) -> "Unit":
        """The province of this unit: itself if it is one."""
        return self if self.commune is None else Unit(self.scheme, self.province)


class Gazetteer:
    """Which units exist, what they were called and what became of them. Immutable; every answer is a look-up.

    Methods that take a unit raise KeyError if it is not known (in the scheme that the method is about): ask
    `known` first about whatever came from outside. Only `name` and `predecessor` take an unresolved commune.
    """

    def __init__(self, provinces: Rows, communes: Rows, names_since: Rows = ()) -> None:
        """From the rows of the three tables of `schemas/data`, with their columns."""
        became: dict[Unit, list[Unit]] = defaultdict(list)
        origins: dict[Unit, list[Unit]] = defaultdict(list)
        names: dict[Unit, str] = {}
        members: dict[Unit, set[Unit]] = defaultdict(set)
        default: dict[Unit, Unit] = {}

        for row in provinces:
            old = Unit("vn-2004", intern(row["old_code_2004"]))
            new = Unit("vn-2025", intern(row["new_code_2025"]))
            names[old], names[new] = row["old_name"], intern(row["new_name_2025_07_01"])
            became[old].append(new)
            origins[new].append(old)

        for row in communes:
            # An island district has no ward: the district is its commune.
            old = Unit("vn-2004", intern(row["old_province"]), intern(row["old_ward"] or row["old_district"]))
            new = Unit("vn-2025", intern(row["new_province"]), intern(row["new_ward"]))
            names[old], names[new] = intern(row["old_name"]), intern(row["new_name"])
            members[old.province_unit].add(old)
            members[new.province_unit].add(new)
            became[old].append(new)
            origins[new].append(old)
            if row["is_default"] == "1":
                default[old] = new

        renamed: dict[Unit, list[tuple[date, str]]] = defaultdict(list)
        for row in names_since:
            unit = Unit.parse(f"{row['scheme']}/{row['province_code']}")
            # where the year alone is known, the name is taken to be its whole year's
            since = row["from"] if len(row["from"]) > len("2026") else f"{row['from']}-01-01"
            renamed[unit].append((date.fromisoformat(since), intern(row["name"])))
        self._renamed = {unit: tuple(sorted(found)) for unit, found in renamed.items()}
        self._names = names
        self._communes = {province: tuple(sorted(units)) for province, units in members.items()}
        self._provinces = {
            scheme: tuple(sorted(unit for unit in self._communes if unit.scheme == scheme))
            for scheme in SCHEMES
        }
        self._province_of = {
            (unit.scheme, unit.commune): province
            for province, units in self._communes.items()
            for unit in units
        }
        self._successor = {old: _only(new) for old, new in became.items()}
        self._default_successor = default
        self._predecessor = {new: _attributed(old, became) for new, old in origins.items()}
        self._predecessors = {new: tuple(sorted(origins[new])) for new in self._provinces["vn-2025"]}

    def known(self, unit: Unit) -> bool:
        """Whether the province exists in the scheme and, where a commune is given, the commune lies in it.

        UNRESOLVED is an outcome and not a place, so it is not known.
        """
        return unit in self._names

    def name(self, unit: Unit, on: date | None = None) -> str:
        """The name with its kind on a day, such as `Tỉnh Quảng Trị`, or the latest known; UNRESOLVED for an
        unresolved commune. Before a scheme began its units have their first names.
        """
        if unit.commune == UNRESOLVED and unit.province_unit in self._predecessors:
            return UNRESOLVED
        if unit not in self._renamed:
            return self._names[unit]
        since = [name for begins, name in self._renamed[unit] if on is None or begins <= on]
        return since[-1] if since else self._names[unit]

    def provinces(self, scheme: Scheme) -> tuple[Unit, ...]:
        """The provinces of a scheme by code: 63 or 34."""
        return self._provinces[scheme]

    def communes(self, province: Unit) -> tuple[Unit, ...]:
        """The communes of a province by code, in vn-2004 with the island districts that had none."""
        return self._communes[province]

    def province_of_commune(self, scheme: Scheme, commune: str) -> Unit | None:
        """The province of a commune, by the commune's code alone, or None if the scheme has no such code."""
        return self._province_of.get((scheme, commune))

    def successor(self, unit: Unit, *, default_successor: bool = False) -> Unit:
        """What a unit of vn-2004 became in vn-2025.

        A province became a province. A commune became the one commune that took it over; one that was split
        counts in its province as UNRESOLVED, or with `default_successor` in the main one of its parts.
        """
        if default_successor and unit in self._default_successor:
            return self._default_successor[unit]
        return self._successor[unit]

    def predecessor(self, unit: Unit) -> Unit | None:
        """Where in vn-2004 a unit of vn-2025 lay for certain, or None if that is not attributable.

        A province: the old one, if it is made of only one. A commune: the old province, if it lay in only
        one, and the old commune too, if it is exactly that one, whole. An unresolved commune: as its
        province.
        """
        return self._predecessor[unit.province_unit if unit.commune == UNRESOLVED else unit]

    def predecessors(self, province: Unit) -> tuple[Unit, ...]:
        """The vn-2004 provinces of which a vn-2025 province is made, by code."""
        return self._predecessors[province]

    def counterpart(self, province: Unit) -> Unit | None:
        """The same province in the other scheme: one that was not merged with another; None for others."""
        new = province if province.scheme == "vn-2025" else self._successor[province]
        if len(self._predecessors[new]) > 1:
            return None
        return self._predecessors[new][0] if new == province else new

    def succeeds(self, new: Unit, old: Unit) -> bool:
        """Whether the vn-2025 province of `new` took over the vn-2004 province of `old`.

        Communes are disregarded. False, and no error, for units of other schemes or unknown provinces.
        """
        return old.province_unit in self._predecessors.get(new.province_unit, ())


def _only(new: list[Unit]) -> Unit:
    """The one successor, or its province's unresolved: no split crosses the border of a new province."""
    if len(new) == 1:
        return new[0]
    (province,) = {unit.province for unit in new}
    return Unit("vn-2025", province, UNRESOLVED)


def _attributed(origins: list[Unit], became: Mapping[Unit, list[Unit]]) -> Unit | None:
    """The one old unit in which all of a new unit lay, as finely as is certain."""
    if len(origins) == 1 and len(became[origins[0]]) == 1:
        return origins[0]
    provinces = {unit.province_unit for unit in origins}
    return provinces.pop() if len(provinces) == 1 else None


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer of the packaged tables, read once."""
    return Gazetteer(table("provinces-2004-to-2025"), table("communes-2004-to-2025"), table("province-names"))

"""The tables of units and groups, and where somebody who named certain units is counted in both schemes."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NOT_STATED, NOT_ATTRIBUTABLE, UNRESOLVED = "not-stated", "not-attributable", "unresolved"

DATA = Path(__file__).resolve().parents[2] / "schemas" / "data"


def table(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


SUCCESSOR = {row["old_code_2004"]: row["new_code_2025"] for row in table("provinces-2004-to-2025.csv")}
"""New province of each old one."""

COMMUNES = [
    # Island districts had no wards: there the district is the unit below the province.
    (row["old_province"], row["old_ward"] or row["old_district"], row["new_province"], row["new_ward"])
    for row in table("communes-2004-to-2025.csv")
]
"""(old province, old commune, new province, new commune), once for each pair that shares ground."""

PROVINCES = {("vn-2004", old) for old in SUCCESSOR} | {("vn-2025", new) for new in SUCCESSOR.values()}
KNOWN_COMMUNES = {("vn-2004", old, commune) for old, commune, _, _ in COMMUNES} | {
    ("vn-2025", new, commune) for _, _, new, commune in COMMUNES
}
MAIN_COMMUNE_OF = {
    (row["old_province"], row["old_ward"] or row["old_district"]): row["new_ward"]
    for row in table("communes-2004-to-2025.csv")
    if row["is_default"] == "1"
}
"""The main successor of each old commune."""
NEW_COMMUNES_OF: dict[tuple[str, str], set[str]] = defaultdict(set)
OLD_COMMUNES_OF: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
for _old_province, _old_commune, _new_province, _new_commune in COMMUNES:
    NEW_COMMUNES_OF[_old_province, _old_commune].add(_new_commune)
    OLD_COMMUNES_OF[_new_province, _new_commune].add((_old_province, _old_commune))

IMPLIED = {
    row["code"]: row["implies"].split()
    for row in table("groups.csv")
    if not row["kind"].startswith("external figures only")
}
"""The groups that a statement can say, and what each implies directly."""


def with_implied(codes: Any) -> frozenset[str]:
    """The known groups among `codes`, and all that they imply; empty for anything but a list."""
    found: set[str] = set()
    waiting = [code for code in codes if isinstance(code, str)] if isinstance(codes, list) else []
    while waiting:
        code = waiting.pop()
        if code in IMPLIED and code not in found:
            found.add(code)
            waiting.extend(IMPLIED[code])
    return frozenset(found)


@dataclass(frozen=True)
class Unit:
    scheme: str
    province: str
    commune: str | None = None


def known_unit(scheme: Any, province: Any, commune: Any) -> Unit | None:
    """The unit if its scheme and province are known, without a commune that is not in it; None otherwise."""
    if not isinstance(scheme, str) or not isinstance(province, str) or (scheme, province) not in PROVINCES:
        return None
    return Unit(scheme, province, commune if (scheme, province, commune) in KNOWN_COMMUNES else None)


def place_in_2025(latest: Unit | None, latest_old: Unit | None, main: bool) -> tuple[str, str]:
    """The province and the commune line in vn-2025 of whoever named `latest`, and in vn-2004 `latest_old`."""
    if latest is None:
        return NOT_STATED, NOT_STATED
    if latest.scheme == "vn-2004":
        return SUCCESSOR[latest.province], new_commune(latest, main)
    if latest.commune is not None:
        return latest.province, latest.commune
    if latest_old is not None and SUCCESSOR[latest_old.province] == latest.province:
        return latest.province, new_commune(latest_old, main)
    return latest.province, NOT_STATED


def new_commune(old: Unit, main: bool) -> str:
    if old.commune is None:
        return NOT_STATED
    if main:
        return MAIN_COMMUNE_OF[old.province, old.commune]
    successors = NEW_COMMUNES_OF[old.province, old.commune]
    return next(iter(successors)) if len(successors) == 1 else UNRESOLVED


def place_in_2004(latest: Unit | None, latest_old: Unit | None) -> tuple[str, str]:
    """The same in vn-2004."""
    if latest is None:
        return NOT_STATED, NOT_STATED
    if latest.scheme == "vn-2004":
        return latest.province, latest.commune or NOT_STATED
    if latest_old is not None and SUCCESSOR[latest_old.province] == latest.province:
        return latest_old.province, latest_old.commune or NOT_STATED
    if latest.commune is None:
        provinces = {old for old, new in SUCCESSOR.items() if new == latest.province}
        commune = NOT_STATED
    else:
        parts = OLD_COMMUNES_OF[latest.province, latest.commune]
        provinces = {province for province, _ in parts}
        part = min(parts)
        commune = part[1] if len(parts) == 1 and len(NEW_COMMUNES_OF[part]) == 1 else NOT_STATED
    return (min(provinces), commune) if len(provinces) == 1 else (NOT_ATTRIBUTABLE, NOT_STATED)


@dataclass(frozen=True)
class Place:
    provinces: tuple[str, str]
    """The province line of each scheme."""
    lines: tuple[str, str, str, str]
    """The province lines and the commune lines."""


def place(latest: Unit | None, latest_old: Unit | None, main: bool = False) -> Place:
    """`main`: who was in an old commune that was split is in its main part, rather than nowhere known."""
    old_province, old_commune = place_in_2004(latest, latest_old)
    new_province, new_commune_ = place_in_2025(latest, latest_old, main)
    old, new = f"vn-2004/{old_province}", f"vn-2025/{new_province}"
    return Place((old, new), (old, new, f"{old}/{old_commune}", f"{new}/{new_commune_}"))

"""People in every province and every commune of both schemes: each is on one line, and the lines are the
total.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache

import pytest

from lrs.reports import province_reading, provinces
from lrs.reports.basis import Basis
from lrs.reports.province import Province
from lrs.reports.selection import lines_of
from schemas.cell import NOT_ATTRIBUTABLE, NOT_STATED
from schemas.figure import ALL
from schemas.unit import SCHEMES, UNRESOLVED, Scheme, Unit, gazetteer
from tests.recount import places as recounted
from tests.reports.learning import RULES, basis_of, cells_of, fact

KNOWN = gazetteer()
UNITS = tuple(
    unit
    for scheme in SCHEMES
    for province in KNOWN.provinces(scheme)
    for unit in (province, *KNOWN.communes(province))
)
HEADS = {unit: 1 + at * 7919 % 997 for at, unit in enumerate(UNITS)}
"""How many people name each unit, so unlike that two units which are mixed up do not go unseen."""
NOWHERE = 17
"""People who name none."""
DEFAULT = RULES.model_copy(update={"default_successor": True})


@cache
def basis(default_successor: bool = False) -> Basis:
    rules = DEFAULT if default_successor else RULES
    cells: Counter[str] = Counter()
    for unit, heads in [*HEADS.items(), (None, NOWHERE)]:
        one = fact("somebody", place=None if unit is None else str(unit))
        cells.update({key: count * heads for key, count in cells_of([one], rules=rules).items()})
    return basis_of(cells, rules=rules)


@cache
def province(scheme: Scheme, code: str, default_successor: bool = False) -> Province:
    return province_reading.build(basis(default_successor), scheme, code, ALL)


@cache
def expected() -> dict[Scheme, dict[tuple[str, str], int]]:
    """By scheme the people of each line of communes, by the recount's own tables."""
    found: dict[Scheme, dict[tuple[str, str], int]] = {scheme: defaultdict(int) for scheme in SCHEMES}
    for unit, heads in [*HEADS.items(), (None, NOWHERE)]:
        named = None if unit is None else recounted.Unit(unit.scheme, unit.province, unit.commune)
        latest_old = named if unit is not None and unit.scheme == "vn-2004" else None
        for line in recounted.place(named, latest_old).lines[2:]:
            scheme, code, commune = line.split("/")
            found["vn-2004" if scheme == "vn-2004" else "vn-2025"][code, commune] += heads
    return found


def test_all_units_are_here() -> None:
    assert len(UNITS) == 63 + 10_040 + 34 + 3_321


@pytest.mark.parametrize("default_successor", [False, True])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_rows_and_remainder_are_the_total_of_every_province_and_of_the_nation(
    scheme: Scheme, default_successor: bool
) -> None:
    nation = provinces.build(basis(default_successor), scheme, "total", ALL)
    everybody = sum(HEADS.values()) + NOWHERE
    assert nation.nation is not None
    assert (nation.nation.active, nation.nation.statements) == (everybody, everybody)
    lines = {line.code: line for line in nation.lines}
    assert list(lines) == list(lines_of(scheme))
    for code, line in lines.items():
        made = province(scheme, code, default_successor)
        of_province = line.model_dump(exclude={"code", "name", "linking"})
        assert made.totals.model_dump() == of_province, (scheme, code)
        assert made.linking == line.linking
        rows = made.communes.lines
        assert sum(row.active for row in rows) == made.totals.active, (scheme, code)
        assert sum(row.statements or 0 for row in rows) == made.totals.statements, (scheme, code)
    assert lines[NOT_STATED].active == NOWHERE


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_commune_has_its_own_people_and_no_others(scheme: Scheme) -> None:
    found = {
        (code, row.code): row.active
        for code in lines_of(scheme)
        for row in province(scheme, code).communes.lines
    }
    assert {line: heads for line, heads in found.items() if heads} == dict(expected()[scheme])
    communes = {(it.province, it.commune or "") for it in UNITS if it.scheme == scheme and it.commune}
    assert {line for line in found if line[1].isdigit()} == communes


def test_a_code_that_was_reused_never_mixes() -> None:
    """44 was Quảng Bình and is Quảng Trị: who named the one is in the other by succession alone."""
    for code in ("15", "24", "44", "52", "80", "82", "91"):
        named: dict[Scheme, int] = {
            scheme: sum(heads for it, heads in HEADS.items() if (it.scheme, it.province) == (scheme, code))
            for scheme in SCHEMES
        }
        merged = KNOWN.predecessors(Unit("vn-2025", code))
        of_old = {
            str(old): sum(heads for it, heads in HEADS.items() if it.province_unit == old) for old in merged
        }
        assert province("vn-2025", code).totals.active == named["vn-2025"] + sum(of_old.values())
        back = sum(
            heads
            for it, heads in HEADS.items()
            if it.scheme == "vn-2025"
            and (before := KNOWN.predecessor(it)) is not None
            and before.province == code
        )
        assert province("vn-2004", code).totals.active == named["vn-2004"] + back


def test_who_was_in_a_split_commune_is_unresolved_in_their_province_unless_the_rules_say_otherwise() -> None:
    split = Counter(
        it.province
        for it in UNITS
        if it.scheme == "vn-2004" and it.commune and KNOWN.successor(it).commune == UNRESOLVED
    )
    assert sum(split.values()) == 471
    unresolved: Counter[str] = Counter()
    for it, heads in HEADS.items():
        if it.scheme == "vn-2004" and it.commune and KNOWN.successor(it).commune == UNRESOLVED:
            unresolved[KNOWN.successor(it).province] += heads
    for code in lines_of("vn-2025"):
        for default_successor, heads in ((False, unresolved[code]), (True, 0)):
            rows = {it.code: it.active for it in province("vn-2025", code, default_successor).communes.lines}
            assert rows.get(UNRESOLVED, 0) == heads, code


def test_whom_nothing_attributes_to_an_old_province_is_a_line_of_their_own() -> None:
    nobody_knows = sum(
        heads for it, heads in HEADS.items() if it.scheme == "vn-2025" and KNOWN.predecessor(it) is None
    )
    assert province("vn-2004", NOT_ATTRIBUTABLE).totals.active == nobody_knows
    # the merged provinces themselves, and the communes that lie across two old provinces
    communes = [it for it in UNITS if it.scheme == "vn-2025" and it.commune and KNOWN.predecessor(it) is None]
    merged = [it for it in KNOWN.provinces("vn-2025") if len(KNOWN.predecessors(it)) > 1]
    assert (len(communes), len(merged)) == (23, 23)


def test_hoang_sa_and_truong_sa_have_lines() -> None:
    for code, commune, name in (("48", "20333", "Đặc khu Hoàng Sa"), ("56", "22736", "Đặc khu Trường Sa")):
        (row,) = [it for it in province("vn-2025", code).communes.lines if it.code == commune]
        assert row.name == name
        assert row.active >= HEADS[Unit("vn-2025", code, commune)]


def test_lam_dong_has_124_communes_each_with_a_line() -> None:
    rows = province("vn-2025", "68").communes.lines
    assert len([it for it in rows if it.code.isdigit() and it.active]) == 124

"""Administrative units: no code without its scheme; every old unit has a new place, and none is guessed."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.data.table import table
from schemas.unit import SCHEMES, UNRESOLVED, Gazetteer, Scheme, Unit, gazetteer

PLACES = gazetteer()
JULY = date(2025, 7, 1)
PROVINCES = {scheme: PLACES.provinces(scheme) for scheme in SCHEMES}
COMMUNES = {
    scheme: tuple(commune for province in PROVINCES[scheme] for commune in PLACES.communes(province))
    for scheme in SCHEMES
}
OLD = PROVINCES["vn-2004"] + COMMUNES["vn-2004"]
NEW = PROVINCES["vn-2025"] + COMMUNES["vn-2025"]

old_units = st.sampled_from(OLD)
new_units = st.sampled_from(NEW)
new_unresolved = st.sampled_from([unit._replace(commune=UNRESOLVED) for unit in PROVINCES["vn-2025"]])


def old(province: str, commune: str | None = None) -> Unit:
    return Unit("vn-2004", province, commune)


def new(province: str, commune: str | None = None) -> Unit:
    return Unit("vn-2025", province, commune)


# The form of a unit


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("vn-2004/49", old("49")),
        ("vn-2004/49/20335", old("49", "20335")),
        ("vn-2004/48/498", old("48", "498")),
        ("vn-2025/48/20333", new("48", "20333")),
        ("vn-2025/38/unresolved", new("38", UNRESOLVED)),
    ],
)
def test_a_unit_is_written_with_its_scheme(text: str, unit: Unit) -> None:
    assert str(unit) == text
    assert Unit.parse(text) == unit


@given(old_units | new_units | new_unresolved)
def test_parse_is_the_inverse_of_str(unit: Unit) -> None:
    assert Unit.parse(str(unit)) == unit


@pytest.mark.parametrize(
    "text",
    [
        "",
        "49",
        "49/20335",
        "VN-2004/49",
        "vn-2014/49",
        "vn-2004/4",
        "vn-2004/049",
        "vn-2004/49/",
        "vn-2004/49/2033",
        "vn-2004/49/20335/1",
        "vn-2004/49\n",
        "vn-2004/٤٩",
        "vn-2004/49/unresolved",
        "vn-2025/48/498",
    ],
)
def test_parse_says_what_it_expected(text: str) -> None:
    with pytest.raises(ValueError, match="expected <scheme>/<province>"):
        Unit.parse(text)


def test_the_province_of_a_unit_keeps_the_scheme() -> None:
    assert old("49", "20335").province_unit == old("49")
    assert new("48").province_unit == new("48")


# The two schemes


def test_63_provinces_became_34() -> None:
    assert len(PROVINCES["vn-2004"]) == 63
    assert len(PROVINCES["vn-2025"]) == 34
    assert set(map(PLACES.successor, PROVINCES["vn-2004"])) == set(PROVINCES["vn-2025"])


def test_10035_communes_and_five_island_districts_became_3321() -> None:
    islands = {unit for unit in COMMUNES["vn-2004"] if unit.commune is not None and len(unit.commune) == 3}
    assert islands == {
        old("31", "318"),
        old("45", "471"),
        old("48", "498"),
        old("51", "536"),
        old("77", "755"),
    }
    assert len(COMMUNES["vn-2004"]) - len(islands) == 10_035
    assert len(COMMUNES["vn-2025"]) == 3_321
    kinds = Counter(PLACES.name(unit).partition(" ")[0] for unit in COMMUNES["vn-2025"])
    assert kinds == {"Xã": 2_621, "Phường": 687, "Đặc": 13}


def test_every_new_province_has_the_communes_it_was_given() -> None:
    stated = {row["new_code_2025"]: int(row["new_communes"]) for row in table("provinces-2004-to-2025")}
    counted = {unit.province: len(PLACES.communes(unit)) for unit in PROVINCES["vn-2025"]}
    assert counted == stated
    assert counted["68"] == 124


def test_seven_province_codes_were_reused_for_another_province() -> None:
    reused = {
        unit.province
        for unit in PROVINCES["vn-2025"]
        if PLACES.known(old(unit.province)) and PLACES.name(old(unit.province)) != PLACES.name(unit, JULY)
    }
    assert reused == {"15", "24", "44", "52", "80", "82", "91"}
    assert PLACES.name(old("44")) == "Tỉnh Quảng Bình"
    assert PLACES.name(new("44")) == "Tỉnh Quảng Trị"


def test_3316_commune_codes_existed_before() -> None:
    before = {unit.commune for unit in COMMUNES["vn-2004"]}
    assert sum(unit.commune in before for unit in COMMUNES["vn-2025"]) == 3_316


def test_units_come_in_the_order_of_their_codes() -> None:
    for scheme in SCHEMES:
        assert list(PROVINCES[scheme]) == sorted(PROVINCES[scheme])
        for province in PROVINCES[scheme]:
            assert list(PLACES.communes(province)) == sorted(PLACES.communes(province))


@pytest.mark.parametrize(
    ("unit", "known"),
    [
        (old("49"), True),
        (new("49"), False),
        (old("49", "20335"), True),
        (old("48", "20335"), False),
        (old("48", "498"), True),
        (old("48", "20333"), False),
        (new("48", "20333"), True),
        (new("48", UNRESOLVED), False),
        (new("99", "20333"), False),
    ],
)
def test_a_unit_is_known_where_its_commune_lies_in_its_province(unit: Unit, known: bool) -> None:
    assert PLACES.known(unit) is known


@pytest.mark.parametrize(
    ("scheme", "commune", "province"),
    [
        ("vn-2004", "20335", old("49")),
        ("vn-2025", "20335", new("48")),
        ("vn-2004", "498", old("48")),
        ("vn-2025", "498", None),
        ("vn-2004", "20333", None),
        ("vn-2025", "20333", new("48")),
        ("vn-2025", UNRESOLVED, None),
    ],
)
def test_a_commune_alone_tells_its_province(scheme: Scheme, commune: str, province: Unit | None) -> None:
    assert PLACES.province_of_commune(scheme, commune) == province


@given(st.sampled_from(COMMUNES["vn-2004"] + COMMUNES["vn-2025"]))
def test_no_commune_code_serves_twice_in_a_scheme(unit: Unit) -> None:
    assert unit.commune is not None
    assert PLACES.province_of_commune(unit.scheme, unit.commune) == unit.province_unit


def test_any_national_map_finds_hoang_sa_and_truong_sa() -> None:
    assert PLACES.name(new("48", "20333")) == "Đặc khu Hoàng Sa"
    assert PLACES.name(new("56", "22736")) == "Đặc khu Trường Sa"
    assert PLACES.successor(old("48", "498")) == new("48", "20333")
    assert PLACES.predecessor(new("48", "20333")) == old("48", "498")


# From the old scheme to the new


@pytest.mark.parametrize(
    ("province", "became"),
    [
        ("49", "48"),
        ("44", "44"),
        ("45", "44"),
        ("38", "38"),
        ("60", "68"),
        ("67", "68"),
        ("68", "68"),
        ("01", "01"),
    ],
)
def test_the_provinces_that_must_work_end_to_end(province: str, became: str) -> None:
    assert PLACES.successor(old(province)) == new(became)
    assert PLACES.succeeds(new(became), old(province))


def test_471_communes_were_split_and_stay_unresolved_in_their_province() -> None:
    split = [unit for unit in COMMUNES["vn-2004"] if PLACES.successor(unit).commune == UNRESOLVED]
    assert len(split) == 471
    for unit in split:
        unresolved, default = PLACES.successor(unit), PLACES.successor(unit, default_successor=True)
        assert PLACES.known(default)
        assert default.province_unit == unresolved.province_unit == PLACES.successor(unit.province_unit)


def test_a_split_commune_goes_to_its_main_part_only_when_asked() -> None:
    assert PLACES.successor(old("01", "00007")) == new("01", UNRESOLVED)
    assert PLACES.successor(old("01", "00007"), default_successor=True) == new("01", "00008")
    assert PLACES.name(Unit.parse("vn-2025/01/unresolved")) == UNRESOLVED


@given(old_units)
def test_every_old_unit_has_a_known_successor(unit: Unit) -> None:
    successor = PLACES.successor(unit)
    assert PLACES.known(successor) or PLACES.known(successor.province_unit)
    assert PLACES.known(PLACES.successor(unit, default_successor=True))
    assert (successor.commune is None) == (unit.commune is None)
    if successor.commune != UNRESOLVED:
        assert PLACES.successor(unit, default_successor=True) == successor
    assert PLACES.succeeds(successor, unit)


# And back


@given(old_units, st.booleans())
def test_the_predecessor_of_a_successor_is_the_old_province_or_not_attributable(
    unit: Unit, default: bool
) -> None:
    back = PLACES.predecessor(PLACES.successor(unit, default_successor=default))
    if back is not None:
        assert back.province_unit == unit.province_unit
        assert back.commune in {None, unit.commune}


@given(new_units)
def test_a_predecessor_is_known_and_is_succeeded(unit: Unit) -> None:
    predecessor = PLACES.predecessor(unit)
    if predecessor is not None:
        assert PLACES.known(predecessor)
        assert PLACES.succeeds(unit, predecessor)
        if predecessor.commune is not None or unit.commune is None:
            assert PLACES.successor(predecessor) == unit


def test_23_new_communes_lie_across_two_old_provinces() -> None:
    across = [unit for unit in COMMUNES["vn-2025"] if PLACES.predecessor(unit) is None]
    assert Counter(unit.province for unit in across) == {"92": 14, "31": 3, "86": 3, "80": 2, "82": 1}


def test_137_new_communes_are_one_old_commune_whole() -> None:
    resolved = [PLACES.predecessor(unit) for unit in COMMUNES["vn-2025"]]
    assert sum(unit is not None and unit.commune is not None for unit in resolved) == 137


def test_eleven_provinces_were_not_merged() -> None:
    alone = {unit: PLACES.predecessor(unit) for unit in PROVINCES["vn-2025"] if PLACES.predecessor(unit)}
    assert len(alone) == 11
    assert alone[new("38")] == old("38")


def test_a_commune_of_a_merged_province_tells_its_old_province() -> None:
    assert PLACES.predecessor(new("48")) is None
    assert PLACES.predecessor(new("48", "20335")) == old("49")
    assert PLACES.predecessor(new("48", UNRESOLVED)) is None
    assert PLACES.predecessor(new("38", UNRESOLVED)) == old("38")


def test_a_new_province_succeeds_its_parts_and_nothing_else() -> None:
    assert PLACES.predecessors(new("68")) == (old("60"), old("67"), old("68"))
    assert PLACES.succeeds(new("48", "20333"), old("49", "20335"))
    assert not PLACES.succeeds(new("44"), old("49"))
    assert not PLACES.succeeds(old("44"), old("44"))
    assert not PLACES.succeeds(new("49"), old("49"))


@pytest.mark.parametrize("unit", [new("48"), old("99"), old("49", "99999")])
def test_only_a_known_old_unit_has_a_successor(unit: Unit) -> None:
    with pytest.raises(KeyError):
        PLACES.successor(unit)
    with pytest.raises(KeyError):
        PLACES.successor(unit, default_successor=True)


@pytest.mark.parametrize("unit", [old("48"), new("49"), new("48", "99999"), new("49", UNRESOLVED)])
def test_only_a_known_new_unit_has_a_predecessor(unit: Unit) -> None:
    with pytest.raises(KeyError):
        PLACES.predecessor(unit)


@pytest.mark.parametrize(("code", "name"), [("75", "Đồng Nai"), ("22", "Quảng Ninh"), ("24", "Bắc Ninh")])
def test_a_province_that_became_a_city_has_its_name_by_the_day(code: str, name: str) -> None:
    unit = new(code)
    for day in (date(1970, 1, 1), JULY, date(2025, 12, 31)):
        assert PLACES.name(unit, day) == f"Tỉnh {name}"
    for later in (date(2026, 12, 31), None):
        assert PLACES.name(unit, later) == f"Thành phố {name}"


def test_no_other_name_changes() -> None:
    renamed = {unit for unit in OLD + NEW if PLACES.name(unit) != PLACES.name(unit, JULY)}
    assert renamed == {new("75"), new("22"), new("24")}
    assert {row["province_code"] for row in table("province-names")} == {"75", "22", "24"}


def test_a_name_whose_day_is_known_begins_on_it() -> None:
    named = {"scheme": "vn-2025", "province_code": "46", "from": "2027-03-01", "name": "Huế"}
    known = Gazetteer(table("provinces-2004-to-2025"), table("communes-2004-to-2025"), [named])
    assert known.name(new("46"), date(2027, 2, 28)) == "Thành phố Huế"
    assert known.name(new("46"), date(2027, 3, 1)) == known.name(new("46")) == "Huế"


def test_a_province_that_was_not_merged_is_the_same_in_both_schemes() -> None:
    same = [unit for unit in PROVINCES["vn-2025"] if PLACES.counterpart(unit) is not None]
    assert len(same) == 11
    for unit in same:
        before = PLACES.counterpart(unit)
        assert before is not None
        assert PLACES.counterpart(before) == unit
        assert PLACES.succeeds(unit, before)
        assert PLACES.name(before, JULY) == PLACES.name(unit, JULY)
    # 44 is another province than it was, and 48 a larger one
    for unit in (old("44"), new("44"), old("48"), new("48"), old("49")):
        assert PLACES.counterpart(unit) is None

"""Targets: compared exactly, and never with a denominator that nobody imported."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.group import groups
from schemas.target import (
    Measure,
    Operator,
    Status,
    Target,
    assess,
    parse_plans,
    parse_targets,
    plans,
    targets,
)
from schemas.unit import Unit, gazetteer


def target(sign: Operator = "=", value: str = "80", measure: Measure = "percent") -> Target:
    return Target(
        plan="quang-nam-2025",
        unit=Unit("vn-2004", "49"),
        due=date(2025, 12, 31),
        group="adults",
        indicator="trained",
        operator=sign,
        value=Decimal(value),
        measure=measure,
        quote="người dân trưởng thành",
    )


def plan_row(**changed: str) -> Mapping[str, str]:
    row = {"plan": "p", "scheme": "vn-2025", "province_code": "11", "date": "2025-08-14", "title": "Launch"}
    return {**row, "targets_stated": "1", "targets_known": "1", "note": "", **changed}


def target_row(**changed: str) -> Mapping[str, str]:
    row = {"plan": "p", "scheme": "vn-2025", "province_code": "11", "due": "2026-12-31", "group": "adults"}
    row |= {"indicator": "trained", "operator": ">", "value": "330000", "unit": "count", "quote": ""}
    return {**row, **changed}


# The packaged plans


def test_the_five_plans_say_how_many_of_their_targets_are_known() -> None:
    told = {code: (plan.targets_stated, plan.targets_known, plan.complete) for code, plan in plans().items()}
    assert told == {
        "quang-nam-2025": (4, 4, True),
        "quang-binh-2025": (0, 0, True),
        "thanh-hoa-2025-2026": (None, 8, None),
        "lam-dong-2025": (0, 0, True),
        "ha-noi-138": (6, 5, False),
    }


def test_plans_and_targets_name_known_units_and_groups() -> None:
    assert all(plan.unit is not None and gazetteer().known(plan.unit) for plan in plans().values())
    for stated in targets():
        assert stated.unit == plans()[stated.plan].unit
        assert stated.group in groups()


def test_quang_nam_has_its_targets_for_2025() -> None:
    stated = {
        t.group: (t.indicator, t.operator, int(t.value)) for t in targets() if t.plan == "quang-nam-2025"
    }
    assert stated == {
        "cadres": ("trained", "=", 80),
        "secondary-students": ("trained", "=", 100),
        "adults": ("trained", "=", 80),
        "enterprise-workers": ("trained", "=", 80),
    }
    assert plans()["quang-nam-2025"].unit == Unit("vn-2004", "49")


def test_thanh_hoa_has_two_indicators_for_adults() -> None:
    adults = [
        (t.indicator, int(t.value))
        for t in targets()
        if (t.plan, t.group, t.due) == ("thanh-hoa-2025-2026", "adults", date(2025, 12, 31))
    ]
    assert adults == [("trained", 85), ("confirmed", 60)]


def test_ha_noi_has_two_external_targets() -> None:
    external = {t.external: (t.group, t.operator, int(t.value)) for t in targets() if t.external is not None}
    assert external == {"smartphone": ("adults", ">", 85), "e-payment-account": ("urban-adults", ">", 50)}


# Assessment


@pytest.mark.parametrize(
    ("sign", "figure", "status"),
    [
        ("=", 8_000, "met"),
        ("=", 8_001, "met"),
        ("=", 7_999, "not met"),
        (">=", 8_000, "met"),
        (">=", 7_999, "not met"),
        (">", 8_000, "not met"),
        (">", 8_001, "met"),
    ],
)
def test_equal_is_met_at_or_above_and_above_only_above(sign: Operator, figure: int, status: Status) -> None:
    assert assess(target(sign), figure, 10_000).status == status


def test_a_value_that_rounds_to_the_target_does_not_meet_it() -> None:
    found = assess(target("="), 79_999_999, 100_000_000)
    assert found.status == "not met"
    assert found.percent == Fraction("79.999999")
    assert found.as_json()["percent"] == 79.999999


def test_a_third_is_exact() -> None:
    assert assess(target(value="33.3"), 333, 1_000).status == "met"
    assert assess(target(value="33.4"), 1, 3).status == "not met"
    assert assess(target(), 1, 3).percent == Fraction(100, 3)


@pytest.mark.parametrize("denominator", [None, 0])
def test_without_a_denominator_the_count_is_shown_and_the_lack_is_said(denominator: int | None) -> None:
    found = assess(target(), 3_444, denominator)
    assert (found.count, found.percent, found.status) == (3_444, None, "no denominator")
    assert not found.over_hundred


@pytest.mark.parametrize("denominator", [None, 10_000])
def test_without_a_figure_nothing_is_compared(denominator: int | None) -> None:
    found = assess(target(), None, denominator)
    assert (found.count, found.denominator, found.percent) == (None, denominator, None)
    assert found.status == "no figure"


def test_no_learner_is_a_figure() -> None:
    assert assess(target(), 0, 10_000).status == "not met"


def test_over_a_hundred_per_cent_is_shown_and_flagged() -> None:
    found = assess(target(), 10_500, 10_000)
    assert (found.percent, found.over_hundred, found.status) == (Fraction(105), True, "met")
    assert not assess(target(), 10_000, 10_000).over_hundred


def test_a_head_count_needs_no_denominator() -> None:
    dien_bien = target(">", "330000", "count")
    assert assess(dien_bien, 330_000, None).status == "not met"
    assert assess(dien_bien, 330_001, None).status == "met"
    assert assess(dien_bien, 330_001, 660_002).percent == 50


def test_an_assessment_is_of_json_types() -> None:
    assert orjson.loads(orjson.dumps(assess(target(), 10_500, 10_000).as_json())) == {
        "count": 10_500,
        "denominator": 10_000,
        "percent": 105.0,
        "status": "met",
        "over_hundred": True,
    }


@pytest.mark.parametrize(("figure", "denominator"), [(-1, 10), (1, -10)])
def test_people_are_not_negative(figure: int, denominator: int) -> None:
    with pytest.raises(ValueError, match="expected numbers of people"):
        assess(target(), figure, denominator)


@given(st.integers(0, 10**9), st.integers(1, 10**9), st.integers(0, 10_000))
def test_a_percentage_is_met_exactly_when_the_whole_numbers_say_so(
    figure: int, denominator: int, hundredths: int
) -> None:
    found = assess(target("=", str(Decimal(hundredths) / 100)), figure, denominator)
    assert (found.status == "met") == (10_000 * figure >= hundredths * denominator)
    assert found.over_hundred == (figure > denominator)


@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_one_learner_more_never_loses_a_target(figure: int, denominator: int) -> None:
    if assess(target(), figure, denominator).status == "met":
        assert assess(target(), figure + 1, denominator).status == "met"


# Tables that are wrong


def test_a_plan_may_be_the_nations_and_need_not_state_its_number_of_targets() -> None:
    plan = parse_plans([plan_row(scheme="", province_code="", targets_stated="")])["p"]
    assert (plan.unit, plan.targets_stated, plan.complete) == (None, None, None)
    (national,) = parse_targets([target_row(scheme="", province_code="")], {"p": plan})
    assert national.unit is None


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"plan": "q"}, "no such plan"),
        ({"group": "weavers"}, "no such group"),
        ({"indicator": "trainde"}, "expected an indicator"),
        ({"indicator": "external:"}, "expected an indicator"),
        ({"group": "urban-adults"}, "for external figures only"),
        ({"operator": "<"}, "column operator: expected one of =, >=, >"),
        ({"unit": "per mille"}, "column unit: expected one of percent, count"),
        ({"value": "many"}, "expected a number"),
        ({"value": "-1"}, "expected a number"),
        ({"province_code": "03"}, "has no province"),
        ({"province_code": ""}, "has no province"),
        ({"unit": "percent", "value": "101"}, "no group has more"),
        ({"due": "31/12/2026"}, "expected a day as 2025-12-31"),
    ],
)
def test_a_target_that_is_wrong_is_refused(changed: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_targets([target_row(**changed)], parse_plans([plan_row()]))


def test_a_plan_knows_the_number_of_its_targets() -> None:
    with pytest.raises(ValueError, match="plan p: knows 2 targets, got 1"):
        parse_targets([target_row()], parse_plans([plan_row(targets_known="2")]))

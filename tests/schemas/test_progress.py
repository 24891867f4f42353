"""What is missing of a target, and whether the pace makes up for it: exact, on unrounded values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.progress import RECENT, assess_external, gap, pace
from schemas.target import Measure, Operator, Status, Target, assess


def target(operator: Operator = "=", value: str = "80", measure: Measure = "percent") -> Target:
    day = date(2025, 12, 31)
    return Target("p", None, day, "adults", "trained", operator, Decimal(value), measure, "")


OPERATORS = st.sampled_from(["=", ">=", ">"])
VALUES = st.integers(0, 10_000).map(lambda it: str(Decimal(it) / 100))


@given(st.integers(0, 5000), st.integers(1, 5000), OPERATORS, VALUES)
def test_the_gap_is_the_least_number_of_people_that_meets_the_target(
    count: int, denominator: int, operator: Operator, value: str
) -> None:
    wanted = target(operator, value)
    missing = gap(wanted, assess(wanted, count, denominator)).people
    assert missing is not None
    assert assess(wanted, count + missing, denominator).status == "met"
    if missing:
        assert assess(wanted, count + missing - 1, denominator).status == "not met"


@given(st.integers(0, 5000), OPERATORS, VALUES)
def test_of_a_head_count_too_and_it_needs_no_denominator(count: int, operator: Operator, value: str) -> None:
    wanted = target(operator, value, "count")
    found = gap(wanted, assess(wanted, count, None))
    assert found.people is not None and found.points is None
    assert assess(wanted, count + found.people, None).status == "met"
    assert not found.people or assess(wanted, count + found.people - 1, None).status == "not met"


def test_points_are_percentage_points_and_exact() -> None:
    assert gap(target(), assess(target(), 1, 3)).points == 80 - Fraction(100, 3)
    for count in (8, 9):
        assert gap(target(), assess(target(), count, 10)).points == 0
    # above 50 % is not met at 50 %: a person is missing, and no point
    half = target(">", "50")
    found = gap(half, assess(half, 50, 100))
    assert (found.people, found.points) == (1, Fraction(0))


def test_without_a_denominator_nothing_is_made_up() -> None:
    found = gap(target(), assess(target(), 3444, None))
    assert (found.people, found.points) == (None, None)
    going = pace(target(), assess(target(), 3444, None), 10, 60)
    assert going is not None
    assert (going.needed, going.reaches, going.present) == (None, None, Fraction(60, RECENT))


def test_the_pace_reaches_exactly_what_the_days_allow() -> None:
    wanted = target("=", "100", "count")
    short = assess(wanted, 40, None)
    for recent, reaches in ((RECENT * 6, True), (RECENT * 6 - 1, False)):
        going = pace(wanted, short, 10, recent)
        assert going is not None
        assert (going.needed, going.reaches) == (Fraction(6), reaches)
    assert pace(wanted, short, 0, 300) is None
    back = pace(wanted, short, 10, -30)
    assert back is not None and (back.present, back.reaches) == (Fraction(-1), False)
    met = pace(wanted, assess(wanted, 100, None), 10, 0)
    assert met is not None and (met.needed, met.reaches) == (Fraction(0), True)
    assert pace(wanted, assess(wanted, None, None), 10, 0) is None


@pytest.mark.parametrize(
    ("wanted", "value", "measure", "denominator", "status", "percent"),
    [
        (target(">", "85"), "85", "percent", None, "not met", 85),
        (target(">", "85"), "85.01", "percent", None, "met", Fraction("85.01")),
        (target(">", "85"), "86", "count", 100, "met", 86),
        (target(">", "85"), "86", "count", None, "no denominator", None),
        (target("=", "500", "count"), "500", "count", None, "met", None),
        (target("=", "500", "count"), "86", "percent", 1000, "not comparable", 86),
    ],
)
def test_an_imported_figure_is_compared_in_the_targets_measure(
    wanted: Target,
    value: str,
    measure: Measure,
    denominator: int | None,
    status: Status,
    percent: Fraction | None,
) -> None:
    assert assess_external(wanted, Decimal(value), measure, denominator) == (status, percent)

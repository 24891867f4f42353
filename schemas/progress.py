"""How far a figure is from its target, and whether it is under way to it in time."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Final

from schemas.target import Assessment, Measure, Status, Target

RECENT: Final = 30
"""Whole days, before the day that is under way, over which the present pace is taken; and those of a
month.
"""


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing. `people`: how many more would meet the target, the least number; None without a
    denominator where one is needed. `points`: percentage points up to the target's value, of a target that
    is a percentage. Both are 0 where the target is met; a target above a value may lack people and no
    points.
    """

    people: int | None
    points: Fraction | None


@dataclass(frozen=True, slots=True)
class Pace:
    """How the days that are left compare with the last ones.

    `days_left`: up to and with the due date, with the day that is under way. `needed`: people a day that
    would meet the target, None without a denominator. `present`: people a day, over the last RECENT whole
    days. `reaches`: whether going on so meets the target, None where nothing tells.
    """

    days_left: int
    needed: Fraction | None
    present: Fraction
    reaches: bool | None


def gap(target: Target, assessment: Assessment) -> Gap:
    """What is missing of a figure that is counted."""
    points = points_missing(target, assessment.percent)
    wanted = _wanted(target, assessment.denominator)
    if assessment.count is None or wanted is None:
        return Gap(None, points)
    return Gap(max(0, wanted - assessment.count), points)


def pace(target: Target, assessment: Assessment, days_left: int, recent: int) -> Pace | None:
    """How a figure goes on. `recent`: people of the last RECENT whole days, fewer than none where more were
    taken back. None without a figure, or where no day is left.
    """
    if assessment.count is None or days_left < 1:
        return None
    present = Fraction(recent, RECENT)
    missing = gap(target, assessment).people
    if missing is None:
        return Pace(days_left, None, present, None)
    return Pace(days_left, Fraction(missing, days_left), present, present * days_left >= missing)


def assess_external(
    target: Target, value: Decimal, measure: Measure, denominator: int | None
) -> tuple[Status, Fraction | None]:
    """How an imported figure stands to its target, and in per cent where it can be said.

    A number is made a percentage by the denominator; a percentage of a target that is a number is not
    compared.
    """
    figure = Fraction(value)
    if measure == "percent":
        percent: Fraction | None = figure
    else:
        percent = 100 * figure / denominator if denominator else None
    if target.measure == "count" and measure == "percent":
        return "not comparable", percent
    reached = percent if target.measure == "percent" else figure
    if reached is None:
        return "no denominator", None
    return "met" if target.is_met(reached) else "not met", percent


def points_missing(target: Target, percent: Fraction | None) -> Fraction | None:
    """The percentage points up to a target that is a percentage; 0 where it is reached."""
    if target.measure != "percent" or percent is None:
        return None
    return max(Fraction(0), Fraction(target.value) - percent)


def _wanted(target: Target, denominator: int | None) -> int | None:
    """The least number of people that meets the target."""
    value = Fraction(target.value)
    if target.measure == "percent":
        if not denominator:
            return None
        value = value * denominator / 100
    return floor(value) + 1 if target.operator == ">" else ceil(value)

"""Rules change between two editions, and no small number of people follows from that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from lrs.editions.draft import draft, read_public
from lrs.editions.frozen import Frozen
from lrs.reports.basis import Cells
from schemas.calendar import end_of
from schemas.edition import Edition
from schemas.plan_book import packaged
from schemas.ruleset import Ruleset, TrainedRule

THREE = TrainedRule(topics=3, courses=None)
ONE, OTHER = "quang-nam-2025", "thanh-hoa-2025-2026"
BOTH = {ONE: THREE, OTHER: THREE}


def issued(before: Edition | None, day: str, rules: Ruleset, counts: Mapping[str, int]) -> Edition:
    """An edition in which so many cadres of Thanh Hóa are counted by these measures."""
    cells = {
        f"g|{grain}|38~38|{period}|adults+cadres|{measure}": count
        for measure, count in {"registered": 500, **counts}.items()
        for grain, period in (
            ("total", "total"),
            ("year", "2025"),
            ("month", "2025-05"),
            ("day", "2025-05-01"),
        )
    }
    frozen = Frozen(Cells(rules, end_of(date.fromisoformat(day)), cells), packaged())
    return draft(frozen, before, date.fromisoformat(day), 1, 10)


def count_of(edition: Edition) -> tuple[int | None, int | None]:
    """The figure of the target of cadres, and in which edition it was counted."""
    (figure,) = (
        row.count
        for row in read_public(edition).targets
        if (row.plan, row.group, row.due) == (OTHER, "cadres", "2025-12-31")
    )
    return figure.value, figure.edition


@pytest.mark.parametrize(("now", "expected"), [(104, (101, 1)), (111, (111, 2))])
def test_a_figure_is_known_by_its_rule_whichever_plan_has_it(now: int, expected: tuple[int, int]) -> None:
    measures = {"trained": 300, f"trained:{ONE}": 101, f"trained:{OTHER}": 101}
    first = issued(None, "2025-06-01", Ruleset(number=1, trained_in=BOTH), measures)
    assert count_of(first) == (101, 1)
    alone = Ruleset(number=2, trained_in={OTHER: THREE})
    second = issued(first, "2025-06-02", alone, {"trained": 300, f"trained:{OTHER}": now})
    assert count_of(second) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    # hidden, since 104 of everybody are shown by this rule for the first time
    [(104, (None, None)), (111, (111, 2)), (299, (300, 1))],
)
def test_the_rule_of_a_plan_becomes_the_rule_of_all(now: int, expected: tuple[int, int]) -> None:
    measures = {"trained": 300, f"trained:{ONE}": 101, f"trained:{OTHER}": 101}
    first = issued(None, "2025-06-01", Ruleset(number=1, trained_in=BOTH), measures)
    second = issued(first, "2025-06-02", Ruleset(number=2, trained=THREE), {"trained": now})
    assert count_of(second) == expected


@pytest.mark.parametrize(("now", "expected"), [(304, (300, 1)), (311, (311, 2))])
def test_the_rule_of_all_becomes_the_rule_of_a_plan(now: int, expected: tuple[int, int]) -> None:
    first = issued(None, "2025-06-01", Ruleset(number=1), {"trained": 300})
    rules = Ruleset(number=2, trained=THREE, trained_in={OTHER: TrainedRule()})
    second = issued(first, "2025-06-02", rules, {"trained": 101, f"trained:{OTHER}": now})
    assert count_of(second) == expected

"""Targets: the cumulative figure at the due date, by the plan's own rule, and never a made-up percentage."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.reports import targets_reading
from lrs.reports.cumulative import Cumulative
from lrs.reports.refused import Refused
from lrs.reports.targets import TargetLine
from lrs.reports.targets_sheet import sheet
from schemas.calendar import periods_of
from schemas.plan_book import PlanBook, packaged
from schemas.target import Plan, Target, plans
from schemas.xapi import parse_timestamp
from tests.reports.conftest import World
from tests.reports.learning import ADL, basis_of, cells_of, fact

THANH_HOA = "thanh-hoa-2025-2026"
BOOK = packaged()
AFTER = parse_timestamp("2026-02-01T00:00:00Z")
"""When every target of 2025 is due."""
PLAN = Plan("p", None, date(2025, 1, 1), "A plan of the nation", None, 1, "")


def row_of(target: Target) -> dict[str, str]:
    """A target as a row of its table."""
    scheme, _, code = str(target.unit or "/").partition("/")
    said = {"plan": target.plan, "scheme": scheme, "province_code": code, "due": target.due.isoformat()}
    wanted = {"operator": target.operator, "value": str(target.value), "unit": target.measure}
    return {**said, **wanted, "group": target.group, "indicator": target.indicator, "quote": target.quote}


def lines(plan: str, cells: dict[str, int], through: str = "2026-02-01T00:00:00Z") -> list[TargetLine]:
    made = targets_reading.build(basis_of(cells, through), targets_reading.plans_of(BOOK, plan), BOOK)
    return list(made.plans[0].targets)


def line(indicator: str, cells: dict[str, int], through: str = "2026-02-01T00:00:00Z") -> TargetLine:
    wanted = Target(
        "p", None, date(2025, 6, 30), "adults", indicator, ">=", Decimal(2), "count", "two people"
    )
    book = BOOK.with_(PlanBook.of({"targets": [row_of(wanted)]}))
    return targets_reading.build(basis_of(cells, through), [PLAN], book).plans[0].targets[0]


def adults(when: str, *names: str, place: str = "vn-2025/38") -> dict[str, int]:
    return cells_of([fact(name, when=when, place=place, groups=("adults",), topic=1) for name in names])


DAYS = st.dates(date(2023, 1, 1), date(2028, 12, 31))


@given(st.lists(DAYS, max_size=20), DAYS)
def test_years_months_and_days_add_up_to_those_up_to_the_day(dated: list[date], due: date) -> None:
    cells: dict[str, int] = {}
    for day in dated:
        for period in periods_of(day.isoformat()):
            key = f"g|vn-2025/38|adults|{period}|trained"
            cells[key] = cells.get(key, 0) + 1
    kept = Cumulative(cells)
    assert kept.by("vn-2025/38|adults", "trained", due) == sum(day <= due for day in dated)
    assert kept.by("vn-2025/38|adults", "trained", due + timedelta(days=2200)) == len(dated)


def test_the_due_date_counts_and_the_day_after_does_not() -> None:
    for when, count in (("2025-12-31T23:59:59+07:00", 1), ("2026-01-01T00:00:00+07:00", 0)):
        cells = cells_of([fact("an", when=when, place="vn-2004/49", groups=("cadres",), topic=1)])
        assert [it.count for it in lines("quang-nam-2025", cells)] == [count, 0, count, 0]


def test_without_an_imported_denominator_the_count_is_shown_and_the_status_says_so() -> None:
    cells = cells_of([fact("an", place="vn-2004/49", groups=("cadres",), topic=1)])
    first = lines("quang-nam-2025", cells)[0]
    assert (first.count, first.denominator, first.percent, first.status) == (1, None, None, "no denominator")


def test_an_external_figure_is_never_counted() -> None:
    external = [it for it in lines("ha-noi-138", {}) if it.indicator.startswith("external:")]
    assert [(it.indicator, it.count, it.status) for it in external] == [
        ("external:smartphone", None, "no figure"),
        ("external:e-payment-account", None, "no figure"),
    ]


def test_trained_is_by_the_plans_own_rule_where_it_has_one() -> None:
    done = (("an", 1), ("an", 2), ("binh", 1))
    cells = cells_of(fact(who, topic=it, place="vn-2004/38", groups=("cadres",)) for who, it in done)
    first = lines(THANH_HOA, cells)[0]
    assert first.rule is not None
    assert (first.count, first.rule.own, first.rule.words) == (1, True, "completed at least 2 topics")
    other = lines("quang-nam-2025", {})[0]
    assert other.rule is not None
    assert (other.rule.own, other.rule.words) == (False, "completed at least 1 topic or 1 course")


def test_confirmed_is_another_indicator_than_trained() -> None:
    cells = cells_of(
        [fact("an", place="vn-2004/38", groups=("adults",), confirmation=("literacy", "vneid", "confirmed"))]
    )
    confirmed = next(it for it in lines(THANH_HOA, cells) if it.indicator == "confirmed")
    assert (confirmed.count, confirmed.rule) == (1, None)


def test_until_the_due_date_is_over_the_figure_is_so_far() -> None:
    for through, so_far in (("2025-12-31T16:59:59.999Z", True), ("2025-12-31T17:00:00Z", False)):
        assert {it.so_far for it in lines("quang-nam-2025", {}, through)} == {so_far}


def test_the_nation_is_the_sum_of_its_lines() -> None:
    cells = adults("2025-05-01T00:00:00Z", "an") | adults("2025-05-01T00:00:00Z", "binh", place="vn-2025/01")
    made = line("trained", cells)
    assert (made.code, made.count, made.status) == (None, 2, "met")


def test_active_people_of_many_periods_have_no_figure_at_a_day_that_is_past() -> None:
    cells = adults("2025-05-01T00:00:00Z", "an", "binh")
    assert (line("active", cells).count, line("active", cells).status) == (None, "no figure")
    so_far = line("active", cells, "2025-06-01T00:00:00Z")
    assert (so_far.count, so_far.so_far) == (2, True)


def test_a_plan_says_how_many_of_its_targets_are_known() -> None:
    made = targets_reading.build(basis_of({}), plans().values(), BOOK).plans
    assert [it.plan for it in made] == list(plans())
    said = {it.plan: (it.targets_stated, it.targets_known, it.complete) for it in made}
    assert said["ha-noi-138"] == (6, 5, False)
    assert said[THANH_HOA] == (None, 8, None)
    assert [len(it.targets) for it in made] == [4, 0, 8, 0, 5]


def test_an_unknown_plan_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(Refused, match="ha-noi-138") as refused:
        targets_reading.plans_of(BOOK, "hanoi")
    assert (refused.value.code, refused.value.parameter) == ("unknown-plan", "plan")


def test_every_plan_is_in_the_table_also_without_targets() -> None:
    table = sheet(targets_reading.build(basis_of({}), plans().values(), BOOK))
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    assert len(rows) == 17 + 2
    launch = next(row for row in rows if row["plan"] == "quang-binh-2025")
    assert (launch["unit"], launch["group"], launch["count"]) == ("vn-2004/44", None, None)
    assert rows[0]["so_far"] == "true"


def test_only_groups_with_targets_are_read() -> None:
    prefixes = list(
        targets_reading.prefixes(targets_reading.plans_of(BOOK, "ha-noi-138"), BOOK.targets, AFTER)
    )
    assert prefixes == [
        "g|total|01~01|",
        "g|year|01~01|",
        "g|month|01~01|",
        "g|day|01~01|2025-12",
    ]
    nation = Target("p", None, date(2025, 1, 1), "adults", "registered", "=", Decimal(1), "count", "")
    assert len(list(targets_reading.prefixes([PLAN], [nation], AFTER))) == 4 * (63 + 34 + 1)


async def test_what_was_aggregated_is_what_is_read(world: World) -> None:
    await world.fill(cells_of([fact("an", f"{ADL}passed", place="vn-2004/01", groups=("cadres",), topic=1)]))
    made = await targets_reading.read(world.store, world.log, "ha-noi-138")
    assert [it.count for it in made.plans[0].targets] == [1, 1, None, None, 0]

"""Targets: the cumulative figure at the due date, by the plan's own rule, and never a made-up percentage."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.plans.importing import File, keep, propose
from lrs.plans.spreadsheet import sheets_of
from lrs.reports import targets_reading
from lrs.reports.cumulative import Cumulative
from lrs.reports.refused import Refused
from lrs.reports.targets import TargetLine
from lrs.reports.targets_sheet import sheet
from schemas.calendar import periods_of
from schemas.plan_book import PlanBook, packaged
from schemas.plan_sheet import check, read_sheets
from schemas.target import Plan, Target, plans
from schemas.unit import Unit
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
    assert rows[0]["so_far"] is True


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


FIGURES = """scheme,province_code,group,date,people,source
vn-2004,49,cadres,2025-04-01,3,Quảng Nam's office of statistics
vn-2004,38,adults,2025-06-30,10,Thanh Hóa's office of statistics
vn-2004,01,adults,2025-04-01,1000,Hà Nội's office of statistics
"""
EXTERNAL = """scheme,province_code,group,indicator,date,value,unit,source
vn-2004,01,adults,external:smartphone,2025-11-30,85,percent,survey 1
vn-2004,01,urban-adults,external:e-payment-account,2026-01-15,70,percent,survey 2
"""


def imported(*tables: str) -> PlanBook:
    """The packaged plans with these tables of CSV imported."""
    sheets = [sheet for text in tables for sheet in sheets_of("t.csv", text.encode())]
    return check(read_sheets(sheets), BOOK)


def lines_with(
    book: PlanBook, plan: str, cells: dict[str, int], through: str = "2026-02-01T00:00:00Z"
) -> list[TargetLine]:
    made = targets_reading.build(basis_of(cells, through), targets_reading.plans_of(book, plan), book)
    return list(made.plans[0].targets)


def test_an_imported_denominator_makes_a_percentage_with_its_source_and_what_is_missing() -> None:
    cells = cells_of([fact(it, place="vn-2004/49", groups=("cadres",), topic=1) for it in ("an", "binh")])
    first, second, *_ = lines_with(imported(FIGURES), "quang-nam-2025", cells)
    assert (first.count, first.denominator, first.status) == (2, 3, "not met")
    assert first.percent == 200 / 3
    assert first.denominator_source is not None
    assert first.denominator_source.model_dump() == {
        "people": 3,
        "date": "2025-04-01",
        "source": "Quảng Nam's office of statistics",
    }
    assert (first.gap.people, first.gap.percentage_points) == (1, float(80 - Fraction(200, 3)))
    assert (second.status, second.denominator_source) == ("no denominator", None)


def test_more_people_than_the_group_has_are_shown_and_flagged() -> None:
    cells = cells_of([fact(str(n), place="vn-2004/49", groups=("cadres",), topic=1) for n in range(4)])
    first = lines_with(imported(FIGURES), "quang-nam-2025", cells)[0]
    assert (first.percent, first.over_hundred, first.status) == (400 / 3, True, "met")
    assert (first.gap.people, first.gap.percentage_points) == (0, 0)


def test_an_external_indicator_is_the_imported_figure_with_its_source_and_never_one_of_statements() -> None:
    cells = cells_of([fact(str(n), place="vn-2004/01", groups=("adults",), topic=1) for n in range(900)])
    book = imported(FIGURES, EXTERNAL)
    smartphone, payment = (it for it in lines_with(book, "ha-noi-138", cells) if it.rule is None)
    assert smartphone.imported is not None
    assert smartphone.imported.model_dump() == {
        "value": "85",
        "measure": "percent",
        "date": "2025-11-30",
        "source": "survey 1",
    }
    # more than 85 % is wanted, and 85 % is not more
    assert (smartphone.count, smartphone.percent, smartphone.status) == (None, 85, "not met")
    assert (smartphone.gap.people, smartphone.gap.percentage_points, smartphone.pace) == (None, 0, None)
    # what was found after the due date says nothing of it
    assert (payment.count, payment.imported, payment.status) == (None, None, "no figure")


def test_the_pace_is_that_of_the_last_thirty_whole_days_and_says_whether_it_will_do() -> None:
    """On 2025-12-01, with the day under way: 31 days are left, of 10 adults 8.5 are wanted."""
    days = ["2025-10-31", "2025-11-01", "2025-11-30", "2025-12-01"]
    cells = cells_of(
        fact(f"{day} {n}", when=f"{day}T12:00:00+07:00", place="vn-2004/38", groups=("adults",), topic=topic)
        for day in days
        for n in range(2)
        for topic in (1, 2)
    )
    line = next(
        it
        for it in lines_with(imported(FIGURES), THANH_HOA, cells, "2025-12-01T13:00:00Z")
        if (it.group, it.indicator, it.due) == ("adults", "trained", "2025-12-31")
    )
    assert (line.count, line.denominator, line.gap.people) == (8, 10, 1)
    assert line.pace is not None
    # those of 2025-11-01 and 2025-11-30, not of the day before and of the day under way
    assert line.pace.model_dump() == {
        "days_left": 31,
        "needed_per_day": 1 / 31,
        "needed_per_month": 30 / 31,
        "present_per_day": 4 / 30,
        "reaches": True,
    }
    over = lines_with(imported(FIGURES), THANH_HOA, cells)
    assert {it.pace for it in over if it.due == "2025-12-31"} == {None}


def test_the_months_of_the_present_pace_are_read_while_a_target_is_not_due() -> None:
    chosen = targets_reading.plans_of(BOOK, "ha-noi-138")
    on = parse_timestamp("2025-08-15T00:00:00Z")
    days = [it for it in targets_reading.prefixes(chosen, BOOK.targets, on) if it.startswith("g|day")]
    assert days == ["g|day|01~01|2025-12", "g|day|01~01|2025-07", "g|day|01~01|2025-08"]


def test_old_provinces_targets_are_shown_under_the_new_one_each_for_its_own_people() -> None:
    of_48 = """plan,scheme,province_code,date,title,targets_stated,targets_known,note
da-nang,vn-2025,48,2025-09-01,Đà Nẵng,,0,
old-da-nang,vn-2004,48,2025-05-01,Đà Nẵng before,,0,
"""
    book = imported(of_48)
    units = {
        str(unit): [it.code for it in targets_reading.plans_of(book, None, unit)]
        for unit in (
            Unit("vn-2025", "48"),
            Unit("vn-2004", "49"),
            Unit("vn-2004", "48"),
            Unit("vn-2025", "44"),
        )
    }
    assert units == {
        "vn-2025/48": ["quang-nam-2025", "da-nang", "old-da-nang"],
        "vn-2004/49": ["quang-nam-2025"],
        "vn-2004/48": ["old-da-nang"],
        "vn-2025/44": ["quang-binh-2025"],
    }
    cells = cells_of(
        fact(f"{place} {n}", place=place, groups=("cadres",), topic=1)
        for place, heads in (("vn-2004/49", 2), ("vn-2004/48", 3), ("vn-2025/48", 4))
        for n in range(heads)
    )
    chosen = targets_reading.plans_of(book, None, Unit("vn-2025", "48"))
    quang_nam, *_ = targets_reading.build(basis_of(cells), chosen, book).plans
    assert quang_nam.now is not None
    assert (quang_nam.scheme, quang_nam.code, quang_nam.name) == ("vn-2004", "49", "Tỉnh Quảng Nam")
    assert (quang_nam.now.scheme, quang_nam.now.code, quang_nam.now.name) == (
        "vn-2025",
        "48",
        "Thành phố Đà Nẵng",
    )
    assert quang_nam.targets[0].count == 2


def test_everybody_may_be_counted_of() -> None:
    text = """plan,scheme,province_code,date,title,targets_stated,targets_known,note
dong-thap,vn-2025,82,2025-09-01,Đồng Tháp,,1,
"""
    wanted = """plan,scheme,province_code,due,group,indicator,operator,value,unit,quote
dong-thap,vn-2025,82,2025-12-31,*,registered,>=,3,count,
"""
    cells = cells_of([fact("an", place="vn-2025/82", groups=("adults",)), fact("binh", place="vn-2004/82")])
    (line,) = lines_with(imported(text, wanted), "dong-thap", cells)
    assert (line.count, line.status, line.gap.people) == (2, "not met", 1)


def test_the_table_has_where_figures_are_from() -> None:
    book = imported(FIGURES, EXTERNAL)
    table = sheet(targets_reading.build(basis_of({}), book.plans.values(), book))
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    first = rows[0]
    assert (first["denominator"], first["denominator_date"]) == (3, "2025-04-01")
    assert (first["denominator_source"], first["gap_people"]) == ("Quảng Nam's office of statistics", 3)
    assert (first["now_unit"], first["present_per_day"], first["reaches"]) == ("vn-2025/48", 0, False)
    (found,) = [row for row in rows if row["indicator"] == "external:smartphone"]
    assert (found["imported_value"], found["imported_source"], found["count"]) == ("85", "survey 1", None)
    assert {row["plans_import"] for row in rows} == {0}


async def test_an_import_is_in_the_next_report(world: World) -> None:
    proposal = await propose(world.store, [File("d.csv", FIGURES.encode())], "an")
    before = await targets_reading.read(world.store, world.log, "quang-nam-2025")
    assert await keep(world.store, proposal)
    after = await targets_reading.read(world.store, world.log, "quang-nam-2025")
    assert [(it.book.number, it.plans[0].targets[0].denominator) for it in (before, after)] == [
        (0, None),
        (1, 3),
    ]
    with pytest.raises(ValueError, match="somebody else imported"):
        await keep(world.store, proposal)

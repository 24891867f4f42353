"""How figures went through time: by month, and the days of a month."""

import pytest

from lrs.reports import basis, province_reading, trend_reading
from lrs.reports.measures import COLUMNS
from lrs.reports.sheet import render
from lrs.reports.trend import Trend
from schemas.figure import figures
from schemas.unit import SCHEMES, Scheme
from tests.reports.conftest import World
from tests.reports.learning import ADL, basis_of, cells_of, classroom, fact

DATED = [column for column in COLUMNS if column != "active"]
"""What each learner, and each statement, has one moment of."""


def report(
    scheme: Scheme = "vn-2025", code: str | None = None, period: str = "total", group: str = "*"
) -> Trend:
    return trend_reading.build(basis_of(cells_of(classroom())), scheme, code, period, group)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("period", ["total", "2025", "2025-04"])
def test_every_step_of_the_nation_is_the_figure_as_it_is_kept(scheme: Scheme, period: str) -> None:
    kept = figures(cells_of(classroom()))
    made = report(scheme, period=period)
    assert made.steps
    for step in made.steps:
        for column, measure in COLUMNS.items():
            expected = sum(
                count
                for key, count in kept.items()
                if key.startswith(f"g|{scheme}/")
                and key.count("/") == 1
                and key.endswith(f"|*|{step.period}|{measure}")
            )
            assert getattr(step, column) == expected, (step.period, column)


def test_what_happens_once_sums_to_the_whole_and_who_is_active_twice_is_there_once() -> None:
    cells = cells_of(
        [
            fact("an", f"{ADL}registered", "2025-04-01T00:00:00+07:00", place="vn-2025/48"),
            fact("an", when="2025-04-18T08:00:00+07:00", place="vn-2025/48", topic=1),
            fact("an", when="2025-05-02T08:00:00+07:00", place="vn-2025/48", topic=2),
        ]
    )
    made = trend_reading.build(basis_of(cells), "vn-2025", "48", "total", "*")
    for column in DATED:
        assert sum(getattr(step, column) for step in made.steps) == getattr(made.whole, column), column
    assert [step.active for step in made.steps] == [1, 1]
    assert made.whole.active == 1


def test_a_month_is_cut_by_day_and_a_day_stands_for_its_month() -> None:
    days = report(period="2025-04")
    assert (days.grain, days.period, [it.period for it in days.steps]) == ("day", "2025-04", ["2025-04-18"])
    assert report(period="2025-04-20") == days
    assert report(period="2025").grain == report().grain == "month"
    assert report(period="2024").steps == ()


def test_months_of_a_province_are_those_of_its_report() -> None:
    found = basis_of(cells_of(classroom()))
    of_province = province_reading.build(found, "vn-2025", "48", "*").months.lines
    trend = report(code="48").steps
    assert [it.model_dump(exclude={"period"}) for it in trend] == [
        it.model_dump(exclude={"month"}) for it in of_province
    ]
    assert [it.period for it in trend] == [it.month for it in of_province] == ["2025-04", "2025-05"]


def test_a_group_has_its_own_figures_and_the_same_steps() -> None:
    cadres, everybody = report(code="48", group="cadres"), report(code="48")
    assert [it.period for it in cadres.steps] == [it.period for it in everybody.steps]
    assert (cadres.whole.registered, everybody.whole.registered) == (1, 2)
    assert (cadres.whole.statements, cadres.steps[0].statements) == (None, None)


def test_an_old_province_is_not_what_took_over_its_code() -> None:
    assert (report("vn-2004", "44").whole.active, report("vn-2025", "44").whole.active) == (1, 2)
    assert report("vn-2004", "not-attributable").whole.active == 3


async def test_what_is_read_from_the_store_is_what_all_cells_make(world: World) -> None:
    cells = cells_of(classroom())
    await world.fill(cells)
    for scheme in SCHEMES:
        for code in (None, "48", "not-stated"):
            for period in ("total", "2025", "2025-04"):
                read = await trend_reading.read(world.store, world.log, scheme, code, period, "*")
                built = trend_reading.build(basis_of(cells), scheme, code, period, "*")
                assert (read.steps, read.whole) == (built.steps, built.whole), (scheme, code, period)


def test_the_table_has_each_step_and_the_whole() -> None:
    made = report(code="48")
    rows = render(made.head, trend_reading.sheet(made)).decode("utf-8-sig").splitlines()
    assert len(rows) == 1 + 2 + 1
    assert rows[1].startswith("vn-2025,vn-2025/48,48,Thành phố Đà Nẵng,*,total,2025-04,2,")
    assert rows[-1].startswith("vn-2025,vn-2025/48,48,Thành phố Đà Nẵng,*,total,,2,")


async def test_many_cells_make_the_same_figures_as_few(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.fill(cells_of(classroom()))
    few = await trend_reading.read(world.store, world.log, "vn-2025", None, "total", "*")
    monkeypatch.setattr(basis, "INLINE", 0)
    assert await trend_reading.read(world.store, world.log, "vn-2025", None, "total", "*") == few

"""The nation by province: every learner on exactly one line."""

import csv
import io

from lrs.reports import province_reading, provinces
from lrs.reports.measures import COLUMNS
from lrs.reports.sheet import render
from schemas.unit import SCHEMES, Scheme
from tests.reports.conftest import World
from tests.reports.learning import ADL, basis_of, cells_of, classroom, fact


def report(scheme: Scheme = "vn-2025", period: str = "total", group: str = "*") -> provinces.Provinces:
    return provinces.build(basis_of(cells_of(classroom())), scheme, period, group)


def test_every_province_has_a_line_in_order_of_code_and_what_is_no_place_comes_last() -> None:
    new = [line.code for line in report("vn-2025").lines]
    old = [line.code for line in report("vn-2004").lines]
    assert (len(new), new[:3], new[-1]) == (35, ["01", "04", "08"], "not-stated")
    assert (len(old), old[:3], old[-2:]) == (65, ["01", "02", "04"], ["not-stated", "not-attributable"])


def test_a_reused_code_is_another_province_in_the_other_scheme() -> None:
    old, new = ({line.code: line for line in report(scheme).lines} for scheme in SCHEMES)
    assert (old["44"].name, old["44"].active) == ("Tỉnh Quảng Bình", 1)
    assert (new["44"].name, new["44"].active) == ("Tỉnh Quảng Trị", 2)
    assert (old["49"].name, old["49"].active, new["48"].active) == ("Tỉnh Quảng Nam", 1, 2)
    assert old["not-attributable"].active == 3


def test_the_nation_is_the_sum_of_its_lines_and_the_same_in_both_schemes() -> None:
    for scheme in SCHEMES:
        made = report(scheme)
        for column in COLUMNS:
            assert getattr(made.nation, column) == sum(getattr(line, column) for line in made.lines)
    assert report("vn-2004").nation == report("vn-2025").nation
    nation = report().nation
    assert nation is not None
    assert (nation.registered, nation.registered_inferred, nation.statements) == (9, 8, 12)
    assert (nation.certified, nation.confirmed, nation.trained) == (1, 1, 5)


def test_a_province_without_figures_is_a_line_of_zeros() -> None:
    line = next(line for line in report().lines if line.code == "04")
    assert {getattr(line, column) for column in COLUMNS} == {0}


def test_a_group_has_no_statements() -> None:
    made = report(group="secondary-students")
    assert made.nation is not None
    assert (made.nation.registered, made.nation.statements) == (1, None)
    assert {line.statements for line in made.lines} == {None}


def test_a_period_is_cut_in_the_calendar_of_vietnam() -> None:
    cells = cells_of([fact("an", f"{ADL}registered", "2025-04-17T17:00:00Z", place="vn-2025/48")])
    for period, registered in (("2025-04-18", 1), ("2025-04-17", 0), ("2025-04", 1), ("2025", 1)):
        made = provinces.build(basis_of(cells), "vn-2025", period, "*")
        assert made.nation is not None and made.nation.registered == registered, period


def test_only_the_cells_of_the_period_are_asked_for() -> None:
    prefixes = list(provinces.prefixes("vn-2025", "2025-04"))
    assert len(prefixes) == 2 * (63 + 34 + 1), (
        "old provinces, one not attributable in each new one, not stated"
    )
    assert prefixes[:2] == ["g|month|01~01|2025-04|", "c|month|01~01|2025-04|"]


def test_the_head_says_through_scheme_rules_and_what_is_counted() -> None:
    assert report().head.model_dump() == {
        "through": "2025-05-01T00:00:00.000Z",
        "scheme": "vn-2025",
        "names_as_of": "2025-05-01",
        "ruleset": {
            "number": 1,
            "created": "2025-04-01T00:00:00.000Z",
            "since": None,
            "trained": "completed at least 1 topic or 1 course",
            "split_communes": "unresolved",
        },
        "counts": "accounts",
        "calendar": "Asia/Ho_Chi_Minh",
    }


def test_every_row_of_the_table_says_what_it_is_and_names_survive_a_spreadsheet() -> None:
    made = report()
    body = render(made.head, provinces.sheet(made))
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    assert len(rows) == 36
    assert {(row["scheme"], row["through"], row["ruleset"], row["counts"]) for row in rows} == {
        ("vn-2025", "2025-05-01T00:00:00.000Z", "1", "accounts")
    }
    assert (rows[0]["unit"], rows[0]["name"], rows[0]["active"]) == ("vn-2025/01", "Thành phố Hà Nội", "2")
    assert (rows[-1]["name"], rows[-1]["unit"], rows[-1]["active"]) == ("nation", "", "9")


async def test_what_was_aggregated_is_what_is_read(world: World) -> None:
    await world.fill(cells_of(classroom()))
    read = await provinces.read(world.store, world.log, "vn-2004", "2025-04", "*")
    built = report("vn-2004", "2025-04")
    assert (read.lines, read.nation) == (built.lines, built.nation)


def test_provinces_have_the_names_of_the_periods_last_day_or_of_the_day_of_the_report() -> None:
    """Đồng Nai became a city in 2026, under the same code."""
    cells = cells_of([fact("an", place="vn-2025/75")])
    for through, period, name, named in (
        ("2026-11-23T05:00:00Z", "2025", "Tỉnh Đồng Nai", "2025-12-31"),
        ("2026-11-23T05:00:00Z", "2025-08", "Tỉnh Đồng Nai", "2025-08-31"),
        ("2026-11-23T05:00:00Z", "2026", "Thành phố Đồng Nai", "2026-11-23"),
        ("2026-11-23T05:00:00Z", "2026-02", "Thành phố Đồng Nai", "2026-02-28"),
        ("2026-11-23T05:00:00Z", "total", "Thành phố Đồng Nai", "2026-11-23"),
        ("2025-11-23T18:00:00Z", "total", "Tỉnh Đồng Nai", "2025-11-24"),
    ):
        made = provinces.build(basis_of(cells, through), "vn-2025", period, "*")
        (line,) = [it for it in made.lines if it.code == "75"]
        assert (line.name, made.head.names_as_of) == (name, named)
        of_old = provinces.build(basis_of(cells, through), "vn-2004", period, "*")
        assert next(it.name for it in of_old.lines if it.code == "75") == "Tỉnh Đồng Nai"
    later = province_reading.build(basis_of(cells, "2026-11-23T05:00:00Z"), "vn-2025", "75", "*")
    assert (later.name, later.head.names_as_of) == ("Thành phố Đồng Nai", "2026-11-23")

"""One province: communes that sum up, groups that do not, and what was learnt when and how."""

import csv
import io

import pytest

from lrs.reports import province_reading
from lrs.reports.measures import COLUMNS
from lrs.reports.province import Province
from lrs.reports.province_sheet import sheet
from lrs.reports.sheet import render
from schemas.figure import ALL, figures
from schemas.group import groups
from schemas.unit import SCHEMES, Scheme
from tests.reports.conftest import World
from tests.reports.learning import ADL, basis_of, cells_of, classroom, fact


def report(scheme: Scheme, code: str, group: str = ALL) -> Province:
    return province_reading.build(basis_of(cells_of(classroom())), scheme, code, group)


def test_every_commune_has_a_line_those_without_figures_too() -> None:
    lam_dong = report("vn-2025", "68")
    assert len(lam_dong.communes.lines) == 124 + 2
    assert [line.code for line in lam_dong.communes.lines[-2:]] == ["not-stated", "unresolved"]
    assert [line.code for line in report("vn-2004", "68").communes.lines if not line.code.isdigit()] == [
        "not-stated"
    ]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_communes_sum_to_the_province_as_it_is_kept(scheme: Scheme) -> None:
    cells = cells_of(classroom())
    for code in ("01", "44", "48", "49", "68", "not-stated", "not-attributable"):
        if (scheme, code) in {("vn-2025", "49"), ("vn-2025", "not-attributable")}:
            continue
        made = province_reading.build(basis_of(cells), scheme, code, ALL)
        for column, measure in COLUMNS.items():
            kept = figures(cells).get(f"g|{scheme}/{code}|*|total|{measure}", 0)
            assert getattr(made.totals, column) == kept, (code, column)


def test_who_was_in_a_split_commune_is_on_the_line_unresolved() -> None:
    lines = {line.code: line for line in report("vn-2025", "01").communes.lines}
    assert (lines["unresolved"].active, lines["00097"].active, lines["not-stated"].active) == (1, 1, 0)


def test_groups_overlap_and_say_so() -> None:
    made = report("vn-2025", "48").groups
    lines = {line.code: line for line in made.lines}
    assert list(lines) == [*groups(), "not-stated"]
    assert made.overlap
    assert "never summed" in made.note
    assert (lines["cadres"].active, lines["adults"].active, lines["pupils"].active) == (1, 1, 1)


def test_a_group_that_no_statement_can_say_has_no_figure_rather_than_0() -> None:
    line = next(line for line in report("vn-2025", "48").groups.lines if line.code == "urban-adults")
    assert (line.kind, line.registered, line.trained) == ("external figures only", None, None)


def test_an_unknown_group_counts_as_not_stated() -> None:
    line = report("vn-2025", "44").groups.lines[-1]
    assert (line.code, line.active) == ("not-stated", 2)


def test_topics_are_of_everybody_and_of_the_group_asked_for() -> None:
    everybody = {it.topic: it for it in report("vn-2025", "48").topics}
    assert len(everybody) == 10
    assert (everybody["bdhvs:01"].completed, everybody["bdhvs:03"].started) == (1, 1)
    assert everybody["bdhvs:03"].completed == 0
    both = report("vn-2025", "48", "cadres").topics
    assert [it.group for it in both] == ["*"] * 10 + ["cadres"] * 10
    assert sum(it.completed for it in both if it.group == "cadres") == 1


def test_statements_of_channels_sum_to_the_total() -> None:
    made = report("vn-2025", "48")
    lines = {line.channel: line for line in made.channels.lines}
    assert list(lines) == ["online", "in-person", "mobile-point", "blended", "not-stated"]
    assert (lines["online"].active, lines["not-stated"].active) == (1, 1)
    assert sum(line.statements for line in lines.values()) == made.totals.statements == 4


def test_channels_are_told_by_year() -> None:
    cells = cells_of(
        [
            fact("an", when="2025-12-31T10:00:00Z", place="vn-2025/38", channel="online"),
            fact("an", when="2025-12-31T18:00:00Z", place="vn-2025/38", channel="in-person"),
            fact("binh", when="2026-02-01T00:00:00Z", place="vn-2004/38", channel="in-person"),
        ]
    )
    for scheme in SCHEMES:
        years = province_reading.build(basis_of(cells), scheme, "38", ALL).channels.years
        assert {
            it.year: {line.channel: (line.active, line.statements) for line in it.lines if line.statements}
            for it in years
        } == {"2025": {"online": (1, 1)}, "2026": {"in-person": (2, 2)}}
    assert province_reading.build(basis_of(cells), "vn-2025", "01", ALL).channels.years == ()


def test_months_with_figures_are_shown_and_no_others() -> None:
    made = report("vn-2025", "48")
    shown = [(line.month, line.registered, line.active, line.trained) for line in made.months.lines]
    assert shown == [("2025-04", 2, 2, 2), ("2025-05", 0, 1, 0)]


def test_a_month_is_no_other_period() -> None:
    cells = cells_of([fact("an", f"{ADL}registered", place="vn-2025/48")])
    kept = {key for key in figures(cells) if key.startswith("g|vn-2025/48|*|")}
    assert len({key.split("|")[3] for key in kept}) == 4
    assert len(province_reading.build(basis_of(cells), "vn-2025", "48", ALL).months.lines) == 1


def test_what_is_no_place_is_reported_like_one() -> None:
    made = report("vn-2004", "not-attributable")
    assert (made.name, made.totals.active) == ("not attributable", 3)
    assert [line.code for line in made.communes.lines] == ["not-stated"]


def test_the_table_has_every_line_of_every_section() -> None:
    made = report("vn-2025", "48")
    body = render(made.head, sheet(made)).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(body, newline="")))
    sections = [row["section"] for row in rows]
    assert {it: sections.count(it) for it in dict.fromkeys(sections)} == {
        "total": 1,
        "commune": len(made.communes.lines),
        "group": len(made.groups.lines),
        "topic": 10,
        "channel": 5 + 5,
        "month": 2,
    }
    assert {row["unit"] for row in rows} == {"vn-2025/48"}
    urban = next(row for row in rows if row["code"] == "urban-adults")
    assert (urban["registered"], urban["started"]) == ("", "")


async def test_what_was_aggregated_is_what_is_read(world: World) -> None:
    await world.fill(cells_of(classroom()))
    read = await province_reading.read(world.store, world.log, "vn-2025", "48", "cadres")
    assert read.model_dump(exclude={"head"}) == report("vn-2025", "48", "cadres").model_dump(exclude={"head"})

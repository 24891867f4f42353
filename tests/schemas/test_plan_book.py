"""The plan book: what an import changes, and which number is taken of which day."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from schemas.plan_book import COLUMNS, READ, PlanBook, TableName, key_of, packaged
from schemas.plan_sheet import MOST_FAULTS, BadSheets, Sheet, check, read_sheets
from schemas.row import Row
from schemas.unit import Unit

HA_NOI = Unit("vn-2004", "01")
ROWS: dict[TableName, Row] = {
    "plans": dict(
        zip(COLUMNS["plans"], ("p", "vn-2025", "48", "2026-01-01", "A plan", "", "1", ""), strict=True)
    ),
    "targets": dict(
        zip(
            COLUMNS["targets"],
            ("p", "vn-2025", "48", "2026-12-31", "adults", "trained", ">=", "62.5", "percent", "“62,5 %”"),
            strict=True,
        )
    ),
    "denominators": dict(
        zip(COLUMNS["denominators"], ("vn-2004", "01", "adults", "2025-04-01", "6000", "census"), strict=True)
    ),
    "external-figures": dict(
        zip(
            COLUMNS["external-figures"],
            ("vn-2004", "01", "adults", "external:smartphone", "2025-11-30", "86.2", "percent", "survey"),
            strict=True,
        )
    ),
}


def sheet(table: TableName, *changes: dict[str, str], name: str = "file.csv") -> Sheet:
    """A sheet of the table's example row with these changes, a row for each."""
    rows = [tuple({**ROWS[table], **change}[column] for column in COLUMNS[table]) for change in changes]
    return Sheet(name, [(1, COLUMNS[table]), *enumerate(rows, 2)])


def book_of(*sheets: Sheet) -> PlanBook:
    return read_sheets(sheets).book


def faults(*sheets: Sheet, whole: bool = False) -> list[tuple[str, int | None, str | None, str]]:
    """Sheet, row, column and code of what is refused."""
    with pytest.raises(BadSheets) as refused:
        check(read_sheets(sheets, whole=whole), packaged())
    return [it[:4] for it in refused.value.faults]


def test_the_packaged_plans_are_where_it_begins() -> None:
    assert (len(packaged().plans), len(packaged().targets)) == (5, 17)
    for name, rows in packaged().rows.items():
        assert all(key_of(name, row) == key for key, row in rows.items())


def test_a_book_comes_back_from_what_is_kept() -> None:
    book = packaged().with_(book_of(*(sheet(name, {}) for name in COLUMNS)))
    again = PlanBook.decode(book.encode())
    assert again == book
    assert (again.plans, again.targets) == (book.plans, book.targets)
    assert [len(rows) for rows in again.rows.values()] == [6, 18, 1, 1]


def test_a_row_takes_the_place_of_the_one_with_its_key_and_of_no_other() -> None:
    first = packaged().with_(book_of(sheet("denominators", {}, {"group": "cadres", "people": "7"})))
    second = first.with_(book_of(sheet("denominators", {"people": "6001", "source": "later"})))
    (change,) = first.changes(second)
    assert change.before is not None and change.after is not None
    assert (change.table, change.before["people"], change.after["people"]) == ("denominators", "6000", "6001")
    found = second.denominator(HA_NOI, "cadres", date(2025, 12, 31))
    assert found is not None and found.people == 7
    assert first.changes(first) == []


def test_the_targets_of_a_plan_are_replaced_together() -> None:
    two = book_of(
        sheet("plans", {"targets_known": "2"}), sheet("targets", {}, {"group": "cadres"}, name="b.csv")
    )
    before = packaged().with_(two)
    after = before.with_(book_of(sheet("plans", {}), sheet("targets", {"value": "70"}, name="b.csv")))
    assert {(it.table, it.before is None, it.after is None) for it in before.changes(after)} == {
        ("plans", False, False),
        ("targets", False, False),
        ("targets", False, True),
    }
    assert after.known("p") == 1
    assert after.known("ha-noi-138") == 5


def test_the_denominator_is_the_latest_by_the_due_date_or_the_first_after_it() -> None:
    days = ("2025-01-01", "2025-12-31", "2026-01-01")
    book = book_of(sheet("denominators", *({"date": it, "people": it[:4] + it[5:7]} for it in days)))

    def people(due: date) -> int | None:
        found = book.denominator(HA_NOI, "adults", due)
        return found.people if found else None

    assert people(date(2025, 12, 30)) == 202501
    assert people(date(2025, 12, 31)) == 202512
    assert people(date(2030, 1, 1)) == 202601
    assert people(date(2024, 12, 31)) == 202501
    assert book.denominator(HA_NOI, "cadres", date(2025, 12, 31)) is None
    assert book.denominator(None, "adults", date(2025, 12, 31)) is None


def test_a_number_of_the_same_province_in_the_other_scheme_will_do_and_of_the_same_code_will_not() -> None:
    unmerged = book_of(sheet("denominators", {}))
    found = unmerged.denominator(Unit("vn-2025", "01"), "adults", date(2025, 12, 31))
    assert found is not None and found.people == 6000
    both = book_of(sheet("denominators", {}, {"scheme": "vn-2025", "people": "6500"}))
    for unit, people in ((HA_NOI, 6000), (Unit("vn-2025", "01"), 6500)):
        found = both.denominator(unit, "adults", date(2025, 12, 31))
        assert found is not None and found.people == people
    for code in ("44", "48"):
        merged = book_of(sheet("denominators", {"province_code": code}))
        assert merged.denominator(Unit("vn-2025", code), "adults", date(2025, 12, 31)) is None
        merged = book_of(sheet("denominators", {"scheme": "vn-2025", "province_code": code}))
        assert merged.denominator(Unit("vn-2004", code), "adults", date(2025, 12, 31)) is None
    figures = book_of(sheet("external-figures", {}))
    indicator = "external:smartphone"
    assert figures.external(Unit("vn-2025", "01"), "adults", indicator, date(2025, 12, 31)) is not None


def test_an_external_figure_of_after_the_due_date_says_nothing_of_it() -> None:
    book = book_of(sheet("external-figures", {}, {"date": "2026-06-30", "value": "90"}))
    found = book.external(HA_NOI, "adults", "external:smartphone", date(2025, 12, 31))
    assert found is not None
    assert (str(found.value), found.source) == ("86.2", "survey")
    assert book.external(HA_NOI, "adults", "external:smartphone", date(2025, 11, 29)) is None
    assert book.external(HA_NOI, "cadres", "external:smartphone", date(2025, 12, 31)) is None


@pytest.mark.parametrize(
    ("table", "change", "column", "code"),
    [
        ("plans", {"plan": "P|q"}, "plan", "bad-name"),
        ("plans", {"title": ""}, "title", "empty-cell"),
        ("plans", {"note": "x" * 2001}, "note", "long-cell"),
        ("plans", {"title": "=1+1"}, "title", "formula"),
        ("denominators", {"source": "@SUM(A1)"}, "source", "formula"),
        ("plans", {"note": "-1+1"}, "note", "formula"),
        ("plans", {"note": "-\t1+1"}, "note", "formula"),
        ("plans", {"targets_stated": "some"}, "targets_stated", "bad-number"),
        ("targets", {"due": "2026-02-30"}, "due", "bad-date"),
        ("targets", {"due": "20261231"}, "due", "bad-date"),
        ("targets", {"group": "weavers"}, "group", "unknown-group"),
        ("targets", {"group": "urban-adults"}, "group", "group-not-counted"),
        ("targets", {"indicator": "trainde"}, "indicator", "unknown-indicator"),
        ("targets", {"indicator": "external:A|b"}, "indicator", "unknown-indicator"),
        ("targets", {"operator": "<"}, "operator", "bad-operator"),
        ("targets", {"unit": "%"}, "unit", "bad-unit"),
        ("targets", {"value": "62,5"}, "value", "bad-number"),
        ("targets", {"value": "100.1"}, "value", "bad-number"),
        ("targets", {"value": "1e1"}, "value", "bad-number"),
        ("targets", {"value": "٣"}, "value", "bad-number"),
        ("targets", {"value": "1_0"}, "value", "bad-number"),
        ("targets", {"value": "62.1234567"}, "value", "bad-number"),
        ("targets", {"value": "-0"}, "value", "bad-number"),
        ("external-figures", {"unit": "count", "value": "1" * 13}, "value", "bad-number"),
        ("targets", {"scheme": "vn-2020"}, "scheme", "unknown-scheme"),
        ("targets", {"province_code": ""}, "province_code", "unknown-province"),
        ("targets", {"scheme": ""}, "scheme", "unknown-scheme"),
        ("targets", {"province_code": "49"}, "province_code", "unknown-province"),
        ("denominators", {"people": "0"}, "people", "bad-number"),
        ("denominators", {"people": "-5"}, "people", "bad-number"),
        ("denominators", {"people": "9" * 13}, "people", "bad-number"),
        ("denominators", {"people": "6.5"}, "people", "bad-number"),
        ("denominators", {"people": "٣"}, "people", "bad-number"),
        ("denominators", {"source": ""}, "source", "empty-cell"),
        ("external-figures", {"indicator": "trained"}, "indicator", "unknown-indicator"),
        ("external-figures", {"unit": "count"}, "value", "bad-number"),
        ("external-figures", {"value": "NaN"}, "value", "bad-number"),
    ],
)
def test_a_cell_that_is_wrong_is_named(
    table: TableName, change: dict[str, str], column: str, code: str
) -> None:
    good = {name: value for name, value in ROWS[table].items() if name in change}
    sheets = [sheet(table, change)]
    if table == "targets":
        sheets.append(sheet("plans", {}, name="plans.csv"))
    assert (("file.csv", 2, column, code)) in faults(*sheets)
    assert READ[table]({**ROWS[table], **good})


def test_a_dash_of_a_list_is_no_sign() -> None:
    for note in ("- cán bộ", "-", ""):
        assert book_of(sheet("denominators", {}), sheet("plans", {"note": note, "targets_known": "0"}))


def test_a_digit_that_a_spreadsheet_took_for_a_number_has_its_zero_again() -> None:
    assert book_of(sheet("denominators", {"province_code": "1"})) == book_of(sheet("denominators", {}))


def test_letters_have_one_spelling_whatever_wrote_them() -> None:
    apart = book_of(sheet("denominators", {"source": unicodedata.normalize("NFD", "Cục Thống kê")}))
    assert apart == book_of(sheet("denominators", {"source": "Cục Thống kê"}))


def test_the_other_schemes_province_is_named() -> None:
    with pytest.raises(BadSheets, match="vn-2004/49 is Tỉnh Quảng Nam"):
        read_sheets([sheet("denominators", {"scheme": "vn-2025", "province_code": "49"})])


def test_a_table_is_known_by_its_columns_in_any_order() -> None:
    columns = COLUMNS["denominators"][::-1]
    mixed = Sheet("x", [(1, columns), (5, [ROWS["denominators"][it] for it in columns]), (6, ["", " "])])
    assert book_of(mixed) == book_of(sheet("denominators", {}))


@pytest.mark.parametrize(
    ("header", "column", "code"),
    [
        (("a", "b"), None, "unknown-table"),
        ((), None, "unknown-table"),
        (COLUMNS["denominators"][:-1], "source", "missing-column"),
        ((*COLUMNS["denominators"], "remark"), "remark", "unknown-column"),
        ((*COLUMNS["denominators"], "source"), "source", "repeated-column"),
    ],
)
def test_a_header_that_is_no_tables_is_refused(
    header: tuple[str, ...], column: str | None, code: str
) -> None:
    assert faults(Sheet("x.csv", [(1, header)] if header else [])) == [
        ("x.csv", 1 if header else None, column, code)
    ]


def test_a_table_that_is_whole_has_no_other_rows() -> None:
    first = packaged().with_(book_of(sheet("denominators", {}, {"group": "cadres"}), sheet("plans", {})))
    whole = read_sheets([sheet("denominators", {"group": "cadres"})], whole=True).book
    (change,) = first.changes(first.with_(whole))
    assert (change.table, change.before, change.after) == ("denominators", ROWS["denominators"], None)
    none = read_sheets([sheet("plans"), sheet("targets", name="t.csv")], whole=True)
    kept = PlanBook.decode(book_of(sheet("plans", {})).with_(none.book).encode())
    assert (len(packaged().with_(kept).plans), packaged().with_(kept).targets) == (0, ())
    # what comes afterwards is put on it, and what ships with the program stays away
    later = PlanBook.decode(kept.with_(book_of(sheet("plans", {}), sheet("targets", {}))).encode())
    assert list(packaged().with_(later).plans) == ["p"]
    assert check(none, packaged()).targets == ()


def test_no_target_stays_without_its_plan() -> None:
    gone = faults(sheet("plans"), whole=True)
    assert {it[:1] + it[2:] for it in gone} == {("all files", "plan", "unknown-plan")}
    assert len(gone) == len({it.plan for it in packaged().targets})
    left = faults(sheet("targets"), whole=True)
    assert {it[:1] + it[2:] for it in left} == {("all files", "plan", "targets-known")}


def test_rows_that_do_not_fit_together_are_refused() -> None:
    assert faults(sheet("denominators", {}, {"people": "7"})) == [("file.csv", 3, "scheme", "repeated-row")]
    assert faults(sheet("targets", {})) == [("file.csv", 2, "plan", "unknown-plan")]
    assert faults(sheet("plans", {})) == [("file.csv", 2, "targets_known", "targets-known")]
    two = (sheet("plans", {}), sheet("targets", {}, {"group": "cadres"}, name="t.csv"))
    assert faults(*two) == [("t.csv", 2, "plan", "targets-known")]
    short = Sheet("x", [(1, COLUMNS["denominators"]), (2, ("vn-2004", "01"))])
    assert faults(short) == [("x", 2, None, "bad-row")]


def test_the_targets_of_a_provinces_plan_are_for_that_province_in_whichever_scheme() -> None:
    def at(scheme: str, code: str) -> dict[str, str]:
        return {"scheme": scheme, "province_code": code}

    # Ha Noi was not merged; Quang Binh was, into what has another's name under its code
    for plan, target in (
        (("vn-2004", "01"), ("vn-2025", "01")),
        (("vn-2025", "01"), ("vn-2004", "01")),
        (("", ""), ("vn-2025", "44")),
    ):
        both = (sheet("plans", at(*plan)), sheet("targets", at(*target), name="t.csv"))
        check(read_sheets(both), packaged())
    for plan, target in (
        (("vn-2004", "44"), ("vn-2025", "44")),
        (("vn-2004", "44"), ("", "")),
        (("vn-2025", "01"), ("vn-2025", "48")),
    ):
        both = (sheet("plans", at(*plan)), sheet("targets", at(*target), name="t.csv"))
        assert faults(*both) == [("t.csv", 2, "province_code", "unit-of-plan")]
    # nor does a plan move away from the targets that it has
    before = packaged().with_(book_of(sheet("plans", {}), sheet("targets", {}, name="t.csv")))
    with pytest.raises(BadSheets, match="row 2, column province_code: plan p is of vn-2025/01"):
        check(read_sheets([sheet("plans", at("vn-2025", "01"))]), before)


def test_every_fault_is_told_up_to_a_bound() -> None:
    many = sheet("denominators", *({"people": "x"} for _ in range(MOST_FAULTS + 3)))
    with pytest.raises(BadSheets, match="and 3 more") as refused:
        read_sheets([many])
    assert len(str(refused.value).splitlines()) == MOST_FAULTS + 1
    assert "file.csv, row 2, column people: expected a whole number from 1 on" in str(refused.value)

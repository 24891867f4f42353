"""Tables for spreadsheets: nothing in them is taken for a formula."""

import csv
import io

import pytest
from openpyxl import load_workbook

from lrs.reports import workbook
from lrs.reports.head import Head, Rules
from lrs.reports.sheet import Sheet, Value, is_formula, render

HEAD = Head(
    through="2026-01-01T00:00:00.000Z",
    scheme="vn-2025",
    names_as_of="2026-01-01",
    ruleset=Rules(
        number=3, created="2026-01-01T00:00:00.000Z", since=None, trained="x", split_communes="unresolved"
    ),
    counts="accounts",
    calendar="Asia/Ho_Chi_Minh",
)
DANGEROUS = ["=1+1", "+cmd|'/C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1"]
HARMLESS = ["=", "-", ">=", "01", "-3.5", "+84", "Đà Nẵng", "a=b", ""]


def cells_of(kind: str, *values: Value) -> list[object]:
    """The cells of one row, as a reader of that kind of file gets them."""
    sheet = Sheet("name", tuple(f"c{n}" for n in range(len(values))), [values])
    if kind == "csv":
        _, row = csv.reader(io.StringIO(render(HEAD, sheet).decode("utf-8-sig"), newline=""))
        return list(row[: len(values)])
    page = load_workbook(io.BytesIO(workbook.render(HEAD, sheet)))["figures"]
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)
    return [cell.value for cell in page[2]]


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_could_be_a_formula_is_none(text: str) -> None:
    assert is_formula(text)
    assert cells_of("csv", text) == [f"'{text}"]
    (cell,) = cells_of("xlsx", text)
    assert str(cell).replace("_x000D_", "").strip() == text.strip(), "a text in a workbook is a text"


@pytest.mark.parametrize("text", HARMLESS)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert not is_formula(text)
    assert cells_of("csv", text) == [text]
    assert cells_of("xlsx", text, 1) == [text, 1]


def test_numbers_stay_numbers() -> None:
    assert cells_of("csv", -5, 0.5, None, 0) == ["-5", "0.5", "", "0"]
    assert cells_of("xlsx", -5, 0.5, None, 0) == [-5, 0.5, None, 0]


def test_truth_is_a_word_in_a_text_and_a_truth_in_a_workbook() -> None:
    assert cells_of("csv", True, False) == ["true", "false"]
    assert cells_of("xlsx", True, False) == [True, False]


def test_the_same_report_makes_the_same_bytes() -> None:
    sheet = Sheet("name", ("a",), [("x",), (1,)])
    assert workbook.render(HEAD, sheet) == workbook.render(HEAD, sheet)

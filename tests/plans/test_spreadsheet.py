"""Files of cells become sheets of text, whatever program wrote them; what cannot be read is refused."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook

from lrs.plans import spreadsheet
from lrs.plans.spreadsheet import sheets_of
from lrs.plans.template import TEMPLATES
from schemas.plan_book import COLUMNS, TableName
from schemas.plan_sheet import BadSheets, read_sheets


def workbook(*sheets: tuple[str, list[list[Any]]], formats: dict[str, str] | None = None) -> bytes:
    book = Workbook()
    del book[book.sheetnames[0]]
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for cell, number_format in (formats or {}).items():
            sheet[cell].number_format = number_format
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def as_csv(rows: list[list[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def code(name: str, content: bytes) -> str:
    with pytest.raises(BadSheets) as refused:
        sheets_of(name, content)
    (fault,) = refused.value.faults
    assert fault.sheet.startswith(name)
    return fault.code


def test_csv_with_commas_or_semicolons_with_or_without_a_mark() -> None:
    for text in ("a,b\nx,“đ”\n\ny,\n", "a;b\r\nx;“đ”\r\n\r\ny;\r\n"):
        for mark in (b"", b"\xef\xbb\xbf"):
            (sheet,) = sheets_of("t.csv", mark + text.encode())
            assert [(number, list(line)) for number, line in sheet.lines] == [
                (1, ["a", "b"]),
                (2, ["x", "“đ”"]),
                (3, []),
                (4, ["y", ""]),
            ]


def test_a_row_after_a_cell_of_two_lines_has_the_number_that_a_person_sees_in_the_file() -> None:
    (sheet,) = sheets_of("t.csv", b'a,b\n"x\ny",1\nz,2\n')
    assert [number for number, _ in sheet.lines] == [1, 2, 4]


def test_the_cells_of_a_workbook_are_what_a_person_sees() -> None:
    rows = [
        ["text", 1, 62.5, 0.625, date(2025, 12, 31), datetime(2025, 12, 31), True, None],  # noqa: DTZ001
        [],
        ["01", 8.0, 0.1, 1, "2025-12-31"],
    ]
    kept = workbook(("Một", rows), ("Hai", []), formats={"D1": "0.0%", "D3": "0%"})
    (sheet,) = sheets_of("w.xlsx", kept)
    assert sheet.name == "w.xlsx[Một]"
    assert [(number, list(line)) for number, line in sheet.lines] == [
        (1, ["text", "1", "62.5", "62.5", "2025-12-31", "2025-12-31", "true"]),
        (3, ["01", "8", "0.1", "100", "2025-12-31", "", ""]),
    ]


def test_a_workbook_and_files_of_csv_say_the_same() -> None:
    tables: dict[TableName, list[list[Any]]] = {
        name: [list(COLUMNS[name]), list(made.example.values())] for name, made in TEMPLATES.items()
    }
    book = workbook(*tables.items())
    apart = read_sheets(
        [it for name, rows in tables.items() for it in sheets_of(f"{name}.csv", as_csv(rows))]
    )
    assert read_sheets(sheets_of("plans.xlsx", book)).book == apart.book


def test_what_is_no_table_of_text_is_refused_with_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    assert code("t.xls", b"") == "unknown-format"
    assert code("t.csv", "đ".encode("utf-16")) == "bad-file"
    assert code("t.csv", b'a,"b\n') == "bad-file"
    assert code("t.xlsx", b"no archive") == "bad-file"
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as parts:
        parts.writestr("word/document.xml", "<a/>")
    assert code("t.xlsx", other.getvalue()) == "bad-file"
    assert code("t.xlsx", workbook(("S", [["a"], ["=1+1"]]))) == "formula"
    monkeypatch.setattr(spreadsheet, "LARGEST_UNPACKED", 100)
    assert code("t.xlsx", workbook(("S", [["a"]]))) == "too-large"
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 2)
    assert code("t.csv", b"a\nb\nc\nd\n") == "too-many-rows"
    monkeypatch.setattr(spreadsheet, "LARGEST", 3)
    assert code("t.csv", b"a,b,") == "too-large"

"""Files of cells become sheets of text, whatever program wrote them; what cannot be read is refused."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
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


def altered(content: bytes, name: str, part: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one of its parts made another one."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(kept, "w") as after:
        for it in before.namelist():
            after.writestr(it, part(before.read(it)) if it == name else before.read(it))
    return kept.getvalue()


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


def test_what_a_workbook_says_of_its_size_loses_none_of_its_rows() -> None:
    rows = [["a", "b", "c"], ["d", "e", "f"], ["g", "h", "i"]]
    kept = workbook(("S", rows))
    forged = altered(
        kept,
        "xl/worksheets/sheet1.xml",
        lambda part: part.replace(b'<dimension ref="A1:C3"', b'<dimension ref="A1:B2"'),
    )
    assert forged != altered(kept, "xl/worksheets/sheet1.xml", lambda part: part)
    (sheet,) = sheets_of("w.xlsx", forged)
    assert [list(line) for _, line in sheet.lines] == rows


def test_empty_rows_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 2)
    rows = [["a"], [], [" "], ["b"], [], [], ["c"]]
    for name, kept in (("t.csv", as_csv(rows)), ("t.xlsx", workbook(("S", rows)))):
        (sheet,) = sheets_of(name, kept)
        assert [number for number, _ in sheet.lines] == [1, 4, 7]


def test_a_row_beyond_the_last_that_a_sheet_can_have_is_refused() -> None:
    part = "xl/worksheets/sheet1.xml"
    far = altered(workbook(("S", [["a"]])), part, lambda it: it.replace(b'"A1"', b'"A2000000"'))
    far = altered(far, part, lambda it: it.replace(b'<row r="1"', b'<row r="2000000"'))
    assert code("t.xlsx", far) == "too-many-rows"


def test_a_damaged_workbook_is_a_bad_file() -> None:
    kept = workbook(("S", [["a", "b"]]))

    def everywhere(offset: int, byte: int) -> bytes:
        """With this byte in the central directory's entry of every part."""
        found, at = bytearray(kept), 0
        while (at := kept.find(b"PK\x01\x02", at)) >= 0:
            found[at + offset] = byte
            at += 4
        return bytes(found)

    assert code("t.xlsx", everywhere(8, 1)) == "bad-file", "encrypted"
    assert code("t.xlsx", everywhere(10, 99)) == "bad-file", "an unknown compression"
    name = kept.index(b"xl/worksheets/sheet1.xml") + len("xl/worksheets/sheet1.xml")
    assert code("t.xlsx", kept[:name] + b"\xff" * 8 + kept[name + 8 :]) == "bad-file", "no deflate"
    assert code("t.xlsx", altered(kept, "xl/styles.xml", lambda it: it[:50])) == "bad-file"
    endless = workbook(("S", [[4321]]))
    endless = altered(endless, "xl/worksheets/sheet1.xml", lambda it: it.replace(b"4321", b"1e999"))
    assert code("t.xlsx", endless) == "bad-file"


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

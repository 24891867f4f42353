"""Files of cells that people keep, CSV or XLSX, read within bounds."""

from __future__ import annotations

import csv
import io
import math
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import PurePath
from typing import Any, NamedTuple

MOST_COLUMNS = 64
"""Columns that are read of a workbook."""
LAST_ROW = 1_048_576
"""The number of the last row that a sheet can have."""


class Number(NamedTuple):
    """A number as a spreadsheet keeps it: without the zeros that somebody may have written before it.

    `percent`: whether it is shown as a percentage: 0.625 is 62.5 %.
    """

    value: int | float
    percent: bool


Cell = str | Number
Line = tuple[int, Sequence[Cell]]
"""The row's number, the first being 1, and its cells."""


class Bounds(NamedTuple):
    """What a file may have at most. `size`: its bytes. `unpacked`: bytes of all parts of a workbook. `rows`:
    of one page that are not empty, below the header. `pages`: how many are read, the first ones; None: all.
    """

    size: int
    unpacked: int
    rows: int
    pages: int | None = None


class Page(NamedTuple):
    """A CSV file, or a sheet of a workbook, then with its title."""

    title: str | None
    lines: list[Line]


class Unreadable(ValueError):
    """A file that cannot be read. `code` is stable; `title` and `row` say where it is, if it is somewhere."""

    def __init__(self, code: str, message: str, row: int | None = None, title: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.row = row
        self.title = title


def pages_of(name: str, content: bytes, bounds: Bounds) -> list[Page]:
    """The pages of a file, by its name's ending, with the rows that are not empty.

    Raises Unreadable: `unknown-format`, `too-large`, `bad-file`, `formula`, `too-many-rows`.
    """
    if len(content) > bounds.size:
        raise Unreadable("too-large", f"at most {bounds.size} bytes, got {len(content)}")
    match PurePath(name).suffix.lower():
        case ".csv":
            return [Page(None, list(_of_csv(content, bounds.rows)))]
        case ".xlsx":
            return _of_workbook(content, bounds)
        case _:
            raise Unreadable("unknown-format", "expected a file that ends in .csv or .xlsx")


def _of_csv(content: bytes, most: int) -> Iterator[Line]:
    """Lines of CSV in UTF-8, with commas, or with semicolons as spreadsheets write them in Vietnam."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"this is not UTF-8 at byte {error.start}: save it as CSV UTF-8"
        raise Unreadable("bad-file", message) from None
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number, count = 1, 0
    try:
        for line in reader:
            if any(cell.strip() for cell in line):
                count += 1
                _bound(count, most, number)
                yield number, line
            number = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable("bad-file", f"this is no CSV: {error}", number) from None


def _of_workbook(content: bytes, bounds: Bounds) -> list[Page]:
    from openpyxl import load_workbook  # noqa: PLC0415 - it takes long, and most commands read no workbook

    try:
        _check_unpacked(content, bounds.unpacked)
        with warnings.catch_warnings():
            # what of a workbook is not read, such as its styles, need not be known
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            try:
                sheets = book.worksheets[: bounds.pages]
                return [Page(it.title, list(_of_sheet(it, bounds.rows))) for it in sheets]
            finally:
                book.close()
    except Unreadable:
        raise
    except Exception as error:
        # a damaged or encrypted archive fails wherever it is looked into: there is no one class of errors
        raise Unreadable("bad-file", f"this is no XLSX workbook: {type(error).__name__}") from error


def _check_unpacked(content: bytes, most: int) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        if sum(part.file_size for part in parts.infolist()) > most:
            raise Unreadable("too-large", f"its parts have more than {most} bytes")


def _of_sheet(sheet: Any, most: int) -> Iterator[Line]:
    # what a program wrote of a sheet's size may be wrong, and what lies outside it would not be read
    sheet.reset_dimensions()
    count = 0
    for number, line in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):
        if number > LAST_ROW:
            message = f"a sheet has at most {LAST_ROW} rows"
            raise Unreadable("too-many-rows", message, number, sheet.title)
        if all(cell.value is None for cell in line):
            continue
        cells = [_read(number, sheet.title, cell) for cell in line]
        while cells and isinstance(cells[-1], str) and not cells[-1].strip():
            cells.pop()
        if cells:
            count += 1
            _bound(count, most, number, sheet.title)
            yield number, cells


def _read(row: int, title: str, cell: Any) -> Cell:
    """What a cell says; a day as 2025-12-31."""
    value = cell.value
    if cell.data_type == "f":
        # its value would be what some program computed once
        raise Unreadable("formula", "this row has a formula: paste its value", row, title)
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    if isinstance(value, int | float):
        if not math.isfinite(value):
            raise Unreadable("bad-file", "this row has a number that is too large", row, title)
        return Number(value, "%" in (cell.number_format or ""))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else str(value)


def _bound(count: int, most: int, number: int, title: str | None = None) -> None:
    if count > most + 1:
        raise Unreadable("too-many-rows", f"at most {most} rows: part the file", number, title)

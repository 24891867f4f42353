"""Files of cells, CSV or XLSX, as sheets of text."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import PurePath
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from schemas.plan_sheet import MOST_ROWS, BadSheets, Fault, Sheet

LARGEST: Final = 16 * 1024 * 1024
"""Bytes of a file, at most."""
LARGEST_UNPACKED: Final = 256 * 1024 * 1024
"""Bytes of a workbook's parts, at most."""
_MOST_COLUMNS: Final = 64

Line = tuple[int, Sequence[str]]


def sheets_of(name: str, content: bytes) -> list[Sheet]:
    """The sheets of a file, by its name's ending; of a workbook those that are not empty.

    Raises BadSheets: `unknown-format`, `too-large`, `bad-file`, `formula`, `too-many-rows`.
    """
    if len(content) > LARGEST:
        raise _refused(name, "too-large", f"at most {LARGEST} bytes, got {len(content)}")
    match PurePath(name).suffix.lower():
        case ".csv":
            return [Sheet(name, list(_of_csv(name, content)))]
        case ".xlsx":
            return _of_workbook(name, content)
        case _:
            raise _refused(name, "unknown-format", "expected a file that ends in .csv or .xlsx")


def _refused(sheet: str, code: str, message: str, row: int | None = None) -> BadSheets:
    return BadSheets([Fault(sheet, row, None, code, message)])


def _of_csv(name: str, content: bytes) -> Iterator[Line]:
    """Lines of CSV in UTF-8, with commas, or with semicolons as spreadsheets write them in Vietnam."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"this is not UTF-8 at byte {error.start}: save it as CSV UTF-8"
        raise _refused(name, "bad-file", message) from None
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 1
    try:
        for line in reader:
            yield number, line
            number = reader.line_num + 1
            _bound(name, number)
    except csv.Error as error:
        raise _refused(name, "bad-file", f"this is no CSV: {error}", number) from None


def _of_workbook(name: str, content: bytes) -> list[Sheet]:
    try:
        _check_unpacked(name, content)
        with warnings.catch_warnings():
            # what of a workbook is not read, such as its styles, need not be known
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            try:
                found = [
                    Sheet(f"{name}[{it.title}]", list(_of_sheet(name, it.title, it)))
                    for it in book.worksheets
                ]
            finally:
                book.close()
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, SyntaxError, OSError) as error:
        if isinstance(error, BadSheets):
            raise
        raise _refused(name, "bad-file", f"this is no XLSX workbook: {type(error).__name__}") from error
    return [sheet for sheet in found if sheet.lines]


def _check_unpacked(name: str, content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        if sum(part.file_size for part in parts.infolist()) > LARGEST_UNPACKED:
            raise _refused(name, "too-large", f"its parts have more than {LARGEST_UNPACKED} bytes")


def _of_sheet(name: str, title: str, sheet: Any) -> Iterator[Line]:
    """The lines of a worksheet that are not empty, at least as wide as the first of them."""
    width = 0
    for number, line in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS), 1):
        _bound(name, number)
        cells = [_text(f"{name}[{title}]", number, cell) for cell in line]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            width = width or len(cells)
            yield number, cells + [""] * (width - len(cells))


def _text(sheet: str, row: int, cell: Any) -> str:
    """What a cell says, as text: a number without needless digits, a day as 2025-12-31."""
    value = cell.value
    if cell.data_type == "f":
        # its value would be what some program computed once
        raise BadSheets([Fault(sheet, row, None, "formula", f"{value} is a formula: paste its value")])
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value, percent="%" in (cell.number_format or ""))
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _number(value: float, *, percent: bool) -> str:
    """The number as it is shown: 62.5 % is kept as 0.625."""
    if percent:
        return f"{(Decimal(repr(value)) * 100).normalize():f}"
    return str(int(value)) if value == int(value) else repr(value)


def _bound(name: str, number: int) -> None:
    if number > MOST_ROWS + 1:
        raise _refused(name, "too-many-rows", f"at most {MOST_ROWS} rows")

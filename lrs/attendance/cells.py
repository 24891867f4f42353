"""A file of cells, CSV or XLSX, as rows of text."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import PurePath
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from lrs.attendance.fault import BadFile

LARGEST = 64 * 1024 * 1024
"""Bytes of a file."""
LARGEST_UNPACKED = 512 * 1024 * 1024
"""Bytes of all parts of a workbook."""
MOST_ROWS = 200_000
MOST_COLUMNS = 64

Cell = str | int | float
"""Text; a number where a spreadsheet kept one: it may have lost its leading zeros."""
Line = tuple[int, list[Cell]]
"""The row's number, the first being 1, and its cells."""


def lines_of(name: str, content: bytes) -> list[Line]:
    """The rows of a file that are not empty, by its name's ending; of a workbook those of its first sheet.

    Raises BadFile: `unknown-format`, `too-large`, `too-many-rows`, `bad-file`, `formula`.
    """
    if len(content) > LARGEST:
        raise BadFile("too-large", f"at most {LARGEST} bytes")
    match PurePath(name).suffix.lower():
        case ".csv":
            lines = list(_of_csv(content))
        case ".xlsx":
            lines = _of_workbook(content)
        case _:
            raise BadFile("unknown-format", "the file's name ends in neither .csv nor .xlsx")
    return [line for line in lines if any(cell != "" for cell in line[1])]


def _of_csv(content: bytes) -> Iterator[Line]:
    """UTF-8, with commas, or with semicolons as spreadsheets write them in Vietnam."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile("bad-file", f"no UTF-8 at byte {error.start}: save it as CSV UTF-8") from None
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 1
    try:
        for cells in rows:
            _bound(number)
            yield number, [cell.strip() for cell in cells[:MOST_COLUMNS]]
            number = rows.line_num + 1
    except csv.Error as error:
        raise BadFile("bad-file", f"row {number} is no CSV: {error}") from None


def _of_workbook(content: bytes) -> list[Line]:
    try:
        _check_unpacked(content)
        with warnings.catch_warnings():
            # what is not read of a workbook, such as its styles, need not be understood
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            try:
                sheet = book.worksheets[0]
                return [
                    (number, [_text(number, cell) for cell in cells])
                    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1)
                    if _bound(number)
                ]
            finally:
                book.close()
    except BadFile:
        raise
    except (zipfile.BadZipFile, InvalidFileException, KeyError, IndexError, ValueError, SyntaxError) as error:
        raise BadFile("bad-file", f"this is no XLSX workbook: {type(error).__name__}") from error


def _check_unpacked(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        if sum(part.file_size for part in parts.infolist()) > LARGEST_UNPACKED:
            raise BadFile("too-large", f"unpacked more than {LARGEST_UNPACKED} bytes")


def _text(row: int, cell: Any) -> Cell:
    value = cell.value
    if cell.data_type == "f":
        raise BadFile("formula", f"row {row} has a formula: paste its value")
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else str(value).strip()


def _bound(row: int) -> bool:
    if row > MOST_ROWS + 1:
        raise BadFile("too-many-rows", f"at most {MOST_ROWS} rows: part the file")
    return True

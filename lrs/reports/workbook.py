"""A report as a workbook of Office Open XML: a sheet of figures, and one that says what they are.

Numbers are numbers; every text is written as a text, never as a formula or a link, so that a code keeps its
zeros and a name that begins with `=` stays a name. A report has some hundreds of rows, so the workbook is
made in memory; it has no moment of its own, so that the same report makes the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, datetime

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from lrs.reports.head import Head
from lrs.reports.sheet import HEAD, Sheet, Value, about, is_formula

FIGURES, ABOUT = "figures", "about"
"""The names of the two sheets."""
LONGEST = 32_767
"""Characters that a cell holds."""
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def render(head: Head, sheet: Sheet) -> bytes:
    """The workbook of a report's sheet."""
    return written(sheet, [("scheme", head.scheme), *zip(HEAD, about(head), strict=True)])


def written(sheet: Sheet, said: Iterable[tuple[str, Value]]) -> bytes:
    """The workbook of a sheet, and what is said of it."""
    file = io.BytesIO()
    book = Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": sheet.name, "created": _EPOCH.replace(tzinfo=None)})
    # Excel then takes the text for a text, also after somebody has edited it
    quoted = book.add_format({"quote_prefix": True})
    bold = book.add_format({"bold": True})
    page = book.add_worksheet(FIGURES)
    page.freeze_panes(1, 0)
    for column, name in enumerate(sheet.columns):
        page.write_string(0, column, name, bold)
    for number, row in enumerate(sheet.rows, start=1):
        for column, value in enumerate(row):
            _write(page, number, column, value, quoted)
    page = book.add_worksheet(ABOUT)
    for number, (name, value) in enumerate([("report", sheet.name), *said]):
        page.write_string(number, 0, name, bold)
        _write(page, number, 1, value, quoted)
    page.set_column(0, 1, 24)
    book.close()
    return file.getvalue()


def _write(page: Worksheet, row: int, column: int, value: Value, quoted: Format) -> None:
    match value:
        case None:
            return
        case bool():
            page.write_boolean(row, column, value)
        case int() | float():
            page.write_number(row, column, value)
        case _:
            page.write_string(row, column, value[:LONGEST], quoted if is_formula(value) else None)

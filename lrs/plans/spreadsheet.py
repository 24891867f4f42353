"""Files of cells as the sheets of text that plans are read from."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from lrs.cell_file import Bounds, Cell, Number, Page, Unreadable, pages_of
from schemas.plan_sheet import MOST_ROWS, BadSheets, Fault, Sheet

LARGEST: Final = 16 * 1024 * 1024
"""Bytes of a file, at most."""
LARGEST_UNPACKED: Final = 256 * 1024 * 1024
"""Bytes of a workbook's parts, at most."""


def sheets_of(name: str, content: bytes) -> list[Sheet]:
    """The sheets of a file, by its name's ending; of a workbook those that are not empty, with lines at least
    as wide as the first of them.

    Raises BadSheets: `unknown-format`, `too-large`, `bad-file`, `formula`, `too-many-rows`.
    """
    try:
        pages = pages_of(name, content, Bounds(LARGEST, LARGEST_UNPACKED, MOST_ROWS))
    except Unreadable as error:
        sheet = _named(name, error.title)
        raise BadSheets([Fault(sheet, error.row, None, error.code, str(error))]) from error
    return [_sheet(name, page) for page in pages if page.title is None or page.lines]


def _named(name: str, title: str | None) -> str:
    return name if title is None else f"{name}[{title}]"


def _sheet(name: str, page: Page) -> Sheet:
    width = 0 if page.title is None else len(page.lines[0][1])
    lines = [(number, [*map(_text, cells), *[""] * (width - len(cells))]) for number, cells in page.lines]
    return Sheet(_named(name, page.title), lines)


def _text(cell: Cell) -> str:
    """The cell as it is shown, a number without needless digits: 62.5 % is kept as 0.625."""
    if not isinstance(cell, Number):
        return cell
    value = cell.value
    if cell.percent:
        return f"{(Decimal(repr(value)) * 100).normalize():f}"
    return str(int(value)) if value == int(value) else repr(value)

"""A class list as rows of cells."""

from __future__ import annotations

from pathlib import Path

from lrs import cell_file
from lrs.attendance.fault import BadFile
from lrs.cell_file import Bounds, Number, Unreadable, pages_of

BOUNDS = Bounds(size=64 * 1024 * 1024, unpacked=512 * 1024 * 1024, rows=200_000, pages=1)

Cell = str | int | float
"""Text; a number where a spreadsheet kept one: it may have lost its leading zeros."""
Line = tuple[int, list[Cell]]
"""The row's number, the first being 1, and its cells."""


def content_of(file: Path) -> bytes:
    """The bytes of a file, of which no more are read than may be. Raises BadFile `too-large`, OSError."""
    with file.open("rb") as opened:
        content = opened.read(BOUNDS.size + 1)
    if len(content) > BOUNDS.size:
        raise BadFile("too-large", f"at most {BOUNDS.size} bytes")
    return content


def lines_of(name: str, content: bytes) -> list[Line]:
    """The rows of a file that are not empty, by its name's ending; of a workbook those of its first sheet.

    Raises BadFile: `unknown-format`, `too-large`, `too-many-rows`, `bad-file`, `formula`.
    """
    try:
        pages = pages_of(name, content, BOUNDS)
    except Unreadable as error:
        sheet = "" if error.title is None else f"sheet {error.title}: "
        row = "" if error.row is None else f"row {error.row}: "
        raise BadFile(error.code, f"{sheet}{row}{error}") from error
    return [(number, [_plain(cell) for cell in cells]) for page in pages for number, cells in page.lines]


def _plain(cell: cell_file.Cell) -> Cell:
    return cell.value if isinstance(cell, Number) else cell.strip()

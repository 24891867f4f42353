"""A table for people: columns that line up, figures to the right."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

Value = str | int | float | None


def aligned(header: Sequence[str], rows: Sequence[Sequence[Value]]) -> str:
    """Lines of equal columns, two spaces apart. None is a hyphen; a figure has its thousands parted."""
    table = [tuple(header), *(tuple(map(_text, row)) for row in rows)]
    right = [not any(isinstance(row[at], str) for row in rows) for at in range(len(header))]
    widths = [max(map(_width, column)) for column in zip(*table, strict=True)]
    lines = (
        "  ".join(
            " " * (width - _width(text)) + text if figure else text + " " * (width - _width(text))
            for text, width, figure in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in table
    )
    return "\n".join(lines)


def _text(value: Value) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int | float) else value


def _width(text: str) -> int:
    """Columns of a terminal: a mark that combines with the letter before it takes none."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )

"""A report as a table, for those who work in a spreadsheet."""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterable
from dataclasses import dataclass

from lrs.reports.head import Head

Value = str | int | float | None
HEAD = ("through", "ruleset", "ruleset_created", "trained_rule", "split_communes", "counts", "calendar")
"""The columns that every row of every sheet ends with: a row that is copied elsewhere still says what it is.
The scheme stands among the first, beside the unit."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows under columns. `name` is that of the file, without its ending."""

    name: str
    columns: tuple[str, ...]
    rows: Iterable[tuple[Value, ...]]


def render(head: Head, sheet: Sheet) -> bytes:
    """The sheet as CSV (RFC 4180), UTF-8 with the mark by which Excel knows it; None is an empty field."""
    rules = head.ruleset
    end = (
        head.through,
        rules.number,
        rules.created,
        rules.trained,
        rules.split_communes,
        head.counts,
        head.calendar,
    )
    return written((*sheet.columns, *HEAD), ((*row, *end) for row in sheet.rows))


def written(columns: Iterable[str], rows: Iterable[Iterable[Value]]) -> bytes:
    """Columns and rows as CSV, as `render` writes it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(rows)
    return BOM_UTF8 + text.getvalue().encode()

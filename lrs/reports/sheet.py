"""A report as a table, for those who work in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from codecs import BOM_UTF8
from collections.abc import Iterable
from dataclasses import dataclass

from lrs.reports.head import Head

Value = str | int | float | None
HEAD = (
    "through",
    "ruleset",
    "ruleset_created",
    "ruleset_since",
    "trained_rule",
    "split_communes",
    "names_as_of",
    "counts",
    "calendar",
)
"""The columns that every row of every sheet ends with: a row that is copied elsewhere still says what it is.
The scheme stands among the first, beside the unit."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows under columns. `name` is that of the file, without its ending."""

    name: str
    columns: tuple[str, ...]
    rows: Iterable[tuple[Value, ...]]


_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠].", re.DOTALL)
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def about(head: Head) -> tuple[Value, ...]:
    """What HEAD says of a report."""
    rules = head.ruleset
    return (
        head.through,
        rules.number,
        rules.created,
        rules.since,
        rules.trained,
        rules.split_communes,
        head.names_as_of,
        head.counts,
        head.calendar,
    )


def is_formula(text: str) -> bool:
    """Whether a spreadsheet could take a text for a formula. A sign alone is none, nor is a number."""
    return _FORMULA.match(text) is not None and _NUMBER.fullmatch(text) is None


def render(head: Head, sheet: Sheet) -> bytes:
    """The sheet as CSV (RFC 4180), UTF-8 with the mark by which Excel knows it; None is an empty field. What
    could be taken for a formula has an apostrophe before it.
    """
    end = about(head)
    return written((*sheet.columns, *HEAD), ((*row, *end) for row in sheet.rows))


def written(columns: Iterable[str], rows: Iterable[Iterable[Value]]) -> bytes:
    """Columns and rows as CSV, as `render` writes it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(map(_harmless, row) for row in rows)
    return BOM_UTF8 + text.getvalue().encode()


def _harmless(value: Value) -> Value:
    if isinstance(value, bool):
        return str(value).lower()
    return f"'{value}" if isinstance(value, str) and is_formula(value) else value

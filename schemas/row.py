"""A row of a table of plans, read strictly: a cell that is not of its form names its column and why."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal

from schemas.group import groups
from schemas.unit import SCHEMES, Unit, gazetteer

Row = Mapping[str, str]

EVERYBODY = "*"
"""Stands in the column `group` for people of whatever group."""
LONGEST = 2_000
"""Characters of a cell, at most."""

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MINUS = re.compile(r"-(?! |$)")
_WHOLE = re.compile(r"[0-9]{1,12}")
_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")


class BadCell(ValueError):
    """A cell that is not of its form. `code` is stable, the message says what is expected instead."""

    def __init__(self, code: str, column: str, message: str) -> None:
        super().__init__(f"column {column}: {message}")
        self.code = code
        self.column = column
        self.message = message


def text(row: Row, column: str) -> str:
    """What must not be empty. Raises BadCell `empty-cell`, `long-cell`, `formula`."""
    _filled(row, column)
    return remark(row, column)


def _filled(row: Row, column: str) -> str:
    if not row[column]:
        raise BadCell("empty-cell", column, "this must not be empty")
    return row[column]


def remark(row: Row, column: str) -> str:
    """What may be empty. Raises BadCell `long-cell`, and `formula` for what a spreadsheet that opens a report
    would compute. A dash before a blank is one of a list, and no sign.
    """
    if row[column].startswith(("=", "+", "@")) or _MINUS.match(row[column]):
        raise BadCell("formula", column, f"this must not begin with {row[column][0]}")
    if len(row[column]) > LONGEST:
        raise BadCell("long-cell", column, f"at most {LONGEST} characters, got {len(row[column])}")
    return row[column]


def name(row: Row, column: str) -> str:
    """A code of one's own, which stands in cells and addresses. Raises BadCell `empty-cell`, `bad-name`."""
    found = text(row, column)
    if _NAME.fullmatch(found) is None:
        raise BadCell("bad-name", column, f"expected lower-case letters, digits, - and ., got {found!r}")
    return found


def day(row: Row, column: str) -> date:
    """A day. Raises BadCell `empty-cell`, `bad-date`."""
    found = text(row, column)
    try:
        # beyond this form `fromisoformat` knows others, which another row would write otherwise
        return date.fromisoformat(found if _DAY.fullmatch(found) else "")
    except ValueError:
        raise BadCell("bad-date", column, f"expected a day as 2025-12-31, got {found!r}") from None


def whole(row: Row, column: str, least: int = 0) -> int:
    """A whole number from `least` on, below 10^12. Raises BadCell `empty-cell`, `bad-number`."""
    found = _filled(row, column)
    if _WHOLE.fullmatch(found) is None or int(found) < least:
        raise BadCell("bad-number", column, f"expected a whole number from {least} on, got {found[:40]!r}")
    return int(found)


def number(row: Row, column: str) -> Decimal:
    """A decimal number from 0 on, below 10^12, with six digits behind the point at most. Raises BadCell
    `empty-cell`, `bad-number`.
    """
    found = _filled(row, column)
    if _NUMBER.fullmatch(found) is None:
        message = f"expected a number at or above 0 as 62.5, with at most 6 decimals, got {found[:40]!r}"
        raise BadCell("bad-number", column, message)
    return Decimal(found)


def choice(row: Row, column: str, allowed: Collection[str], code: str) -> str:
    """One of `allowed`. Raises BadCell with this code."""
    if row[column] not in allowed:
        raise BadCell(code, column, f"expected one of {', '.join(allowed)}, got {row[column]!r}")
    return row[column]


def place(row: Row) -> Unit | None:
    """The province that `scheme` and `province_code` name, None for the nation, which leaves both empty.

    A digit that a spreadsheet took for a number has its zero again. Raises BadCell `unknown-scheme`,
    `unknown-province`, which names the province of the other scheme that has the code.
    """
    scheme, code = row["scheme"], row["province_code"]
    if not scheme and not code:
        return None
    choice(row, "scheme", SCHEMES, "unknown-scheme")
    unit = Unit("vn-2004" if scheme == "vn-2004" else "vn-2025", code.zfill(2) if code else code)
    if not gazetteer().known(unit):
        raise BadCell("unknown-province", "province_code", f"{scheme} has no province {code!r}{_other(unit)}")
    return unit


def _other(unit: Unit) -> str:
    """What the code is in the other scheme: that is what people mix up."""
    other = unit._replace(scheme="vn-2025" if unit.scheme == "vn-2004" else "vn-2004")
    return f"; {other} is {gazetteer().name(other)}" if gazetteer().known(other) else ""


def audience(row: Row, *, external: bool) -> str:
    """A group's code, or EVERYBODY. Raises BadCell `unknown-group`, `group-not-counted`: one for external
    figures where those that are counted are wanted.
    """
    found = text(row, "group")
    if found == EVERYBODY:
        return found
    if found not in groups():
        raise BadCell("unknown-group", "group", f"no such group as {found!r}; {EVERYBODY} is everybody")
    if not external and not groups()[found].sendable:
        raise BadCell("group-not-counted", "group", f"{found} is for external figures only")
    return found

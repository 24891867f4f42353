"""A row of attendance: who took part in what, when, where and how."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import TypeVar

from lrs.attendance.cells import Cell, Line
from lrs.attendance.column import columns_of, named
from lrs.attendance.fault import BadFile, Fault
from schemas.group import unknown
from schemas.profile import looks_like_identity_number
from schemas.reading import AHEAD, CHANNELS, VERBS, Action
from schemas.registration import TOPIC
from schemas.unit import Unit, gazetteer
from schemas.xapi import Invalid, check_iri

VIETNAM = timezone(timedelta(hours=7))
"""A time without a zone is one of Asia/Ho_Chi_Minh: UTC+7 all year."""
OLDEST = 2000
"""The first year that is taken for one."""
VERB_NAMES: Mapping[str, str] = {
    verb.rsplit("/", 1)[1]: verb for verb, action in VERBS.items() if action is not Action.VOIDING
}
"""The verbs that a row may have, by the last word of their IRIs."""
LIST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
"""Of the list on which a class and a learner's number stand: that class of another place is another one."""
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}")
_CLASS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NUMBER = re.compile(r"[0-9]{1,6}")
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(.*)", re.DOTALL)
_PARTED = re.compile(r"[\s,;|]+")

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Row:
    """One row that can be made a statement. `unit`, `groups`: None where the row names none."""

    number: int
    account: str
    time: datetime
    verb: str
    topic: tuple[str, str] | None
    activity: str | None
    unit: Unit | None
    groups: tuple[str, ...] | None
    channel: str
    identity_number: bool
    """The account's name has the form of a citizen's number."""


class _Bad(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def rows_of(
    lines: list[Line], now: datetime, *, refuse_identity_numbers: bool, list_id: str | None = None
) -> tuple[list[Row], list[Fault]]:
    """The rows of a file that can be sent, and what is wrong with the others. `list_id`: of the list on which
    classes and numbers stand (LIST_ID).

    Raises BadFile for what is wrong with the file as a whole, and `list-missing` where classes and numbers
    are on no list: two of the same name, of two places, would be one.
    """
    if not lines:
        raise BadFile("empty", "there is nothing in it; `lrs import template` prints a file to begin with")
    (_, header), *others = lines
    columns = columns_of(header)
    rows: list[Row] = []
    faults: list[Fault] = []
    for number, cells in others:
        if len(cells) > len(columns) and any(cell != "" for cell in cells[len(columns) :]):
            faults.append(Fault(number, "", "too-many-cells", "the row has more cells than the header"))
            continue
        said = named(columns, cells)
        if list_id is None and "class" in said and "account" not in said:
            message = f"row {number} has a class and a number: say with --list ID on which list they stand"
            raise BadFile("list-missing", f"{message}; the same ID for the same list whenever it is sent")
        found = _row(number, said, now, refuse_identity_numbers, list_id)
        if isinstance(found, Row):
            rows.append(found)
        else:
            faults += found
    return rows, faults


def _row(
    number: int, cells: Mapping[str, Cell], now: datetime, refuse: bool, list_id: str | None
) -> Row | list[Fault]:
    faults: list[Fault] = []

    def read(column: str, reader: Callable[[Mapping[str, Cell]], Value]) -> Value | None:
        try:
            return reader(cells)
        except _Bad as bad:
            faults.append(Fault(number, column, bad.code, str(bad)))
            return None

    if "account" in cells or "class" not in cells:
        account = read("account", _account)
    else:
        account = read("class", lambda it: _on_list(it, list_id or ""))
    time = read("time", lambda it: _time(it, now))
    verb = read("verb", _verb)
    topic = read("topic", _topic)
    activity = read("activity", _activity)
    unit = read("unit", _unit)
    groups = read("groups", _groups)
    channel = read("channel", _channel)
    flagged = account is not None and looks_like_identity_number(account)
    if flagged and refuse:
        message = "this has the form of a citizen's number: name accounts by an opaque id"
        faults.append(Fault(number, "account", "identity-number-refused", message))
    if faults or account is None or time is None or verb is None or channel is None:
        return faults
    return Row(number, account, time, verb, topic, activity, unit, groups, channel, flagged)


def _text(cells: Mapping[str, Cell], column: str) -> str:
    return str(cells.get(column, ""))


def _account(cells: Mapping[str, Cell]) -> str:
    if "account" not in cells:
        raise _Bad("account-missing", "name an account, or a class and the learner's number on its list")
    if not isinstance(cells["account"], str):
        message = "this is a number to the spreadsheet, and may have lost zeros: make the column text"
        raise _Bad("account-not-text", message)
    if _ID.fullmatch(cells["account"]) is None:
        message = "an id has letters without accents, digits and . _ : / - alone: no name, no address"
        raise _Bad("account-malformed", message)
    return cells["account"]


def _on_list(cells: Mapping[str, Cell], list_id: str) -> str:
    """The account that a class and a number on a list stand for: `list/class/number`."""
    class_, number = _whole(cells["class"]), _whole(cells.get("number", ""))
    if not number:
        raise _Bad("account-missing", "name the learner's number on the list of the class")
    if _CLASS.fullmatch(class_) is None:
        message = "a class has letters without accents, digits and . _ - alone, 64 at most"
        raise _Bad("account-malformed", message)
    if _NUMBER.fullmatch(number) is None:
        raise _Bad("account-malformed", "the number on the list is a whole number, of six digits at most")
    # 017 and 17 are one
    return f"{list_id}/{class_}/{int(number)}"


def _whole(cell: Cell) -> str:
    """The cell as text; a spreadsheet may keep 17 as 17.0."""
    return str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell)


def _time(cells: Mapping[str, Cell], now: datetime) -> datetime:
    text = _text(cells, "time")
    if not text:
        raise _Bad("time-missing", "say the day, or the moment")
    if (day := _DAY.fullmatch(text)) is not None:
        text = f"{day[3]}-{day[2]:0>2}-{day[1]:0>2}{day[4]}"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _Bad("time-malformed", "write 2025-05-20, 2025-05-20 08:30 or 20/05/2025 08:30") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)
    if moment.year < OLDEST:
        raise _Bad("time-malformed", f"the year is before {OLDEST}")
    if moment > now + timedelta(milliseconds=AHEAD):
        raise _Bad("time-ahead", "this is still to come")
    return moment.astimezone(UTC)


def _verb(cells: Mapping[str, Cell]) -> str:
    text = _text(cells, "verb") or "attended"
    if text in VERB_NAMES.values():
        return text
    if text.lower() not in VERB_NAMES:
        raise _Bad("unknown-verb", f"write one of {', '.join(VERB_NAMES)}")
    return VERB_NAMES[text.lower()]


def _topic(cells: Mapping[str, Cell]) -> tuple[str, str] | None:
    text = _text(cells, "topic")
    if not text:
        return None
    if TOPIC.fullmatch(text) is None:
        raise _Bad("topic-malformed", "write scheme:code, such as bdhvs:03")
    scheme, _, code = text.partition(":")
    return scheme, code


def _activity(cells: Mapping[str, Cell]) -> str | None:
    text = _text(cells, "activity")
    if not text:
        if "topic" not in cells:
            raise _Bad("activity-missing", "name an activity or a topic")
        return None
    try:
        check_iri(text)
    except Invalid as error:
        raise _Bad("activity-malformed", error.message) from None
    return text


def _unit(cells: Mapping[str, Cell]) -> Unit | None:
    text = _text(cells, "unit")
    if not text:
        return None
    try:
        unit = Unit.parse(text)
    except ValueError:
        message = "write its scheme and its codes, such as vn-2025/01/00070 or vn-2025/01"
        raise _Bad("unit-malformed", message) from None
    if not gazetteer().known(unit):
        raise _Bad("unknown-unit", "there is no such unit in this scheme")
    return unit


def _groups(cells: Mapping[str, Cell]) -> tuple[str, ...] | None:
    codes = tuple(sorted({it for it in _PARTED.split(_text(cells, "groups")) if it}))
    if unknown(codes):
        raise _Bad("unknown-group", "there is a code that is no group's, or that nobody may send")
    return codes or None


def _channel(cells: Mapping[str, Cell]) -> str:
    text = _text(cells, "channel").lower()
    if text not in CHANNELS:
        raise _Bad("unknown-channel" if text else "channel-missing", f"write one of {', '.join(CHANNELS)}")
    return text

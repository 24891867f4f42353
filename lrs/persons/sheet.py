"""A file of links: a row is an account and the person whose it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lrs.attendance.cells import Cell, Line
from lrs.attendance.fault import Fault
from schemas.profile import LONGEST_PERSON, looks_like_identity_number
from schemas.xapi import Invalid, Version, check_agent, ifi

COLUMNS = ("home_page", "account", "person")
MOST = 50_000
"""Rows of one file: they are appended as one."""


class Row(NamedTuple):
    """The account's inverse functional identifier (see `schemas.xapi.ifi`), and the person's key."""

    number: int
    identifier: str
    person: str


def account(home_page: str, name: str) -> str:
    """The identifier of an account. Raises ValueError where it is none."""
    agent = {"account": {"homePage": home_page, "name": name}}
    try:
        check_agent(agent, Version.V2_0_0)
    except Invalid as error:
        raise ValueError(error.message) from None
    return ifi(agent) or ""


def rows_of(lines: Sequence[Line]) -> tuple[list[Row], list[Fault]]:
    """The rows, and all that is wrong with them; what a cell says is never repeated."""
    if not lines:
        return [], [Fault(1, "", "empty", "there is no row: the first one names the columns")]
    names = [str(cell).strip().lower() for cell in lines[0][1]]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        text = f"the first row names the columns {', '.join(COLUMNS)}"
        return [], [Fault(lines[0][0], name, "missing-column", text) for name in missing]
    if len(lines) - 1 > MOST:
        return [], [Fault(1, "", "too-many-rows", f"at most {MOST} rows: part the file")]
    places = {name: names.index(name) for name in COLUMNS}
    rows: list[Row] = []
    faults: list[Fault] = []
    whose: dict[str, str] = {}
    for number, cells in lines[1:]:
        found = _row(number, {name: cells[at] if at < len(cells) else "" for name, at in places.items()})
        if isinstance(found, Fault):
            faults.append(found)
        elif whose.setdefault(found.identifier, found.person) != found.person:
            text = "another row gives this account to another person"
            faults.append(Fault(number, "person", "two-persons", text))
        else:
            rows.append(found)
    return rows, faults


def _row(number: int, cells: Mapping[str, Cell]) -> Row | Fault:
    for name, cell in cells.items():
        if not isinstance(cell, str):
            text = "a number may have lost its leading zeros: make the column text"
            return Fault(number, name, "number", text)
        if not cell.strip():
            return Fault(number, name, "missing", "the cell is empty")
    home_page, name, person = (str(cells[column]).strip() for column in COLUMNS)
    if len(person) > LONGEST_PERSON:
        return Fault(number, "person", "too-long", f"at most {LONGEST_PERSON} characters")
    if looks_like_identity_number(person):
        text = "this has the form of a citizen's number: a person's key is issued by one office"
        return Fault(number, "person", "identity-number", text)
    try:
        return Row(number, account(home_page, name), person)
    except ValueError as error:
        return Fault(number, "account", "bad-account", str(error))

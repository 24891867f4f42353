"""The columns of a file of attendance, and those that are refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from lrs.attendance.cells import Cell
from lrs.attendance.fault import BadFile


class Column(NamedTuple):
    """A column. `also`: other headings, without accents and in lower case. `what`: for people."""

    name: str
    also: tuple[str, ...]
    what: str


COLUMNS = (
    Column("account", ("account-name", "tai-khoan", "ma-hoc-vien"), "the learner's account on the platform"),
    Column("class", ("lop", "class-list"), "without an account: the class, an id on the list of --list"),
    Column("number", ("so-thu-tu", "stt", "list-number"), "and the learner's number on it"),
    Column("time", ("thoi-gian", "ngay", "day", "date"), "2025-05-20, 2025-05-20 08:30 or 20/05/2025 08:30"),
    Column("verb", ("dong-tu",), "attended (where it is empty), completed, passed, failed, registered, …"),
    Column("topic", ("chu-de",), "scheme:code, such as bdhvs:03"),
    Column("activity", ("hoat-dong",), "the activity's IRI; may be left out where there is a topic"),
    Column("unit", ("don-vi",), "vn-2025/01/00070; where it is empty, the registration's"),
    Column("groups", ("nhom", "group"), "codes of audience groups, parted by blanks"),
    Column("channel", ("kenh",), "in-person, mobile-point, blended or online"),
)
_BY_HEADING: Mapping[str, str] = {
    heading: column.name for column in COLUMNS for heading in (column.name, *column.also)
}

_NAMES = frozenset({"name", "names", "fullname", "surname", "ten", "hoten"})
_PERSONAL = frozenset(
    {
        "email",
        "mail",
        "phone",
        "telephone",
        "mobile",
        "cccd",
        "cmnd",
        "cmt",
        "passport",
        "birth",
        "birthday",
        "dob",
        "sinh",
        "address",
        "gender",
        "identity",
    }
)
_PERSONAL_PHRASES = ("dien-thoai", "dinh-danh", "dia-chi", "gioi-tinh", "can-cuoc", "ho-va", "ho-dem")


def heading_of(cell: Cell) -> str:
    """A heading without accents, in lower case, its words joined by hyphens."""
    text = str(cell).replace("đ", "d").replace("Đ", "D")
    plain = "".join(it for it in unicodedata.normalize("NFD", text) if not unicodedata.combining(it))
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def columns_of(header: Sequence[Cell]) -> list[str | None]:
    """By position the name of the column; None for one without a heading.

    Raises BadFile: `name-column`, `personal-column`, `unknown-column`, `repeated-column`, `missing-column`.
    """
    found: list[str | None] = []
    for position, cell in enumerate(header):
        heading = heading_of(cell)
        name = _BY_HEADING.get(heading)
        if name is None and heading:
            raise _refused(heading, position)
        if name is not None and name in found:
            raise BadFile("repeated-column", f"the column {name} is there twice")
        found.append(name)
    has = set(found)
    for choice in ({"account"} if "class" not in has else {"class", "number"}, {"time"}, {"channel"}):
        if missing := sorted(choice - has):
            raise BadFile(
                "missing-column", f"add the column {missing[0]}; `lrs import template` has them all"
            )
    if not has & {"topic", "activity"}:
        raise BadFile("missing-column", "add a column topic or activity: what was learnt?")
    return found


def _refused(heading: str, position: int) -> BadFile:
    words = set(heading.split("-"))
    if words & _NAMES or heading.startswith(("ho-ten", "ho-va", "ho-dem")):
        return BadFile(
            "name-column",
            f"remove column {position + 1}: names of people are neither needed nor taken, an account or a "
            "number on a class list is enough",
        )
    if words & _PERSONAL or any(phrase in heading for phrase in _PERSONAL_PHRASES):
        return BadFile(
            "personal-column", f"remove column {position + 1}: personal data is neither needed nor taken"
        )
    known = ", ".join(column.name for column in COLUMNS)
    return BadFile("unknown-column", f"column {position + 1} is none of {known}: remove or rename it")


def named(columns: Iterable[str | None], cells: Sequence[Cell]) -> dict[str, Cell]:
    """A row's cells by column; what is empty is left out."""
    return {name: cell for name, cell in zip(columns, cells, strict=False) if name is not None and cell != ""}

"""Audience groups: who a learner is to a plan. They overlap, so they are never summed.

**What a statement may name.** Every group but those for external figures. A bare union such as `pupils` is
taken, though platforms are asked for the finer groups: the platform says something true, nothing else follows
from it, and a union counts each learner once however they came to be in it, so refusing it would lose people
and protect nothing. A group for external figures (`urban-adults`) is the denominator of someone else's
survey: counted from statements it would look like the plan's figure and not be it. So in a statement it is as
unknown as a misspelt code.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Literal, get_args

from schemas.data.table import Rows, table

Kind = Literal["learner", "union", "external figures only"]


@dataclass(frozen=True, slots=True)
class Group:
    """An audience group.

    `implies`: codes of the groups that its members are in as well, as the table has them (not closed).
    `national`: its national group under Decision 757, or None. `vi`, `en`: its name in Vietnamese and
    English.
    """

    code: str
    implies: frozenset[str]
    national: str | None
    vi: str
    en: str
    kind: Kind

    @property
    def sendable(self) -> bool:
        """Whether a statement, or a platform's registration, may name it."""
        return self.kind != "external figures only"


def parse_groups(rows: Rows) -> Mapping[str, Group]:
    """Groups by code in the order of the rows, which have the columns of `schemas/data/groups.csv`.

    Raises ValueError for an unknown kind, and for a group that implies one that is not there or may not be
    sent.
    """
    found = {row["code"]: _group(row) for row in rows}
    allowed = {code for code, group in found.items() if group.sendable}
    for group in found.values():
        if not group.implies <= allowed:
            raise ValueError(f"group {group.code}: implies unknown groups {sorted(group.implies - allowed)}")
    return MappingProxyType(found)


def _group(row: Mapping[str, str]) -> Group:
    said = row["kind"].partition(";")[0].strip()
    for kind in get_args(Kind):
        if said == kind:
            return Group(
                code=row["code"],
                implies=frozenset(row["implies"].split()),
                national=row["national_group_757"] or None,
                vi=row["vi"],
                en=row["en"],
                kind=kind,
            )
    raise ValueError(f"group {row['code']}: expected a kind of {', '.join(get_args(Kind))}, got {said!r}")


@cache
def groups() -> Mapping[str, Group]:
    """All groups by code, in the order of the packaged table, read once."""
    return parse_groups(table("groups"))


@cache
def _sendable() -> frozenset[str]:
    return frozenset(code for code, group in groups().items() if group.sendable)


@lru_cache(maxsize=1024)
def _closed(codes: frozenset[str]) -> frozenset[str]:
    known = groups()
    reached: set[str] = set()
    frontier = set(codes)
    while frontier:
        reached |= frontier
        frontier = {implied for code in frontier for implied in known[code].implies} - reached
    return frozenset(reached)


def implied(codes: Iterable[str]) -> frozenset[str]:
    """The groups that a statement puts its learner in: the codes it names and all that these imply.

    Codes that a statement may not name are dropped; an empty answer is *not stated*.
    """
    # Only known codes reach the bounded cache, so no platform's invention stays in memory.
    return _closed(_sendable().intersection(codes))


def unknown(codes: Iterable[str]) -> tuple[str, ...]:
    """The codes that a statement may not name, once each, as given: to be kept and shown to the platform."""
    return tuple(code for code in dict.fromkeys(codes) if code not in _sendable())

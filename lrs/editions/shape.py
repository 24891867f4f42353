"""The public tables of an edition."""

from __future__ import annotations

from typing import Literal

from lrs.reports.head import Counted, Rules
from lrs.reports.shape import Shape
from lrs.reports.targets import Compared
from schemas.target import Status
from schemas.unit import Scheme

NOTE = (
    "Distinct learners. A figure of fewer people than smallest_cell is not shown (value null), nor one from "
    "which such a figure would follow. A figure that has moved by fewer since it was last shown stands as it "
    "was: edition says in which edition it was counted. A figure of several parts is the sum of those that "
    "are shown; partial says that one is not. Groups overlap and are never summed."
)

TargetStatus = Status | Literal["hidden", "partly hidden"]


class Figure(Shape):
    """A public figure."""

    value: int | None
    """Learners; null where it is hidden."""
    edition: int | None
    """The edition in which this value was counted (of several parts the earliest); null where hidden."""
    partial: bool
    """Whether a part of it is hidden, so that the whole may be larger."""


class ProvinceRow(Shape):
    """Everybody of a province, or of what stands for one."""

    scheme: Scheme
    code: str | None
    """The unit's code in the scheme, `not-stated` or `not-attributable`; null for the nation."""
    name: str
    registered: Figure
    """Learners, by the earliest registration or counted statement, at any time."""
    trained: Figure
    """Learners who met the rule for *trained*, at any time."""
    confirmed: Figure
    """Learners whose confirmation is in force."""


class GroupRow(Shape):
    """A group in a province."""

    scheme: Scheme
    code: str | None
    """The province's code, or `not-stated`; null for the nation."""
    name: str
    group: str
    group_name: str
    """In Vietnamese."""
    group_name_en: str
    trained: Figure


class TargetRow(Compared):
    """A target of a plan, and how far it is by what is public: never by anything else, and without a pace,
    which days would tell."""

    plan: str
    name: str
    """The unit's name; `nation` for the nation."""
    count: Figure
    status: TargetStatus
    """Of the public count; `hidden` where that is, and `partly hidden` where the part that is may be what
    lacks."""


class Change(Shape):
    """A public figure that is another one than in the edition before."""

    table: Literal["provinces", "groups", "targets"]
    scheme: Scheme | None
    code: str | None
    group: str
    """`*` for everybody."""
    figure: str
    """`registered`, `trained`, `confirmed`, or a target: its plan, due date and indicator."""
    before: int | None
    """Null where it was hidden."""
    after: int | None
    """Null where it is hidden now."""


class PublicEdition(Shape):
    """An edition as everybody reads it."""

    number: int
    day: str
    """The day of Asia/Ho_Chi_Minh through whose end it is complete."""
    published: str
    """RFC 3339, UTC."""
    through: str
    """RFC 3339, UTC: every statement stored before this moment is in what was counted for this edition."""
    previous: str | None
    """The digest of the edition before."""
    ruleset: Rules
    """The rules of what was counted for this edition; another number than before is a new series."""
    counts: Counted
    """What a learner is, as in the head of a report. How many accounts learners have is not public."""
    calendar: Literal["Asia/Ho_Chi_Minh"]
    smallest_cell: int
    note: str
    provinces: tuple[ProvinceRow, ...]
    """In vn-2025, then in vn-2004, each with the nation last."""
    groups: tuple[GroupRow, ...]
    targets: tuple[TargetRow, ...]
    changes: tuple[Change, ...]
    """What the public tables show otherwise than those of the edition before: new learners as well as voids,
    erasures, moves and corrections, once they move a figure by `smallest_cell` people."""

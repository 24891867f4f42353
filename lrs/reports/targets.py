"""Plans and their targets, each with the figure at its due date."""

from __future__ import annotations

from lrs.reports.head import Head
from lrs.reports.shape import Shape
from schemas.target import Measure, Operator, Status
from schemas.unit import Scheme


class Rule(Shape):
    """What *trained* means for a target, in the version and since the day that the head says."""

    words: str
    """The rule in words."""
    own: bool
    """Whether it is the plan's own rule; else it is the ruleset's, since the plan has none."""


class Denominator(Shape):
    """How many people there are in a group, as it was imported: the latest number of the due date or before,
    or where there is none the first one after it."""

    people: int
    date: str
    """The day of which the number is: `2025-04-01`."""
    source: str
    """Who says so."""


class ImportedFigure(Shape):
    """A figure that was imported: the latest of the due date or before."""

    value: str
    """A decimal number, in `measure`."""
    measure: Measure
    """`percent` of the group, or a `count`."""
    date: str
    """The day of which it is: `2025-11-30`."""
    source: str
    """Who found it."""


class GapLine(Shape):
    """What is missing at the figure's day."""

    people: int | None
    """How many people more would meet the target, at least; 0 where it is met, null without a denominator
    where one is needed, and for figures that are imported."""
    percentage_points: float | None
    """Percentage points up to the target's value; 0 where it is reached, null where the target is no
    percentage or none can be said."""


class PaceLine(Shape):
    """Whether going on like this meets the target in time."""

    days_left: int
    """Up to and with the due date; the day that is under way is one of them."""
    needed_per_day: float | None
    """People a day who would meet the target: `gap.people` over `days_left`."""
    needed_per_month: float | None
    """The same for 30 days."""
    present_per_day: float
    """People a day over the last 30 whole days before the day of `through`."""
    reaches: bool | None
    """Whether `present_per_day` meets the target by the due date; null where the denominator is missing."""


class Compared(Shape):
    """What a plan wants, and how what is counted, or was imported, compares with it."""

    scheme: Scheme | None
    """The scheme of the unit's code; null for the nation."""
    code: str | None
    """The unit's code; null for the nation."""
    due: str
    """The last day that counts: `2025-12-31`."""
    so_far: bool
    """Whether the due date is not over at `through`, so that the figure may still grow."""
    group: str
    """A group's code, or `*` for everybody."""
    indicator: str
    """`registered`, `active`, `trained`, `certified`, `confirmed`, or `external:<name>`: a figure that is
    imported and never counted from statements."""
    rule: Rule | None
    """Only where the indicator is `trained`."""
    operator: Operator
    """`=` and `>=` are met at or above the value, `>` above it; on unrounded values."""
    value: str
    """A decimal number, in `measure`."""
    measure: Measure
    """`percent` of the group, or a `count` of people."""
    quote: str
    """The plan's own words."""
    imported: ImportedFigure | None
    """The figure of an external indicator; null where none was imported by the due date."""
    denominator: int | None
    """People in the group; null where none was imported."""
    denominator_source: Denominator | None
    """Where the denominator is from; null with it."""
    percent: float | None
    """Null without a denominator, or without a figure."""
    over_hundred: bool
    """Whether more people are counted than the group has."""
    gap: GapLine


class TargetLine(Compared):
    """One target: what the plan wants, what is counted, and how they compare."""

    count: int | None
    """Learners counted up to and with the due date; null where there is no figure."""
    status: Status
    """`no denominator`: no plan gives the size of its groups, and none was imported. `no figure`: nothing
    that is counted, or was imported, answers it. `not comparable`: a percentage was imported, and the target
    is a number."""
    pace: PaceLine | None
    """Null once the due date is over, and for what has no figure for each day: `active`, and imported
    figures."""


class Successor(Shape):
    """The province that a unit of vn-2004 became, or became a part of."""

    scheme: Scheme
    code: str
    name: str


class PlanLine(Shape):
    """One plan and its targets."""

    plan: str
    """The plan's code."""
    scheme: Scheme | None
    code: str | None
    """The unit's code in the scheme of the plan's time; null for the nation."""
    name: str
    """The unit's name as of the day of `through`."""
    now: Successor | None
    """Where the plan's province is today: its targets are shown there, each by itself and for its own
    people, and never merged. Null for the nation, and for plans of vn-2025."""
    date: str
    """The day of the plan or launch."""
    title: str
    targets_stated: int | None
    """How many targets the plan says it has; null where it does not say."""
    targets_known: int
    """How many of them are here."""
    complete: bool | None
    """Whether all that it states are known; null where it does not say how many."""
    note: str
    targets: tuple[TargetLine, ...]


class Book(Shape):
    """From where plans, denominators and external figures are."""

    number: int
    """The import's number; 0 where nothing was imported: these are the plans that ship with the program."""
    imported: str | None
    """When: RFC 3339, UTC."""


class Targets(Shape):
    """Plans, each with its targets."""

    head: Head
    book: Book
    plans: tuple[PlanLine, ...]

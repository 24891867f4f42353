"""Plans and their targets, each with the figure at its due date."""

from __future__ import annotations

from lrs.reports.head import Head
from lrs.reports.shape import Shape
from schemas.target import Measure, Operator, Status
from schemas.unit import Scheme


class Rule(Shape):
    """What *trained* means for a target."""

    words: str
    """The rule in words."""
    own: bool
    """Whether it is the plan's own rule; else it is the ruleset's, since the plan has none."""


class TargetLine(Shape):
    """One target: what the plan wants, what is counted, and how they compare."""

    scheme: Scheme | None
    """The scheme of the unit's code; null for the nation."""
    code: str | None
    """The unit's code; null for the nation."""
    due: str
    """The last day that counts: `2025-12-31`."""
    so_far: bool
    """Whether the due date is not over at `through`, so that the figure may still grow."""
    group: str
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
    count: int | None
    """Learners counted up to and with the due date; null where there is no figure."""
    denominator: int | None
    """People in the group; null, since none was imported."""
    percent: float | None
    """Null without a denominator."""
    status: Status
    """`no denominator`: no plan gives the size of its groups, and none was imported. `no figure`: nothing
    that is counted from statements answers it."""
    over_hundred: bool
    """Whether more people are counted than the group has."""


class PlanLine(Shape):
    """One plan and its targets."""

    plan: str
    """The plan's code."""
    scheme: Scheme | None
    code: str | None
    """The unit's code in the scheme of the plan's time; null for the nation."""
    name: str
    """The unit's name."""
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


class Targets(Shape):
    """Plans, each with its targets."""

    head: Head
    plans: tuple[PlanLine, ...]

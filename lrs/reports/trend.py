"""How the figures of one unit, or of the nation, went through time."""

from __future__ import annotations

from typing import Literal

from lrs.reports.head import Head
from lrs.reports.measures import Measures
from lrs.reports.shape import Shape

TREND_NOTE = (
    "A learner is active in every period in which they learnt, so `active` is never summed over periods: "
    "`whole` has each of them once. Every other column sums to `whole`."
)


class _Step(Shape):
    period: str
    """`2025-04` or `2025-04-18`, as `grain` says."""


class Step(Measures, _Step):
    """The measures of one month or day of Asia/Ho_Chi_Minh."""


class Trend(Shape):
    """The months of all time or of a year, or the days of a month, for which there is a figure."""

    head: Head
    code: str | None
    """The province's code, `not-stated` or `not-attributable`; null for the nation."""
    name: str
    """Its dated name with its kind; `nation` for the nation."""
    group: str
    """`*` for everybody, `not-stated`, or a group's code."""
    period: str
    """What is cut into steps: `total`, a year or a month."""
    grain: Literal["month", "day"]
    """How long a step is: a month, or a day where the period is a month."""
    note: str
    steps: tuple[Step, ...]
    """In order of time; a step that is not there has no figure but 0."""
    whole: Measures
    """The measures of the whole period."""

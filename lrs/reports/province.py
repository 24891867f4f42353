"""One province: its communes, groups, topics, channels and months."""

from __future__ import annotations

from typing import Literal

from lrs.reports.head import Head
from lrs.reports.linking import Linking
from lrs.reports.measures import Line, Measures
from lrs.reports.shape import Shape

GROUPS_NOTE = (
    "Groups overlap: a learner counts in each of theirs, so groups are never summed. A group that is a union "
    "counts each learner once."
)
COMMUNES_NOTE = "Every learner and every statement is on exactly one line, so the lines sum to the totals."
CHANNELS_NOTE = (
    "A learner who used several channels is active in each of them, so `active` is never summed over "
    "channels; every statement is on exactly one line."
)
MONTHS_NOTE = (
    "A learner is active in every month in which they learnt, so `active` is never summed over months. Every "
    "other column sums to its total."
)


class GroupLine(Shape):
    """The measures of one group; null where no statement can say the group."""

    code: str
    """The group's code, or `not-stated`."""
    name: str
    """Its name in Vietnamese."""
    name_en: str
    """Its name in English."""
    kind: Literal["learner", "union", "external figures only", "not-stated"]
    """`union`: learners of several groups, each once. `external figures only`: it belongs to imported
    figures, and nothing is counted in it."""
    registered: int | None
    registered_inferred: int | None
    active: int | None
    trained: int | None
    certified: int | None
    confirmed: int | None


class TopicLine(Shape):
    """How many learners of a group started and completed a topic, at any time."""

    topic: str
    """`<scheme>:<code>`."""
    group: str
    """`*`, or the group that was asked for."""
    started: int
    completed: int


class ChannelLine(Shape):
    """How much was learnt through a channel."""

    channel: str
    """`online`, `in-person`, `mobile-point`, `blended` or `not-stated`."""
    active: int
    statements: int


class ChannelYear(Shape):
    """How much was learnt through each channel in a year of Asia/Ho_Chi_Minh."""

    year: str
    """`2025`."""
    lines: tuple[ChannelLine, ...]


class _Month(Shape):
    month: str
    """`2025-04`."""


class MonthLine(Measures, _Month):
    """The measures of a month of Asia/Ho_Chi_Minh."""


class Communes(Shape):
    """The province by commune."""

    note: str
    lines: tuple[Line, ...]
    """Every commune in order of code; then `not-stated`, and in vn-2025 `unresolved`: learners whose old
    commune was split."""


class Groups(Shape):
    """The province by group."""

    overlap: Literal[True]
    note: str
    lines: tuple[GroupLine, ...]


class Channels(Shape):
    """The province by channel."""

    overlap: Literal[True]
    note: str
    lines: tuple[ChannelLine, ...]
    """At any time."""
    years: tuple[ChannelYear, ...]
    """Those years for which there is a figure."""


class Months(Shape):
    """The province by month: those months for which there is a figure."""

    note: str
    lines: tuple[MonthLine, ...]


class Province(Shape):
    """One province, or one of the lines that are no province."""

    head: Head
    code: str
    """The province's code, `not-stated` or `not-attributable`."""
    name: str
    """Its dated name with its kind."""
    linking: Linking
    """How many accounts its learners have, at any time, and how many of these are linked to a person."""
    totals: Measures
    """At any time, of everybody: the exact sum of the communes."""
    communes: Communes
    groups: Groups
    topics: tuple[TopicLine, ...]
    """Every topic that the rules know, of everybody, then of the group that was asked for."""
    channels: Channels
    months: Months

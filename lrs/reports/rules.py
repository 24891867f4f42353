"""The series of figures that there have been: which rules made them, and when they were reported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from lrs.reports import basis
from lrs.reports.head import Head, head
from lrs.reports.shape import Shape
from lrs.reports.sheet import Sheet, Value
from schemas.ports import EventLog, Store
from schemas.ruleset import Ruleset
from schemas.series import Series, differences
from schemas.xapi import format_timestamp

NOTE = (
    "Figures of different numbers are different series: compare them only where nothing changed between "
    "them. A number without changes is the same rules, counted again."
)


class PlanRule(Shape):
    """A plan's own rule for *trained*."""

    plan: str
    words: str


class SeriesLine(Shape):
    """The figures of one ruleset."""

    number: int
    """The ruleset's number: the version of the rules."""
    created: str
    """When the rules were made: RFC 3339, UTC."""
    since: str
    """From when on reports gave these figures: RFC 3339, UTC."""
    until: str | None
    """When others took their place; null for those that are given now."""
    trained: str
    """Who counts as trained, in words, where no plan has a rule of its own."""
    trained_in: tuple[PlanRule, ...]
    split_communes: Literal["unresolved", "default successor"]
    topics: tuple[str, ...]
    """The topics that are known beside those of the platforms' activity maps."""
    changes: tuple[str, ...]
    """What is other than in the series before, in words."""
    same_rules: bool
    """Whether nothing is, and there is one before."""


class RulesReport(Shape):
    """Every series, the latest last."""

    head: Head
    note: str
    series: tuple[SeriesLine, ...]


def lines_of(series: Sequence[Series]) -> tuple[SeriesLine, ...]:
    """The lines of series that are in order of number."""
    return tuple(line(it, series[at - 1] if at else None) for at, it in enumerate(series))


def line(it: Series, before: Series | None) -> SeriesLine:
    """One series, beside the one before it."""
    rules = it.rules
    changes = differences(before.rules, rules) if before else ()
    return SeriesLine(
        number=it.number,
        created=format_timestamp(it.created),
        since=format_timestamp(it.began),
        until=None if it.ended is None else format_timestamp(it.ended),
        trained=rules.trained.describe(),
        trained_in=tuple(
            PlanRule(plan=plan, words=rule.describe()) for plan, rule in sorted(rules.trained_in.items())
        ),
        split_communes=split_communes(rules),
        topics=tuple(sorted(rules.topics)),
        changes=changes,
        same_rules=before is not None and not changes,
    )


def split_communes(rules: Ruleset) -> Literal["unresolved", "default successor"]:
    """Where somebody counts whose old commune was split."""
    return "default successor" if rules.default_successor else "unresolved"


async def read(store: Store, log: EventLog) -> RulesReport:
    """The report as things stand. Raises Unavailable as `basis.read` does."""
    found = await basis.read(store, log, ())
    return RulesReport(head=head(found, None), note=NOTE, series=lines_of(await store.series()))


def sheet(report: RulesReport) -> Sheet:
    """One row a series."""
    return Sheet(
        name="rules",
        columns=(
            "number",
            "created",
            "since",
            "until",
            "trained",
            "trained_in",
            "split",
            "topics",
            "changes",
        ),
        rows=(_row(it) for it in report.series),
    )


def _row(it: SeriesLine) -> tuple[Value, ...]:
    own = "; ".join(f"{rule.plan}: {rule.words}" for rule in it.trained_in)
    return (
        it.number,
        it.created,
        it.since,
        it.until,
        it.trained,
        own,
        it.split_communes,
        " ".join(it.topics),
        "; ".join(it.changes),
    )

"""Every platform that is registered, and when it was last heard of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lrs.reports import basis
from lrs.reports.basis import Basis
from lrs.reports.head import Head, head
from lrs.reports.platform_reading import REASONS
from lrs.reports.shape import Shape
from lrs.reports.sheet import Sheet
from schemas.ports import EventLog, Store
from schemas.reading import Outcome
from schemas.registration import Registration
from schemas.xapi import format_timestamp

DAY = 86_400_000


class PlatformLine(Shape):
    """One platform: what its registration says, and what came of it."""

    platform: str
    """Its registered name."""
    home_page: str
    """The home page of its accounts; empty where the registration says none."""
    provinces: tuple[str, ...] | None
    """The provinces that it may report, each with its scheme; null for any."""
    trial: bool
    """Whether it is on trial: nothing that it sends is in the figures."""
    last_seen: str | None
    """When its latest statement was stored: RFC 3339, UTC; null where there is none."""
    silent_days: int | None
    """Whole days from `last_seen` to `through`; null where there is no statement."""
    counted: int
    """Statements in the figures."""
    not_counted: int
    """Statements that are stored and count for no learner, or in no province."""


class Platforms(Shape):
    """Every platform of the living rules, by name."""

    head: Head
    platforms: tuple[PlatformLine, ...]


def build(found: Basis, seen: Mapping[str, int | None]) -> Platforms:
    """The report, from cells and from what was last seen (milliseconds) of each platform."""
    known = sorted(found.ruleset.platforms.items())
    return Platforms(
        head=head(found, None),
        platforms=tuple(_line(it, seen.get(name), found) for name, it in known),
    )


async def read(store: Store, log: EventLog) -> Platforms:
    """The report as things stand. Raises Unavailable as `basis.read` does."""
    found = await basis.read(store, log, ["p|"])
    return build(found, {name: await store.last_seen(name) for name in found.ruleset.platforms})


def sheet(report: Platforms) -> Sheet:
    """One row a platform."""
    fields = tuple(PlatformLine.model_fields)

    def rows() -> Iterator[tuple[str | int | None, ...]]:
        for line in report.platforms:
            written = line.model_dump()
            written["provinces"] = "any" if line.provinces is None else " ".join(line.provinces)
            yield (None, *(written[field] for field in fields))

    return Sheet(name="platforms", columns=("scheme", *fields), rows=rows())


def _line(registration: Registration, seen: int | None, found: Basis) -> PlatformLine:
    start = f"p|{registration.name}|"
    provinces = registration.provinces
    return PlatformLine(
        platform=registration.name,
        home_page=registration.home_page,
        provinces=None if provinces is None else tuple(sorted(provinces)),
        trial=registration.trial,
        last_seen=None if seen is None else format_timestamp(seen),
        silent_days=None if seen is None else max(0, found.through - seen) // DAY,
        counted=found.figures.get(start + Outcome.COUNTED, 0),
        not_counted=sum(found.figures.get(start + it, 0) for it in REASONS),
    )

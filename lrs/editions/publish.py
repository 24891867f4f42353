"""Publishing an edition: what it waits for, what it reads, and how it is kept."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from datetime import date, timedelta

from lrs.editions import line
from lrs.editions.draft import digest, draft
from lrs.editions.frozen import Frozen
from lrs.reports import basis, targets_reading
from lrs.reports.watermark import through
from schemas.calendar import day_of, end_of
from schemas.edition import Edition
from schemas.errors import Fenced, StoreError
from schemas.plan_import import in_force
from schemas.ports import PROJECTOR, EventLog, Store
from schemas.record import STATEMENTS, TICK_RECORD
from schemas.xapi import format_timestamp

LOOK = 0.1
"""Seconds between two looks at the watermark."""


class NotPublished(ValueError):
    """There is to be no edition now; the message says why, and what to do."""


def yesterday(now: int) -> date:
    """The last day that was over at a moment (milliseconds)."""
    return date.fromisoformat(day_of(now)) - timedelta(days=1)


async def latest(store: Store) -> Edition | None:
    """The latest edition. Raises StoreError where it is not what its digest says."""
    heads = await store.editions(None, 1)
    return await read(store, heads[0].number) if heads else None


async def read(store: Store, number: int) -> Edition | None:
    """The edition of this number. Raises StoreError where its bytes are not what its digest says."""
    found = await store.edition(number)
    if found is not None and digest(found.public) != found.head.digest:
        raise StoreError(f"edition {number} is not what was published: its digest is another one")
    return found


async def prepare(store: Store, log: EventLog, day: date, smallest: int, patience: float) -> Edition:
    """The edition that would be published for a day; nothing is kept.

    Where nothing was posted since the day ended, a tick carries the watermark on; it is waited for up to
    `patience` seconds. Raises NotPublished where the day is not over, is not later than that of the latest
    edition, or is not complete in time.
    """
    before = await latest(store)
    now = time.time_ns() // 1_000_000
    if now < end_of(day):
        raise NotPublished(f"{day} is not over: an edition is of a whole day, {yesterday(now)} at the latest")
    if before is not None and date.fromisoformat(before.head.day) >= day:
        raise NotPublished(
            f"edition {before.head.number} is of {before.head.day}: the next can be published when the day "
            "after it is over, from midnight on in Asia/Ho_Chi_Minh"
        )
    await _complete(store, log, end_of(day), patience)
    found = await frozen(store, log)
    if found.cells.through < end_of(day):
        raise NotPublished(_incomplete(day, found.cells.through))
    return draft(found, before, day, time.time_ns() // 1_000_000, smallest)


async def publish(store: Store, edition: Edition) -> None:
    """Keep it. Raises NotPublished where somebody else was first."""
    try:
        await store.add_edition(edition)
    except Fenced as error:
        number = edition.head.number
        raise NotPublished(
            f"somebody else published edition {number} meanwhile: see `lrs edition show {number}`"
        ) from error


async def frozen(store: Store, log: EventLog) -> Frozen:
    """The plan book in force, the cells of every line at any time, and those of the periods that the targets
    need. Raises Unavailable as `basis.read_cells` does.
    """
    latest = await store.plan_import()
    book = in_force(latest)

    def needed(through: int) -> Iterable[str]:
        of_targets = targets_reading.prefixes(book.plans.values(), book.targets, through)
        return dict.fromkeys((*line.prefixes(), *of_targets))

    return Frozen(await basis.read_cells(store, log, needed), book, latest)


async def _complete(store: Store, log: EventLog, moment: int, patience: float) -> None:
    """Wait until the watermark has passed a moment, for `patience` seconds at most."""
    deadline, ticked = time.monotonic() + patience, False
    while await through(store, log, (await store.living()).number) < moment:
        if not ticked:
            places = await store.positions(PROJECTOR)
            await log.append(STATEMENTS, {partition: [TICK_RECORD] for partition in places})
            ticked = True
        if time.monotonic() >= deadline:
            return
        await asyncio.sleep(LOOK)


def _incomplete(day: date, reached: int) -> str:
    so_far = format_timestamp(reached) if reached else "nothing yet"
    return (
        f"the figures of {day} are not complete: they reach to {so_far}; see that the consumers run, and "
        "publish again"
    )

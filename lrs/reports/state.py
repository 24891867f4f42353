"""What the figures of a store hang on: where it is the same, a report is too, without being made again."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from importlib.metadata import version
from typing import NamedTuple

import orjson

from lrs.reports import watermark
from schemas.ports import EventLog, Store
from schemas.record import Position
from schemas.xapi import format_timestamp

_PROGRAM = version("lrs")


class State(NamedTuple):
    """The living ruleset's number and revision, whether any account was ever linked to a person, and how far
    the ruleset's aggregation is.

    Cells are written together with the position of their partition, and positions only go forward: between
    two readings of one state no cell was changed. A link changes cells like everything else; the first one
    also changes what every report says that it counts.
    """

    number: int
    revision: int
    linked: bool
    positions: tuple[Position, ...]

    def tag(self, asked: str, through: str) -> str:
        """The entity tag of a report: of what was `asked` (path, query and format), with this watermark."""
        positions = [list(it) for it in self.positions]
        said = orjson.dumps([_PROGRAM, asked, through, self.number, self.revision, self.linked, positions])
        return blake2b(said, digest_size=16, person=b"report").hexdigest()


async def read(store: Store) -> State | None:
    """The state now; None where no ruleset lives."""
    living = await _living(store)
    if living is None:
        return None
    return State(*living, await store.has_links(), _ordered(await store.aggregate_positions(living[0])))


async def read_through(store: Store, log: EventLog) -> tuple[State, str] | None:
    """The state now, with the watermark that a report has which is made of it."""
    living = await _living(store)
    if living is None:
        return None
    through, positions = await watermark.read(store, log, living[0])
    return State(*living, await store.has_links(), _ordered(positions)), format_timestamp(through)


async def _living(store: Store) -> tuple[int, int] | None:
    return next(((it.number, it.revision) for it in await store.rulesets() if it.stage == "living"), None)


def _ordered(positions: Mapping[int, Position]) -> tuple[Position, ...]:
    return tuple(position for _, position in sorted(positions.items()))

"""What a report is made from: figures of one ruleset, with the watermark that holds for them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lrs.reports.watermark import through
from schemas.errors import Unavailable
from schemas.figure import figures
from schemas.ports import EventLog, Store
from schemas.ruleset import Ruleset

INLINE = 10_000
"""Cells up to which the event loop sums them itself; beyond, a thread does while statements are taken."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Figures by key, the ruleset that they are of, and the watermark (milliseconds) read before them."""

    ruleset: Ruleset
    through: int
    figures: Mapping[str, int]


async def read(store: Store, log: EventLog, prefixes: Iterable[str]) -> Basis:
    """Read the living ruleset, its watermark, then the figures that the cells under each
    prefix make.

    Raises Unavailable if another ruleset became the living one meanwhile: the one that was read may have been
    dropped under the reader, and its cells would look like zeros.
    """
    ruleset = await store.living()
    watermark = await through(store, log, ruleset.number)
    cells = await store.cells(ruleset.number, *prefixes)
    living = [state.number for state in await store.rulesets() if state.stage == "living"]
    if living != [ruleset.number]:
        raise Unavailable("the rules were switched while a report was being read")
    summed = figures(cells) if len(cells) <= INLINE else await asyncio.to_thread(figures, cells)
    return Basis(ruleset, watermark, summed)

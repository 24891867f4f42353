"""What a report is made from: figures of one ruleset, with the watermark that holds for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from lrs.reports.watermark import through
from schemas.calendar import day_of
from schemas.errors import Unavailable
from schemas.figure import figures
from schemas.ports import EventLog, Store
from schemas.ruleset import Ruleset

INLINE = 10_000
"""Cells up to which the event loop sums them itself; beyond, a thread does while statements are taken."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Figures by key, the ruleset that they are of, and the watermark (milliseconds) read before them.
    `since`: when reports began to give this ruleset's figures; None where it was not noted. `linked`: whether
    any account was ever linked to a person.
    """

    ruleset: Ruleset
    through: int
    figures: Mapping[str, int]
    since: int | None = None
    linked: bool = False

    @property
    def today(self) -> date:
        """The day of the watermark."""
        return date.fromisoformat(day_of(self.through))


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells by key, the ruleset that they are of, and the watermark (milliseconds) read before them. `since`,
    `linked`: as in `Basis`.
    """

    ruleset: Ruleset
    through: int
    cells: Mapping[str, int]
    since: int | None = None
    linked: bool = False

    async def basis(self) -> Basis:
        """With the figures that these cells make."""
        few = len(self.cells) <= INLINE
        summed = figures(self.cells) if few else await asyncio.to_thread(figures, self.cells)
        return Basis(self.ruleset, self.through, summed, self.since, self.linked)


async def read(store: Store, log: EventLog, prefixes: Iterable[str]) -> Basis:
    """The basis of the cells under each prefix. Raises Unavailable as `read_cells` does."""
    return await read_at(store, log, lambda _: prefixes)


async def read_at(store: Store, log: EventLog, needed: Callable[[int], Iterable[str]]) -> Basis:
    """As `read`, where the prefixes depend on the watermark (milliseconds)."""
    return await (await read_cells(store, log, needed)).basis()


async def read_cells(store: Store, log: EventLog, needed: Callable[[int], Iterable[str]]) -> Cells:
    """Read the living ruleset, its watermark, then the cells under each prefix that is needed at
    that watermark (milliseconds).

    Raises Unavailable if another ruleset became the living one meanwhile: the one that was read may have been
    dropped under the reader, and its cells would look like zeros.
    """
    ruleset = await store.living()
    watermark = await through(store, log, ruleset.number)
    cells = await store.cells(ruleset.number, *needed(watermark))
    since = next((it.began for it in await store.series(ruleset.number)), None)
    linked = await store.has_links()
    living = [state.number for state in await store.rulesets() if state.stage == "living"]
    if living != [ruleset.number]:
        raise Unavailable("the rules were switched while a report was being read")
    return Cells(ruleset, watermark, cells, since, linked)

"""What a report is made from: figures of one ruleset, with the watermark that holds for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lrs.reports.watermark import through
from schemas.errors import Unavailable
from schemas.figure import figures
from schemas.ports import EventLog, Store
from schemas.ruleset import Ruleset


@dataclass(frozen=True, slots=True)
class Basis:
    """Figures by key, the ruleset that they are of, and the watermark (milliseconds) read before them."""

    ruleset: Ruleset
    through: int
    figures: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells by key, the ruleset that they are of, and the watermark (milliseconds) read before them."""

    ruleset: Ruleset
    through: int
    cells: Mapping[str, int]

    def basis(self) -> Basis:
        """With the figures that these cells make."""
        return Basis(self.ruleset, self.through, figures(self.cells))


async def read(store: Store, log: EventLog, prefixes: Iterable[str]) -> Basis:
    """The basis of the cells under each prefix. Raises Unavailable as `read_cells` does."""
    return (await read_cells(store, log, prefixes)).basis()


async def read_cells(store: Store, log: EventLog, prefixes: Iterable[str]) -> Cells:
    """Read the living ruleset, its watermark, then the cells under each prefix.

    Raises Unavailable if another ruleset became the living one meanwhile: the one that was read may have been
    dropped under the reader, and its cells would look like zeros.
    """
    ruleset = await store.living()
    watermark = await through(store, log, ruleset.number)
    cells = await store.cells(ruleset.number, *prefixes)
    living = [state.number for state in await store.rulesets() if state.stage == "living"]
    if living != [ruleset.number]:
        raise Unavailable("the rules were switched while a report was being read")
    return Cells(ruleset, watermark, cells)

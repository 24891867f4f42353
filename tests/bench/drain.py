"""How fast consumers work off what has piled up."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import NamedTuple

from tests.bench.cpu import Shares
from tests.bench.process import Broken
from tests.bench.store import STUCK, Store

LOOK = 0.25
"""Seconds between two looks at the metrics, which cost the machine something themselves."""
GATHERING = 2.0
"""Seconds after the first progress in which several processes share the partitions out, or what is shorter, a
tenth of the figure's.
"""


class Drained(NamedTuple):
    """So many records in so many seconds, of how many, and what share of a core each process used."""

    records: int
    seconds: float
    piled: int
    cpu: dict[str, float]


async def drained(under: Store, consumer: str, processes: int, seconds: float) -> Drained:
    """Let so many processes of a consumer work for so long, or until nothing is left.

    The clock starts when they are at work; where everything is done by then, when they are started. Raises
    Broken where they do nothing for a minute.
    """
    piled = left = (await under.standing()).lag[consumer]
    began = monotonic()
    async with under.consuming({consumer: processes}):
        shares = Shares(under.pids)
        while left >= piled:
            if monotonic() - began > STUCK:
                raise Broken(f"{piled:,} records wait for {consumer}, and none is worked off")
            await asyncio.sleep(LOOK)
            left = (await under.standing()).lag[consumer]
        await asyncio.sleep(min(GATHERING, seconds / 10))
        before = piled
        if (left := (await under.standing()).lag[consumer]) > 0:
            before, began, shares = left, monotonic(), Shares(under.pids)
        last = Drained(before - left, monotonic() - began, piled, shares.now())
        while left > 0 and (last.seconds < seconds or last.records <= 0):
            if last.seconds > seconds + STUCK:
                raise Broken(f"{left:,} records still wait for {consumer}, and no more are worked off")
            await asyncio.sleep(LOOK)
            left = (await under.standing()).lag[consumer]
            if left > 0 or last.records <= 0:
                # the look that finds nothing left does not know since when
                last = Drained(before - left, monotonic() - began, piled, shares.now())
    return last

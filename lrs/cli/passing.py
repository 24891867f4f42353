"""Waiting until the projector has passed what is in the log."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping

from schemas.ports import PROJECTOR, EventLog, Store
from schemas.record import STATEMENTS


async def passed(store: Store, ends: Mapping[int, int], seconds: float) -> bool:
    """Whether the projector gets to these offsets, by partition, in time."""
    deadline = time.monotonic() + seconds
    while True:
        positions = await store.positions(PROJECTOR)
        if all(end == 0 or (at in positions and positions[at].offset >= end) for at, end in ends.items()):
            return True
        if time.monotonic() >= deadline:
            return False
        await asyncio.sleep(0.1)


async def caught_up(log: EventLog, store: Store, seconds: float) -> bool:
    """Whether the projector gets to the present end of the log in time."""
    return await passed(store, await log.ends(STATEMENTS), seconds)

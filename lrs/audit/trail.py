"""Notes what is done by requests, and writes it to the store together, a moment later.

What was noted since the last write is lost if the process is killed: half a second of it as a rule. While the
store takes nothing, notes wait; once as many wait as there is room for, nobody reads about persons here any
more, for nothing is read without a note.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from contextlib import suppress

from lrs.auth.principal import Principal
from lrs.problem import overloaded
from schemas.audit import Entry, What, about
from schemas.errors import StoreError
from schemas.ports import AuditStore

PAUSE = 0.5
"""Seconds between two writes: how much is lost by a kill."""
ROOM = 20_000
"""Entries that may wait."""

_Same = tuple[str, str, What, str]
"""Who, their platform, what, about what: notes that have this in common are one."""

log = logging.getLogger(__name__)


class Trail:
    """Entries on their way to the store. Those of one write that are alike are one, with how often."""

    def __init__(self, store: AuditStore, *, pause: float = PAUSE, room: int = ROOM) -> None:
        self._store = store
        self._pause = pause
        self._room = room
        self._waiting: dict[_Same, tuple[int, int, int]] = {}
        """Its moment, how much it was about, and how often."""
        self._noted = asyncio.Event()
        self._closing = asyncio.Event()
        self._writing: asyncio.Task[None] | None = None
        self._told = False

    async def start(self) -> None:
        """Write what is noted, until `close`."""
        self._writing = asyncio.create_task(self._write_on())

    async def close(self) -> None:
        """Write what is left. Raises nothing: what the store does not take is lost, and said."""
        self._closing.set()
        self._noted.set()
        if self._writing is not None:
            # not cancelled: what is half written would be written twice
            await asyncio.gather(self._writing, return_exceptions=True)
        if not await self._write():
            log.error("%d entries of the audit trail are lost", len(self._waiting))

    def check_room(self) -> None:
        """Raises Problem 503 where a note could not be kept."""
        if len(self._waiting) >= self._room:
            raise overloaded(
                "audit-behind", "The audit trail cannot be written. Send the same request again."
            )

    def note(self, caller: Principal, what: What, amount: int, parameters: Mapping[str, str]) -> None:
        """Note what a caller did."""
        self._add((caller.key, caller.platform, what, about(parameters)), _now(), amount, 1)
        self._noted.set()

    def _add(self, same: _Same, moment: int, amount: int, times: int) -> None:
        before = self._waiting.get(same)
        if before is not None:
            moment, amount, times = min(before[0], moment), before[1] + amount, before[2] + times
        self._waiting[same] = moment, amount, times

    async def _write_on(self) -> None:
        while not self._closing.is_set():
            await self._noted.wait()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pause):
                    await self._closing.wait()
            self._noted.clear()
            if not await self._write():
                self._noted.set()

    async def _write(self) -> bool:
        """Whether all that was noted before is in the store."""
        waiting, self._waiting = self._waiting, {}
        if not waiting:
            return True
        try:
            await self._store.audit(
                [
                    Entry(moment, who, platform, what, amount, asked, times)
                    for (who, platform, what, asked), (moment, amount, times) in waiting.items()
                ]
            )
        except BaseException as error:
            for same, noted in waiting.items():
                self._add(same, *noted)
            if not isinstance(error, StoreError):
                raise
            if not self._told:
                log.warning("the audit trail cannot be written: %s", error)
            self._told = True
            return False
        self._told = False
        return True


def _now() -> int:
    return time.time_ns() // 1_000_000

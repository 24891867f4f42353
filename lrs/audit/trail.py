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

log = logging.getLogger(__name__)


class Trail:
    """Entries on their way to the store. Those of one write that are alike are one, with how often."""

    def __init__(self, store: AuditStore, *, pause: float = PAUSE, room: int = ROOM) -> None:
        self._store = store
        self._pause = pause
        self._room = room
        self._waiting: dict[tuple[str, str, str, str], Entry] = {}
        self._noted = asyncio.Event()
        self._writing: asyncio.Task[None] | None = None
        self._told = False

    async def start(self) -> None:
        """Write what is noted, until `close`."""
        self._writing = asyncio.create_task(self._write_on())

    async def close(self) -> None:
        """Write what is left. Raises nothing: what the store does not take is lost, and said."""
        if self._writing is not None:
            self._writing.cancel()
            with suppress(asyncio.CancelledError):
                await self._writing
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
        now = time.time_ns() // 1_000_000
        self._add(Entry(now, caller.key, caller.platform, what, amount, about(parameters)))
        self._noted.set()

    def _add(self, entry: Entry) -> None:
        before = self._waiting.get(entry.same())
        if before is not None:
            entry = before._replace(
                moment=min(before.moment, entry.moment),
                amount=before.amount + entry.amount,
                times=before.times + entry.times,
            )
        self._waiting[entry.same()] = entry

    async def _write_on(self) -> None:
        while True:
            await self._noted.wait()
            await asyncio.sleep(self._pause)
            self._noted.clear()
            if not await self._write():
                self._noted.set()

    async def _write(self) -> bool:
        """Whether all that was noted before is in the store."""
        entries, self._waiting = list(self._waiting.values()), {}
        if not entries:
            return True
        try:
            await self._store.audit(entries)
        except BaseException as error:
            for entry in entries:
                self._add(entry)
            if not isinstance(error, StoreError):
                raise
            if not self._told:
                log.warning("the audit trail cannot be written: %s", error)
            self._told = True
            return False
        self._told = False
        return True

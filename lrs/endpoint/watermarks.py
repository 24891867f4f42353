"""How far the projector is, as this endpoint knows it: reads wait for their writes (G13), and say what is
complete (G5).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress

from consumers.standing import refuse_other_logs
from lrs.endpoint.unprojected import Unprojected
from schemas.errors import StoreError
from schemas.ports import PROJECTOR, EventLog, StatementStore
from schemas.record import STATEMENTS, TICK_RECORD, Position

BRISK, BUSY, IDLE = 0.005, 0.05, 0.25
"""Seconds between looks at the store: while somebody waits, while something is not yet projected,
otherwise.
"""
OLD = 1.0
"""Seconds after which the consistent-through of an idle log is old enough for a tick, if a reader asks."""
VERY_OLD = 5.0
"""Seconds after which a reader waits for the tick to come back."""
TICK_PATIENCE = 0.5
"""Seconds that such a reader waits at most."""

log = logging.getLogger(__name__)


class Watermarks:
    """Follows the projector's positions in the store."""

    def __init__(
        self,
        log_: EventLog,
        store: StatementStore,
        unprojected: Unprojected,
        opened: Callable[[Iterable[int]], None] = lambda _: None,
    ) -> None:
        """`opened` is told the partitions that have a position, each time it is looked."""
        self._log = log_
        self._store = store
        self._unprojected = unprojected
        self._opened = opened
        self._positions: Mapping[int, Position] = {}
        self._consistent = 0
        self._moved = asyncio.Condition()
        self._waiting = 0
        self._wanted = asyncio.Event()
        self._ticking: asyncio.Task[None] | None = None
        self._doubtful: list[Sequence[str]] = []
        self._said = ""
        self._ticked: Mapping[int, int] = {}
        self._following: asyncio.Task[None] | None = None
        self.answering = False
        """Whether the last look at the store succeeded."""
        self.ready = False
        """Whether everything is known that was appended before this start and is not yet projected (G3)."""

    async def start(self) -> None:
        """Look once, and go on looking until `close`. Raises WrongLog where the store is another log's."""
        await self._look()
        refuse_other_logs(self._positions, STATEMENTS, await self._log.log_id(STATEMENTS))
        self._following = asyncio.create_task(self._follow())

    async def close(self) -> None:
        """Stop looking."""
        for task in (self._following, self._ticking):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    @property
    def positions(self) -> Mapping[int, Position]:
        """The projector's positions at the last look."""
        return self._positions

    def consistent_through(self) -> int:
        """Everything stored before this millisecond was visible at the last look, or earlier (xAPI 2.0
        Communication 2.1.3). What was true once stays true, also where a partition is added whose position is
        a little older.
        """
        return self._consistent

    def stir(self) -> None:
        """Look at the store at once: something was appended."""
        self._wanted.set()

    def doubt(self, ids: Sequence[str]) -> None:
        """Something with these ids, which are claimed, may have been appended: they are let go when the log
        was read (G3).
        """
        self._doubtful.append(ids)
        self.stir()

    async def passed(self, ends: Mapping[int, int], patience: float) -> bool:
        """Wait until the projector has passed these ends (partition → offset), for `patience` seconds at
        most.
        """
        return self._has_passed(ends) or await self._until(lambda: self._has_passed(ends), patience)

    async def asked(self, old: float = OLD, *, waiting: bool = True) -> None:
        """A reader asks: where the value is older than `old` seconds, see that a tick carries it on; and wait
        a moment for that, with `waiting`, where it is very old. While a tick is on its way there is no other.
        """
        age = time.time() - self.consistent_through() / 1000
        if age < old:
            return
        if (self._ticking is None or self._ticking.done()) and self._has_passed(self._ticked):
            self._ticking = asyncio.create_task(self._tick())
        if waiting and age >= VERY_OLD:
            before = self.consistent_through()
            await self._until(lambda: self.consistent_through() > before, TICK_PATIENCE)

    def _has_passed(self, ends: Mapping[int, int]) -> bool:
        positions = self._positions
        return all(it in positions and positions[it].offset >= end for it, end in ends.items())

    async def _until(self, true: Callable[[], bool], patience: float) -> bool:
        self._waiting += 1
        self.stir()
        try:
            async with asyncio.timeout(patience), self._moved:
                await self._moved.wait_for(true)
        except TimeoutError:
            return False
        finally:
            self._waiting -= 1
        return True

    async def _tick(self) -> None:
        try:
            ends = await self._log.append(STATEMENTS, {it: [TICK_RECORD] for it in self._positions})
            self._ticked = {it: at.first + 1 for it, at in ends.items()}
            self.stir()
            await self.passed(self._ticked, OLD)
        except StoreError as error:
            log.warning("no tick: %s", error)

    async def _follow(self) -> None:
        while True:
            pause = BRISK if self._waiting else BUSY if len(self._unprojected) else IDLE
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._wanted.wait()
            if self._wanted.is_set():
                self._wanted.clear()
                await asyncio.sleep(BRISK)
            try:
                await self._look()
            except Exception:
                # whatever it was, who waits must not wait on a look that nobody takes any more
                log.exception("looking at the store failed")
                self.answering = False

    async def _look(self) -> None:
        try:
            positions = await self._store.positions(PROJECTOR)
        except StoreError as error:
            if self.answering:
                log.warning("the store does not answer: %s", error)
            self.answering = False
            return
        self.answering = True
        self._opened(positions)
        self._unprojected.projected(positions)
        if positions != self._positions:
            self._positions = positions
            self._consistent = max(self._consistent, min((it.stored for it in positions.values()), default=0))
            async with self._moved:
                self._moved.notify_all()
        if not self.ready or self._doubtful:
            doubtful, self._doubtful = self._doubtful, []
            if await self._load(positions):
                self.ready = True
                for ids in doubtful:
                    self._unprojected.release(ids)
            else:
                self._doubtful = doubtful + self._doubtful

    async def _load(self, positions: Mapping[int, Position]) -> bool:
        try:
            loaded = await self._unprojected.load(self._log, positions)
        except StoreError as error:
            if str(error) != self._said:
                self._said = str(error)
                log.warning("no statements are taken until the log is read: %s", error)
            await asyncio.sleep(IDLE)
            return False
        self._said = ""
        return loaded

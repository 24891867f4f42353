"""What the metrics say while load is on."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from time import monotonic
from types import TracebackType

from tests.bench.process import Broken
from tests.bench.store import Store

EVERY = 0.25
"""Seconds between two looks."""


class Watch:
    """Looks for as long as the context lasts, and remembers what it saw since `clear`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._task: asyncio.Task[None] | None = None
        self.lag = 0
        """The most records behind, of both consumers together."""
        self._freshness: list[float] = []

    def clear(self) -> None:
        """Forget what was seen."""
        self.lag = 0
        self._freshness = []

    def freshness(self) -> float:
        """Seconds, p99: the age of the moment up to which the figures were complete."""
        if not self._freshness:
            raise Broken("the run was too short to look at the metrics")
        seen = sorted(self._freshness)
        return seen[len(seen) * 99 // 100]

    async def __aenter__(self) -> Watch:
        self._task = asyncio.create_task(self._watch())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _watch(self) -> None:
        while True:
            standing = await self._store.standing()
            self.lag = max(self.lag, sum(standing.lag.values()))
            # nothing can be older than the store, of which the metric knows nothing while it promises nothing
            self._freshness.append(min(standing.freshness["provinces"], monotonic() - self._store.began))
            await asyncio.sleep(EVERY)

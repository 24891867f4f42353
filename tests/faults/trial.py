"""A trial: load, something that breaks in the middle of it, and whether everything is right afterwards."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import TypeVar

import orjson

from schemas.ports import PROJECTOR
from schemas.record import FACTS, STATEMENTS, Position
from tests.acceptance.figures import Recounted, assert_recounted, metrics, total
from tests.acceptance.load import Load
from tests.acceptance.making import HOME, Json, account
from tests.faults.pipeline import Pipeline
from tests.faults.platform_client import Platform
from tests.faults.readings import Readings
from tests.faults.row import Row

PATIENCE = 150.0
"""Seconds to wait for what must come, on a machine that is busy with other things."""
PARTITIONS = 4
"""Of either topic, as a `Server` makes them."""

Answer = TypeVar("Answer")
Asking = Callable[[], Awaitable[Mapping[int, Answer]]]
"""Asks for something by partition."""


class Trial:
    """What a test does in the middle of the load. `broken` and `mended` say when."""

    def __init__(self, pipeline: Pipeline, row: Row, platform: Platform, load: Load) -> None:
        self.pipeline = pipeline
        self.row = row
        self._platform = platform
        self._load = load
        self._broken = self._mended = time.monotonic()
        self.found: Recounted | None = None
        """What a recount found, after the end."""
        self._own: set[str] = set()
        self._leaving: set[str] = set()
        self.tombstones: set[str] = set()
        """Acknowledged statements of which nothing was left, after the end."""

    def broken(self) -> None:
        """The fault begins now."""
        self._broken = self._mended = time.monotonic()

    def mended(self) -> None:
        """What an operator has to do is done."""
        self._mended = time.monotonic()

    async def post(self, *statements: Json) -> None:
        """Post a batch of the test's own, until it is acknowledged."""
        async with asyncio.timeout(PATIENCE):
            while (await self._platform.post(list(statements))).status != 200:  # noqa: ASYNC110
                await asyncio.sleep(0.2)
        self._own |= {it["id"] for it in statements}

    async def erase(self, learner: str) -> None:
        """Erase a learner, by the command."""
        words = ("--account", HOME, learner, "--yes", "--wait", f"{PATIENCE:g}")
        await asyncio.to_thread(self.pipeline.server.lrs, "learner", "erase", *words, timeout=2 * PATIENCE)
        self._leaving.add(learner)

    def somebody(self) -> str:
        """A learner of the load of whom the most was acknowledged."""
        known = {it for batch in self._load.acknowledged for it in batch}
        return max(self._load.about, key=lambda learner: len(self._load.about[learner] & known))

    async def acknowledged(self, batches: int = 10) -> None:
        """Wait until so many more batches of the load are acknowledged."""
        wanted = len(self._load.acknowledged) + batches
        try:
            async with asyncio.timeout(PATIENCE):
                while len(self._load.acknowledged) < wanted:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError("nothing is acknowledged") from None

    async def processed(self) -> None:
        """Wait until both consumers have processed what is in the log now."""
        server = self.pipeline.server
        async with asyncio.timeout(PATIENCE), server.opened_log() as log, server.opened_store() as store:
            living = (await store.living()).number
            await _passed(partial(log.ends, STATEMENTS), partial(store.positions, PROJECTOR))
            await _passed(partial(log.ends, FACTS), partial(store.aggregate_positions, living))

    async def judge(self, readings: Readings) -> None:
        """After the load: everything is right. Fills the row."""
        row, server, platform = self.row, self.pipeline.server, self._platform
        row.outage = platform.outage(self._broken)
        row.refused = sum(it > self._broken for it in platform.refused)
        row.unanswered = sum(it > self._broken for it in platform.unanswered)
        row.failed = sum(it > self._broken for it in platform.failed)
        row.acknowledged = len({it for batch in self._load.acknowledged for it in batch} | self._own)
        await self.processed()
        row.recovered = time.monotonic() - self._mended
        found = self.found = await assert_recounted(server)
        gone = self.tombstones = await self._tombstones()
        row.stored = len(found.ids | gone)
        row.erased = len(gone)
        row.counted = _counted(found)
        assert row.counted == len(found.ids)
        assert self._own <= found.ids | gone
        self._load.assert_kept((found.ids | gone) - self._own)
        self._assert_erased(found, gone)
        listed = await platform.listing()
        assert len(listed) == len(set(listed))
        assert set(listed) == found.ids - found.voided
        readings.assert_true([it for it in found.statements if it["id"] not in found.voided])
        said = await metrics(platform)
        assert total(said, "lrs_dead_letters") == 0
        assert total(said, "lrs_projected_statements", kind="conflict") == 0
        self.pipeline.assert_alive()
        await asyncio.to_thread(self.pipeline.stop)

    async def _tombstones(self) -> set[str]:
        posted = self._own | {
            it for batch in (*self._load.acknowledged, *self._load.in_doubt) for it in batch
        }
        async with self.pipeline.server.opened_store() as store:
            found = await store.find(sorted(posted))
        return {identifier for identifier, stored in found.items() if not stored.text}

    def _assert_erased(self, found: Recounted, gone: set[str]) -> None:
        """Nothing names who was erased, and nothing of anybody else was erased."""
        text = orjson.dumps(found.statements)
        for learner in self._leaving:
            assert orjson.dumps(account(learner)) not in text
            assert not self._load.about.get(learner, set()) & found.ids
        of_others = (ids for learner, ids in self._load.about.items() if learner not in self._leaving)
        assert gone.isdisjoint(set[str]().union(*of_others))


@asynccontextmanager
async def trial(
    pipeline: Pipeline, row: Row, *, seed: int = 1, pause: float = 0.05, may_fail: bool = False
) -> AsyncIterator[Trial]:
    """Load before, throughout, and until platforms are acknowledged again; then the judgement. `may_fail`:
    answers 500 are no fault of the server's.
    """
    async with Platform(pipeline.server, may_fail=may_fail) as platform:
        load = Load(platform, seed, tasks=6, largest=10, pause=pause)
        it = Trial(pipeline, row, platform, load)
        async with Readings(platform) as readings:
            async with load:
                await it.acknowledged(20)
                yield it
                await it.acknowledged(20)
            await it.judge(readings)


def _counted(found: Recounted) -> int:
    """Each statement has one outcome in the figures; remarks are made beside it."""
    return sum(n for key, n in found.figures.items() if key.startswith("p|") and "|remark:" not in key)


async def _passed(ends: Asking[int], positions: Asking[Position]) -> None:
    """Wait until the positions have reached these ends."""
    while len(wanted := await ends()) < PARTITIONS:  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    while _is_behind(await positions(), wanted):  # noqa: ASYNC110
        await asyncio.sleep(0.1)


def _is_behind(positions: Mapping[int, Position], ends: Mapping[int, int]) -> bool:
    return any(it not in positions or positions[it].offset < end for it, end in ends.items())

"""The generator of load as the benchmark sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson

from tests.bench.job import Job, Outcome
from tests.bench.process import Broken, Started, python
from tests.bench.statements import Spread


class Generator:
    """A process that does one job after another."""

    def __init__(self, process: Started, spread: Spread) -> None:
        self._process = process
        self.spread = spread

    async def run(self, job: Job, warmed: Callable[[int], Awaitable[None]] | None = None) -> Outcome:
        """Do the job. `warmed` is awaited before the clock starts, with the number of requests that were
        answered before.
        """
        await self._process.tell(job.line())
        before = await self._said()
        if warmed is not None:
            await warmed(before["warmed"])
        await self._process.tell(b"\n")
        said = await self._said()
        return Outcome(**{**said, "latencies": tuple(said["latencies"])})

    async def _said(self) -> dict[str, Any]:
        said: dict[str, Any] = orjson.loads(await self._process.said())
        if "failed" in said:
            raise Broken(f"the load failed: {said['failed']}")
        return said


@asynccontextmanager
async def generating(directory: Path, population: int, seed: int) -> AsyncIterator[Generator]:
    """A generator that has made its statements."""
    arguments = ["-m", "tests.bench.load", f"--population={population}", f"--seed={seed}"]
    async with python("load", arguments, directory) as process:
        yield Generator(process, Spread(**orjson.loads(await process.said())))

"""A process that does one job after another, each with a warm-up before the clock starts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson

from tests.bench.job import Job, Outcome
from tests.bench.process import Broken, Started, python


class Worker:
    """A process that has said that it is ready. `ready`: what it said then."""

    def __init__(self, process: Started, ready: Mapping[str, Any]) -> None:
        self._process = process
        self.ready = ready

    @property
    def name(self) -> str:
        """The process's name."""
        return self._process.name

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
            raise Broken(f"{self.name} failed: {said['failed']}")
        return said


@asynccontextmanager
async def working(
    name: str, arguments: Sequence[str], directory: Path, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Worker]:
    """`python -m tests.bench.<name>`, ready for its first job."""
    async with python(name, ["-m", f"tests.bench.{name}", *arguments], directory, environment) as process:
        yield Worker(process, orjson.loads(await process.said()))

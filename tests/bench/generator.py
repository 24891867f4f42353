"""The generator of load as the benchmark sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.bench.statements import Spread
from tests.bench.worker import Worker, working


class Generator:
    """The worker that drives servers, and what its statements spread over."""

    def __init__(self, worker: Worker) -> None:
        self.run = worker.run
        self.spread = Spread(**worker.ready)


@asynccontextmanager
async def generating(directory: Path, population: int, seed: int) -> AsyncIterator[Generator]:
    """A generator that has made its statements."""
    async with working("load", [f"--population={population}", f"--seed={seed}"], directory) as worker:
        yield Generator(worker)

"""Measures: each method starts what it needs, and says how fast it was."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from time import monotonic
from typing import NamedTuple
from urllib.parse import quote

from lrs.simulate.statement import COMPLETED
from tests.bench.cpu import Shares
from tests.bench.engines import Engines
from tests.bench.figure import Figure, percentiles
from tests.bench.generator import Generator
from tests.bench.job import STATEMENTS, Job
from tests.bench.seen import Seen, figure_of
from tests.bench.store import Store, store
from tests.bench.watch import Watch

SINGLES, BATCHES, READERS = 64, 8, 16
"""Connections: posting single statements, posting batches, reading."""
BATCH = PAGE = 50
SETTLING = 0.05
"""Seconds between two looks at whether everything is aggregated."""
DRAINING, DRAINED = 10.0, 6
"""Seconds that draining may take, or times those of a figure; what is aggregated by then is the figure."""
IDLE_EVERY, IDLE_LOOK = 0.1, 0.002
"""Seconds between two statements when nearly idle, and between a look's answer and the next look."""
_PAGE = f"{STATEMENTS}?limit={PAGE}"
READS = (
    ("get", "GET of one by id", ()),
    ("page", f"GET of the newest {PAGE}", (_PAGE,)),
    (
        "page-verb",
        f"GET of the newest {PAGE} of a verb",
        (f"{_PAGE}&verb={quote(COMPLETED['id'], safe='')}",),
    ),
)
"""Name, title and paths of what is read; without paths it is statements by id."""

Ready = Callable[[], Awaitable[object]]


class Limit(NamedTuple):
    """Where the server with nothing behind it listens, and which process it is."""

    port: int
    pid: int


class Bench:
    """One run of the benchmark. `tell` is called with what is being done."""

    def __init__(
        self,
        engines: Engines,
        generator: Generator,
        limit: Limit,
        directory: Path,
        seconds: float,
        tell: Callable[[str], None],
    ) -> None:
        self._engines = engines
        self._generator = generator
        self._limit = limit
        self._directory = directory
        self._seconds = seconds
        self._tell = tell

    async def figures(self, few: list[bytes]) -> list[Figure]:
        """All figures. `few`: statements to be posted one by one."""
        single = await self.single()
        batch, drain = await self.batches()
        async with self._store("shuffled", consumers=True) as under:
            shuffled = await self.sustained(under, batch, shuffled=True)
        async with self._store("everything", consumers=True) as under:
            sustained = await self.sustained(under, batch)
            reads = [await self.read(under, *it) for it in READS]
            beside = await self.single_beside(under, single)
            idle = await self.nearly_idle(under, few)
        return [single, beside, batch, drain, sustained, shuffled, *reads, idle]

    async def single(self) -> Figure:
        """Single statements with the consumers paused."""
        limit = await self._post_to_limit(SINGLES, 1)
        async with self._store("single", consumers=False) as under:
            title = f"POST of single statements, {SINGLES} connections, consumers paused"
            seen = await self._post(title, under, SINGLES, 1)
        again = await self._post_to_limit(SINGLES, 1)
        return figure_of("single", title, seen, [limit, again])

    async def single_beside(self, under: Store, alone: Figure) -> Figure:
        """The same with the consumers beside; its limit is that of `alone`."""
        title = "… consumers beside"
        seen = await self._post(title, under, SINGLES, 1, lambda: under.settle(SETTLING))
        return figure_of("single-beside", title, seen).limited(alone.limit)

    async def batches(self) -> tuple[Figure, Figure]:
        """Batches with the consumers paused; then how fast the consumers work off what has piled up."""
        limit = await self._post_to_limit(BATCHES, BATCH)
        async with self._store("batch", consumers=False) as under:
            title = f"POST of batches of {BATCH}, {BATCHES} connections, consumers paused"
            seen = await self._post(title, under, BATCHES, BATCH)
            self._tell(f"draining {under.posted:,} statements")
            began = monotonic()
            async with under.consuming():
                shares = Shares(under.pids)
                await under.settle(SETTLING, max(DRAINING, DRAINED * self._seconds))
                aggregated = await under.aggregated()
                rate = aggregated / (monotonic() - began)
                details = {"statements": aggregated, "of": under.posted, "cpu": shares.now()}
        again = await self._post_to_limit(BATCHES, BATCH)
        drain = Figure("drain", "… then drained", "statements/s", rate, details=details)
        return figure_of("batch", title, seen, [limit, again], BATCH), drain

    async def sustained(self, under: Store, batch: Figure | None = None, *, shuffled: bool = False) -> Figure:
        """Batches with the consumers beside, until everything is aggregated; its limit is that of `batch`.
        With `shuffled` in any order, as when a year is filled in.
        """
        title = f"sustained: batches of {BATCH}, {BATCHES} connections, posted and aggregated"
        if shuffled:
            title = "… of a year in any order"
        async with Watch(under) as watch:

            async def ready() -> None:
                await under.settle(SETTLING)
                await under.get(
                    _PAGE
                )  # a reader's tick: no partition is without a moment up to which it is complete
                watch.clear()

            seen = await self._post(title, under, BATCHES, BATCH, ready, shuffled=shuffled)
            await under.settle(SETTLING)
            ended = monotonic()
        count = seen.outcome.requests * BATCH
        figure = figure_of("shuffled" if shuffled else "sustained", title, seen, batch=BATCH)
        more = {
            "statements": count,
            "posting": figure.value,
            "lag": watch.lag,
            "freshness": watch.freshness(),
        }
        return figure.limited(None if batch is None else batch.limit).measured(
            count / (ended - seen.outcome.began), more
        )

    async def read(self, under: Store, name: str, title: str, paths: tuple[str, ...]) -> Figure:
        """The same question over and over, beside the limit with answers of the same size."""
        title = f"{title}, {READERS} connections"
        self._tell(title)
        seen = await self._run(
            Job("get", READERS, self._seconds, ports=under.ports, paths=paths), lambda: under.pids
        )
        self._tell("… its limit")
        constant = (f"/constant/{seen.outcome.size:.0f}",)
        limit = await self._run(Job("get", READERS, self._seconds, ports=(self._limit.port,), paths=constant))
        figure = figure_of(name, title, seen, [limit])
        return figure.measured(figure.value, {"size": seen.outcome.size})

    async def nearly_idle(self, under: Store, few: list[bytes]) -> Figure:
        """Each of a few statements alone: from its acknowledgement until a report has counted it."""
        title = f"nearly idle, a statement each {IDLE_EVERY * 1000:.0f} ms: acknowledged → in a report"
        self._tell(title)
        await under.settle(SETTLING)
        taken, looks = [], 0
        following = monotonic()
        for statement in few:
            await asyncio.sleep(max(0.0, following - monotonic()))
            following += IDLE_EVERY
            await under.post(statement)
            acknowledged = monotonic()
            looks += await under.settle(IDLE_LOOK)
            taken.append(monotonic() - acknowledged)
        latencies = percentiles(taken)
        details = {"statements": len(few), "looked": sum(taken) / looks * 1000}
        return Figure("idle", title, "ms", latencies[0], latencies=latencies, details=details)

    def _store(self, name: str, *, consumers: bool, endpoints: int = 1) -> AbstractAsyncContextManager[Store]:
        return store(self._made(name), self._engines, consumers=consumers, endpoints=endpoints)

    def _made(self, name: str) -> Path:
        directory = self._directory / f"{self._engines.name}-{name}"
        directory.mkdir()
        return directory

    async def _post_to_limit(self, connections: int, batch: int) -> Seen:
        self._tell(f"the limit of posts, {batch} a request")
        job = Job("post", connections, self._seconds, batch, ports=(self._limit.port,), distinct=False)
        return await self._run(job)

    async def _post(
        self,
        title: str,
        under: Store,
        connections: int,
        batch: int,
        ready: Ready | None = None,
        *,
        shuffled: bool = False,
    ) -> Seen:
        """Post distinct statements, and keep count of them. `ready` is awaited before the clock starts."""
        self._tell(title)
        job = Job("post", connections, self._seconds, batch, ports=under.ports, shuffled=shuffled)

        async def warmed(requests: int) -> None:
            under.posted += requests * batch
            if ready is not None:
                await ready()

        seen = await self._run(job, lambda: under.pids, warmed)
        under.posted += seen.outcome.requests * batch
        return seen

    async def _run(
        self,
        job: Job,
        pids: Callable[[], dict[str, int]] | None = None,
        warmed: Callable[[int], Awaitable[None]] | None = None,
    ) -> Seen:
        shares = Shares({})

        async def starting(requests: int) -> None:
            nonlocal shares
            if warmed is not None:
                await warmed(requests)
            shares = Shares({"limit": self._limit.pid} if pids is None else pids())

        outcome = await self._generator.run(job, starting)
        return Seen(outcome, {**shares.now(), "load": outcome.cpu / outcome.seconds})

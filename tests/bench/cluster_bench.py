"""Measures on Kafka and MongoDB: the log and the store alone beside their drivers, then the whole."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

from tests.bench.bench import BATCH, BATCHES, READS, Bench, Limit
from tests.bench.cluster import Cluster
from tests.bench.cpu import Shares
from tests.bench.drain import drained
from tests.bench.figure import Figure
from tests.bench.generator import Generator
from tests.bench.job import Job
from tests.bench.seen import Seen, beside, figure_of
from tests.bench.sizes import log_sizes, store_sizes
from tests.bench.store import Store
from tests.bench.worker import Worker, working

APPENDS = (("append-8", 8, BATCH), ("append-16", 16, BATCH), ("append-single", 64, 1))
"""Name, writers, and records that each appends at once."""
BARE = "append-8"
"""Whose limit posts are compared with: as many writers, and batches as large."""
SCALES = (4, 2, 1)
"""Processes of a kind."""
INSERTING = 2
"""The scale at which the documents are written that are then inserted bare, or the largest below it."""
INSERTED = 2000
"""Documents a call, as many as the projector reads at once."""
POPULATION, SEED = 1000, 3
"""Of the statements that are appended to the log alone."""
KAFKA, STORE = "K", "M"
BOTH = f"{KAFKA}, {STORE}"
_UNITS = {"statements": "statements/s", "provinces": "facts/s"}


class ClusterBench(Bench):
    """One run on a cluster."""

    def __init__(
        self,
        cluster: Cluster,
        generator: Generator,
        limit: Limit,
        directory: Path,
        seconds: float,
        tell: Callable[[str], None],
        most: int,
    ) -> None:
        """`most`: processes of a kind that are measured together."""
        super().__init__(cluster, generator, limit, directory, seconds, tell)
        self._cluster = cluster
        self._scales = [it for it in SCALES if it <= most]

    async def figures(self, few: list[bytes]) -> list[Figure]:
        appends = await self.appends()
        before = await self._post_to_limit(BATCHES, BATCH)
        piles: dict[int, list[Figure]] = {}
        async with AsyncExitStack() as stack:
            inserter: Worker | None = None
            inserts: list[Seen] = []
            for count in self._scales:
                async with self._store(f"pile-{count}", consumers=False, endpoints=count) as under:
                    piles[count] = await self.pile(under, count)
                    if inserter is None and count <= INSERTING:
                        inserter = await stack.enter_async_context(
                            working("inserter", [], under.directory, under.settings)
                        )
                if inserter is not None:
                    inserts.append(await self._insert(inserter))
        again = await self._post_to_limit(BATCHES, BATCH)
        batch, projection, provinces = piles[1]
        bare = next(it.limit for it in appends if it.name == BARE)
        if bare is not None:
            batch = batch.measured(batch.value, {"bare": batch.value / bare * 100})
        batch = beside(batch, [before, again], BATCH)
        assert inserter is not None
        projection = beside(projection, inserts, _inserted(inserter))
        async with self._store("everything", consumers=True) as under:
            # first, on a store with little in it: what is measured by reports must not be their own time
            idle = await self.nearly_idle(under, few)
            sustained = await self.sustained(under, batch)
            reads = [await self.read(under, *it) for it in READS]
            taken = await self._sizes(under)
        scaled = [it for count in sorted(piles)[1:] for it in piles[count]]
        whole = [batch, projection, provinces, *scaled, sustained, *reads, idle]
        return [*(replace(it, on=KAFKA) for it in appends), *(replace(it, on=BOTH) for it in whole), *taken]

    async def appends(self) -> list[Figure]:
        """The endpoint's way into the log, beside a bare producer with as many writers."""
        directory = self._made("append")
        arguments = [f"--population={POPULATION}", f"--seed={SEED}"]
        figures = []
        async with (
            self._cluster.made(directory) as settings,
            working("appender", arguments, directory, settings) as appender,
        ):
            for name, writers, batch in APPENDS:
                of = f"batches of {batch}" if batch > 1 else "single statements"
                title = f"append to the log: {of}, {writers} writers, beside a bare producer"
                self._tell(title)
                bare = Job("produce", writers, self._seconds, batch)
                limits = [await self._work(appender, bare)]
                seen = await self._work(appender, replace(bare, kind="commit"))
                limits.append(await self._work(appender, bare))
                figure = figure_of(name, title, seen, limits, batch)
                figures.append(replace(figure, unit="statements/s"))
        return figures

    async def pile(self, under: Store, count: int) -> list[Figure]:
        """Batches with the consumers paused, then each consumer working off what has piled up, all with so
        many processes.
        """
        behind = "" if count == 1 else f"-{count}"
        title = f"POST of batches of {BATCH}, {BATCHES} connections, consumers paused"
        if count > 1:
            title = f"… {count} endpoints, {BATCHES} connections each"
        seen = await self._post(title, under, BATCHES * count, BATCH)
        figures = [figure_of(f"batch{behind}", title, seen, batch=BATCH)]
        for name, consumer, title in (
            ("projection", "statements", f"… {count} statements consumers working it off"),
            ("provinces", "provinces", f"… {count} provinces consumers working the facts off"),
        ):
            said = title if count > 1 else title.replace("1 ", "a ").replace("consumers", "consumer")
            self._tell(said)
            done = await drained(under, consumer, count, self._seconds)
            details = {"statements" if name == "projection" else "facts": done.records, "of": done.piled}
            figures.append(
                Figure(
                    f"{name}{behind}",
                    said,
                    _UNITS[consumer],
                    done.records / done.seconds,
                    details={**details, "cpu": done.cpu},
                )
            )
        return figures

    async def _insert(self, inserter: Worker) -> Seen:
        self._tell("a bare insert of the same documents")
        return await self._work(inserter, Job("insert", 1, self._seconds, _inserted(inserter)))

    async def _work(self, worker: Worker, job: Job) -> Seen:
        shares = Shares({})

        async def starting(_: int) -> None:
            nonlocal shares
            shares = Shares(self._cluster.processes)

        outcome = await worker.run(job, starting)
        return Seen(outcome, {worker.name: outcome.cpu / outcome.seconds, **shares.now()})

    async def _sizes(self, under: Store) -> list[Figure]:
        self._tell("sizes")
        in_log = await log_sizes(self._cluster, under.settings)
        in_store = await asyncio.to_thread(store_sizes, under.settings)
        return [*(replace(it, on=KAFKA) for it in in_log), *(replace(it, on=STORE) for it in in_store)]


def _inserted(inserter: Worker) -> int:
    """Documents a call."""
    return min(INSERTED, int(inserter.ready["documents"]))

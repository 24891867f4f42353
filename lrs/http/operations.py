"""Health and metrics: what operators look at."""

from __future__ import annotations

import asyncio
import logging
import time

import orjson
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from lrs.endpoint.unprojected import Unprojected
from lrs.endpoint.watermarks import Watermarks
from lrs.http.metrics import Metrics
from lrs.http.route import Call, Route
from lrs.reports.watermark import through
from schemas.errors import StoreError
from schemas.ports import PROJECTOR, EventLog, Store
from schemas.record import FACTS, STATEMENTS

OLD = 15.0
"""Seconds after which who looks at the metrics has a tick appended; a reader of figures is in more hurry."""
PATIENCE = 5.0
"""Seconds that the metrics wait for what the store knows: who scrapes them has an end, too."""

log = logging.getLogger(__name__)


class OperationsResource:
    """Read by people and by machines that watch; asks for no credential and shows nothing of any person."""

    def __init__(
        self, log: EventLog, store: Store, watermarks: Watermarks, unprojected: Unprojected, metrics: Metrics
    ) -> None:
        self._log = log
        self._store = store
        self._watermarks = watermarks
        self._metrics = metrics
        metrics.unprojected.set_function(lambda: len(unprojected))

    def routes(self) -> list[Route]:
        handlers = {
            "/health/live": self.live,
            "/health/ready": self.ready,
            "/metrics": self.metrics,
        }
        return [
            Route(method, path, handler, None)
            for path, handler in handlers.items()
            for method in ("GET", "HEAD")
        ]

    async def live(self, call: Call) -> web.StreamResponse:
        """The process answers."""
        return web.Response(body=b'{"status":"live"}', content_type="application/json")

    async def ready(self, call: Call) -> web.StreamResponse:
        """200 where statements can be taken; 503 with what is missing."""
        missing = []
        if not self._watermarks.answering:
            missing.append("the store does not answer")
        elif not self._watermarks.positions:
            missing.append("no partition of the log is open: `lrs migrate` opens them")
        elif not self._watermarks.ready:
            missing.append("statements appended before this start are still being projected")
        try:
            await self._log.ends(STATEMENTS)
        except StoreError:
            missing.append("the log does not answer")
        body = {"status": "not ready" if missing else "ready", "missing": missing}
        return web.Response(
            status=503 if missing else 200, body=orjson.dumps(body), content_type="application/json"
        )

    async def metrics(self, call: Call) -> web.StreamResponse:
        """Prometheus text; what the store knows is read now. Where that is old a tick is asked for: the age
        that is shown is then the pipeline's, not the traffic's.
        """
        await self._watermarks.asked(OLD, waiting=False)
        try:
            async with asyncio.timeout(PATIENCE):
                await self._read()
        except (StoreError, TimeoutError) as error:
            # without it what the endpoint knows itself is still answered in time
            log.warning("metrics without what the store knows: %s", error or "it does not answer in time")
        return web.Response(
            body=generate_latest(self._metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )

    async def _read(self) -> None:
        metrics, now = self._metrics, time.time()
        living = await self._store.living()
        complete = await through(self._store, self._log, living.number)
        positions = {
            PROJECTOR: (await self._store.positions(PROJECTOR), await self._log.ends(STATEMENTS)),
            "provinces": (await self._store.aggregate_positions(living.number), await self._log.ends(FACTS)),
        }
        lags = []
        for consumer, (at, ends) in positions.items():
            for partition, end in ends.items():
                offset = at[partition].offset if partition in at else 0
                lags.append(((consumer, str(partition)), float(max(0, end - offset))))
        metrics.set_all(metrics.lag, lags)
        visible = self._watermarks.consistent_through()
        metrics.set_all(
            metrics.freshness,
            [(("statements",), now - visible / 1000), (("provinces",), now - complete / 1000)],
        )
        counts = await self._store.counts(PROJECTOR)
        metrics.set_all(metrics.projected, ((key, float(count)) for key, count in counts.items()))
        dead: dict[str, float] = {}
        for (_, _, code), count in (await self._store.dead_letter_counts()).items():
            dead[code] = dead.get(code, 0) + count
        metrics.set_all(metrics.dead_letters, (((code,), count) for code, count in dead.items()))

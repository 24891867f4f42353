"""The store under test: servers and their consumers, and what they say of themselves over HTTP."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from math import inf
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import orjson

from tests.bench import cpu
from tests.bench.engines import Engines
from tests.bench.job import CREDENTIAL, STATEMENTS
from tests.bench.process import Broken, Started, python

CONSUMERS = ("statements", "provinces")
PLATFORM = "dev"
"""The platform of the development credential."""
MOST_UNPROJECTED = 100_000_000
"""For servers whose consumers are paused: they must not shed load."""
STUCK = 60.0
"""Seconds without progress of the consumers after which the run is given up."""
TICKS, LOOK = 100, 0.25
"""Records that may wait because the metrics were read; seconds between two such looks at least."""
_METRIC = re.compile(r'^lrs_(consumer_lag_records|freshness_seconds)\{consumer="(\w+)".*\} (\S+)$', re.M)


@dataclass(frozen=True, slots=True)
class Standing:
    """Records behind, and seconds for which the output is not complete, by consumer."""

    lag: dict[str, int]
    freshness: dict[str, float]


class Store:
    """Servers that are running on one log and one store. `ports`: where they listen. `settings`: those of
    the log and the store.
    """

    def __init__(
        self,
        ports: tuple[int, ...],
        servers: Mapping[str, Started],
        session: aiohttp.ClientSession,
        directory: Path,
        settings: Mapping[str, str],
        engines: Engines,
    ) -> None:
        self.ports = ports
        self.began = monotonic()
        self.posted = 0
        """Statements that were acknowledged so far."""
        self.directory = directory
        self.settings = settings
        self._servers = servers
        self._consumers: Mapping[str, Started] = {}
        self._session = session
        self._engines = engines

    @property
    def pids(self) -> dict[str, int]:
        """By name the processes of the store and those it stands on, wherever they were started. The second
        one of a name has a number behind it.
        """
        found = {name: started.pid for name, started in [*self._servers.items(), *self._consumers.items()]}
        for server in self._servers.values():
            for name, pid in cpu.children(server.pid).items():
                found[f"{name} {pid}" if name in found else name] = pid
        return found | dict(self._engines.processes)

    @asynccontextmanager
    async def consuming(
        self, processes: Mapping[str, int] | None = None, profiled: tuple[str, Path] | None = None
    ) -> AsyncIterator[None]:
        """Consumers in processes of their own, so many of each as the server would have them, or one of
        each, from now on.
        """
        environment = _environment(self.settings, beside=False, shedding=True)
        async with AsyncExitStack() as stack:
            self._consumers = {
                name: await stack.enter_async_context(
                    python(name, _command(name, ["consume", of], profiled), self.directory, environment)
                )
                for of, count in (processes or dict.fromkeys(CONSUMERS, 1)).items()
                for name in _numbered(of, count)
            }
            yield
        self._consumers = {}

    async def get(self, path: str) -> bytes:
        """An answer's body. Raises Broken for whatever is not 200."""
        return await self._answer("GET", path)

    async def post(self, statement: bytes) -> None:
        """Post a statement."""
        await self._answer("POST", STATEMENTS, data=statement, headers={"Content-Type": "application/json"})
        self.posted += 1

    async def _answer(self, method: str, path: str, **more: Any) -> bytes:
        async with self._session.request(method, path, **more) as response:
            body = await response.read()
            if response.status != 200:
                raise Broken(f"{method} {path} was answered {response.status}: {body[:500]!r}")
            return body

    async def standing(self) -> Standing:
        """What the metrics say now."""
        lag, freshness = dict.fromkeys(CONSUMERS, 0), dict.fromkeys(CONSUMERS, 0.0)
        for kind, consumer, value in _METRIC.findall((await self.get("/metrics")).decode()):
            if kind == "freshness_seconds":
                freshness[consumer] = float(value)
            else:
                lag[consumer] += int(float(value))
        return Standing(lag, freshness)

    async def aggregated(self) -> int:
        """Statements that are in the aggregates, as the platform's report has it. Raises Broken where
        something else became of any.
        """
        report = orjson.loads(await self.get(f"/reports/platforms/{PLATFORM}"))
        equation: dict[str, int] = report["equation"]
        if equation["dead"] or equation["conflict"]:
            raise Broken(f"statements are dead letters or conflicts: {equation}")
        return equation["counted"] + equation["not_counted"]

    async def settle(self, every: float, within: float = inf) -> int:
        """Wait until everything posted is aggregated, or for so many seconds; how often was looked. Raises
        Broken where nothing moves for a minute, or where more is aggregated than was acknowledged.
        """
        last, moved, looks = -1, monotonic(), 1
        deadline = moved + within
        if not self._engines.beside and self.posted - await self.aggregated() > TICKS:
            await self._nearly(every, deadline)
        while (now := await self.aggregated()) < self.posted and monotonic() < deadline:
            if now > last:
                last, moved = now, monotonic()
            if monotonic() - moved > STUCK:
                raise Broken(f"{now:,} of {self.posted:,} statements are aggregated, and no more come")
            await asyncio.sleep(every)
            looks += 1
        if now > self.posted:
            raise Broken(f"{self.posted:,} statements were acknowledged and {now:,} are aggregated")
        return looks

    async def _nearly(self, every: float, deadline: float) -> None:
        """Wait by the metrics until hardly a record is waiting: with many statements in the store a report
        may cost the engine much, and would slow what it measures. Raises Broken where nothing moves.
        """
        last, moved = -1, monotonic()
        while (left := sum((await self.standing()).lag.values())) > TICKS and monotonic() < deadline:
            if left != last:
                last, moved = left, monotonic()
            if monotonic() - moved > STUCK:
                raise Broken(f"{left:,} records wait for the consumers, and no more are worked off")
            await asyncio.sleep(max(every, LOOK))


@asynccontextmanager
async def store(
    directory: Path,
    engines: Engines,
    *,
    consumers: bool,
    endpoints: int = 1,
    profiled: tuple[str, Path] | None = None,
) -> AsyncIterator[Store]:
    """So many servers on a new log and a new store; what is kept of them is in the directory, which is there.
    `consumers`: whether they have them beside them.

    `profiled`: which process (*endpoint*, or a consumer) leaves a profile where. Then the consumers are
    started like the server, not by it, as they are where that has none beside it by itself.
    """
    beside = consumers and profiled is None and engines.beside
    async with AsyncExitStack() as stack:
        settings = await stack.enter_async_context(engines.made(directory))
        environment = _environment(settings, beside=beside, shedding=consumers)
        command = _command("endpoint", ["serve"], profiled)
        servers = {
            name: await stack.enter_async_context(python(name, command, directory, environment))
            for name in _numbered("endpoint", endpoints)
        }
        url, *others = [(await server.said()).decode().split()[-1] for server in servers.values()]
        authorization = aiohttp.BasicAuth(*CREDENTIAL.split(":"))
        headers = {"X-Experience-API-Version": "2.0.0", "Authorization": authorization.encode()}
        session = await stack.enter_async_context(aiohttp.ClientSession(url, headers=headers))
        ports = tuple(urlsplit(it).port or 0 for it in (url, *others))
        found = Store(ports, servers, session, directory, settings, engines)
        if consumers and not beside:
            await stack.enter_async_context(found.consuming(profiled=profiled))
        yield found


def _command(name: str, arguments: list[str], profiled: tuple[str, Path] | None) -> list[str]:
    if profiled is not None and profiled[0] == name:
        return ["-m", "tests.bench.profiled", str(profiled[1]), *arguments]
    return ["-m", "lrs", *arguments]


def _numbered(name: str, count: int) -> list[str]:
    return [name, *(f"{name} {number}" for number in range(2, count + 1))]


def _environment(settings: Mapping[str, str], *, beside: bool, shedding: bool) -> dict[str, str]:
    more = {} if shedding else {"LRS_MAX_UNPROJECTED": str(MOST_UNPROJECTED)}
    return {
        **settings,
        "LRS_PORT": "0",
        "LRS_DEV_CREDENTIAL": CREDENTIAL,
        "LRS_CONSUMERS": str(beside).lower(),
        "LRS_LOG_LEVEL": "WARNING",
        **more,
    }

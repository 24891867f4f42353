"""The store under test: a server and its consumers, and what they say of themselves over HTTP."""

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
from tests.bench.job import CREDENTIAL, STATEMENTS
from tests.bench.process import Broken, Started, python

CONSUMERS = ("statements", "provinces")
PLATFORM = "dev"
"""The platform of the development credential."""
MOST_UNPROJECTED = 100_000_000
"""For servers whose consumers are paused: they must not shed load."""
STUCK = 60.0
"""Seconds without progress of the consumers after which the run is given up."""
_METRIC = re.compile(r'^lrs_(consumer_lag_records|freshness_seconds)\{consumer="(\w+)".*\} (\S+)$', re.M)


@dataclass(frozen=True, slots=True)
class Standing:
    """Records behind, and seconds for which the output is not complete, by consumer."""

    lag: dict[str, int]
    freshness: dict[str, float]


class Store:
    """A server that is running."""

    def __init__(self, port: int, server: Started, session: aiohttp.ClientSession) -> None:
        self.port = port
        self.began = monotonic()
        self.posted = 0
        """Statements that were acknowledged so far."""
        self._server = server
        self._consumers: Mapping[str, Started] = {}
        self._session = session

    @property
    def pids(self) -> dict[str, int]:
        """By name the processes of the store, wherever they were started."""
        consumers = {name: started.pid for name, started in self._consumers.items()}
        return {"endpoint": self._server.pid} | consumers | cpu.children(self._server.pid)

    @asynccontextmanager
    async def consuming(
        self, directory: Path, profiled: tuple[str, Path] | None = None
    ) -> AsyncIterator[None]:
        """Both consumers, each a process of its own as the server would have them, from now on."""
        environment = _environment(directory, beside=False, shedding=True)
        async with AsyncExitStack() as stack:
            self._consumers = {
                name: await stack.enter_async_context(
                    python(name, _command(name, ["consume", name], profiled), directory, environment)
                )
                for name in CONSUMERS
            }
            yield

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


@asynccontextmanager
async def store(
    directory: Path, *, consumers: bool, profiled: tuple[str, Path] | None = None
) -> AsyncIterator[Store]:
    """A server on new files in the directory, which is there. `consumers`: whether it has them beside it.

    `profiled`: which process (*endpoint*, or a consumer) leaves a profile where. Then the consumers are
    started like the server, not by it.
    """
    beside = consumers and profiled is None
    environment = _environment(directory, beside=beside, shedding=consumers)
    async with AsyncExitStack() as stack:
        command = _command("endpoint", ["serve"], profiled)
        server = await stack.enter_async_context(python("endpoint", command, directory, environment))
        url = (await server.said()).decode().split()[-1]
        authorization = aiohttp.BasicAuth(*CREDENTIAL.split(":"))
        headers = {"X-Experience-API-Version": "2.0.0", "Authorization": authorization.encode()}
        session = await stack.enter_async_context(aiohttp.ClientSession(url, headers=headers))
        found = Store(urlsplit(url).port or 0, server, session)
        if consumers and not beside:
            await stack.enter_async_context(found.consuming(directory, profiled))
        yield found


def _command(name: str, arguments: list[str], profiled: tuple[str, Path] | None) -> list[str]:
    if profiled is not None and profiled[0] == name:
        return ["-m", "tests.bench.profiled", str(profiled[1]), *arguments]
    return ["-m", "lrs", *arguments]


def _environment(directory: Path, *, beside: bool, shedding: bool) -> dict[str, str]:
    more = {} if shedding else {"LRS_MAX_UNPROJECTED": str(MOST_UNPROJECTED)}
    return {
        "LRS_LOG": f"sqlite:///{directory}/log.db",
        "LRS_STORE": f"sqlite:///{directory}/store.db",
        "LRS_PORT": "0",
        "LRS_DEV_CREDENTIAL": CREDENTIAL,
        "LRS_CONSUMERS": str(beside).lower(),
        "LRS_LOG_LEVEL": "WARNING",
        **more,
    }

"""Ports whose every call can be made to fail, to stop the program, or to let something else happen first."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from random import Random
from typing import Any, cast

from schemas.errors import Unavailable
from schemas.ports import EventLog, Store

Told = Callable[[str], Awaitable[None]]
"""Told `before find` and `after find`, and whatever it raises, the call raises; an aggregation is told as
`aggregation`, its calls as `aggregation.save`.
"""


class Crash(BaseException):
    """The process dies here: no `except Exception` sees it."""


class _Watched:
    """A port that tells of its calls."""

    def __init__(self, port: object, told: Told, prefix: str = "") -> None:
        self._port = port
        self._told = told
        self._prefix = prefix

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if name == "aggregation":
            return self._aggregation
        if not inspect.iscoroutinefunction(found) or name == "close":
            return found

        async def call(*args: Any, **kwargs: Any) -> Any:
            await self._told(f"before {self._prefix}{name}")
            result = await found(*args, **kwargs)
            await self._told(f"after {self._prefix}{name}")
            return result

        return call

    @asynccontextmanager
    async def _aggregation(self, number: int, partition: int) -> AsyncIterator[Any]:
        await self._told("before aggregation")
        async with cast(Any, self._port).aggregation(number, partition) as transaction:
            yield _Watched(transaction, self._told, "aggregation.")
        await self._told("after aggregation")


def watched_store(store: Store, told: Told) -> Store:
    return cast(Store, _Watched(store, told))


def watched_log(log: EventLog, told: Told) -> EventLog:
    return cast(EventLog, _Watched(log, told))


class CrashAt:
    """Crashes at the call with this number, once; counts them."""

    def __init__(self, call: int) -> None:
        self.calls = 0
        self._call = call

    async def __call__(self, _: str) -> None:
        self.calls += 1
        if self.calls == self._call:
            raise Crash


class Unreliable:
    """Crashes, or does not answer, now and then."""

    def __init__(self, random: Random, crashes: float, failures: float) -> None:
        self.crashes = 0
        self.failures = 0
        self._random = random
        self._often = crashes, failures

    async def __call__(self, _: str) -> None:
        throw = self._random.random()
        if throw < self._often[0]:
            self.crashes += 1
            raise Crash
        if throw < sum(self._often):
            self.failures += 1
            raise Unavailable("not now")


class Once:
    """Does something at the first call of this name."""

    def __init__(self, name: str, then: Callable[[], Awaitable[None]]) -> None:
        self._name = name
        self._then = then
        self.done = False

    async def __call__(self, name: str) -> None:
        if name == self._name and not self.done:
            self.done = True
            await self._then()

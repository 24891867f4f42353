"""A store and a log in SQLite, and an application that serves the reports from them."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from lrs.adapters.sqlite.log import SqliteLog
from lrs.adapters.sqlite.store import SqliteStore
from lrs.auth.principal import Principal
from lrs.endpoint.unprojected import Unprojected
from lrs.endpoint.watermarks import Watermarks
from lrs.http.answer import answer, refused
from lrs.http.editions import EditionsResource
from lrs.http.openapi import OpenApiResource
from lrs.http.reports import ReportsResource
from lrs.http.route import Call, Route
from schemas.credential import Scope
from schemas.ports import PROJECTOR
from schemas.record import FACTS, Position
from schemas.ruleset import Ruleset
from tests.endpoint.making import at_ends
from tests.reports.learning import RULES

Client = TestClient[web.Request, web.Application]


@dataclass(frozen=True, slots=True)
class World:
    """A store with a living ruleset, and a log."""

    store: SqliteStore
    log: SqliteLog

    async def fill(
        self,
        cells: Mapping[str, int],
        examples: Mapping[tuple[str, str], tuple[str, ...]] | None = None,
        partition: int = 0,
        position: Position | None = None,
    ) -> None:
        """Add to the living ruleset's cells."""
        number = (await self.store.living()).number
        async with self.store.aggregation(number, partition) as transaction:
            await transaction.save({}, cells, examples or {}, position)

    async def project(self, stored: int) -> None:
        """As a projector that passes all that is in the log, the last of it stored at this millisecond."""
        before = await self.store.positions(PROJECTOR)
        for partition, to in (await at_ends(self.log, stored)).items():
            await self.store.move(PROJECTOR, before.get(partition), to, {})

    async def live(self, rules: Ruleset) -> int:
        """Make rules the living ones."""
        number = await self.store.begin_filling(rules, {}, {})
        await self.store.switch(number)
        return number

    async def facts_at(self, partition: int, offset: int, through: int = 0) -> Position:
        """A position in `lrs.facts`."""
        return Position(await self.log.log_id(FACTS), partition, offset, 0, through)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        store = await SqliteStore.open(tmp_path / "store.db")
        stack.push_async_callback(store.close)
        log = await SqliteLog.open(tmp_path / "log.db")
        stack.push_async_callback(log.close)
        made = World(store, log)
        await made.live(RULES)
        yield made


Connect = Callable[..., Awaitable[Client]]


@pytest.fixture
async def connect(world: World) -> AsyncIterator[Connect]:
    """Makes a client whose credential has these scopes; the projector is at the log's end, a moment ago."""
    await world.project(time.time_ns() // 1_000_000)
    watermarks = Watermarks(world.log, world.store, Unprojected(100))
    async with AsyncExitStack() as stack:
        await watermarks.start()
        stack.push_async_callback(watermarks.close)

        async def make(*scopes: Scope, platform: str = "onetouch") -> Client:
            principal = Principal(platform, "key", frozenset(scopes or {Scope.REPORTS}))
            app = web.Application()
            reports = ReportsResource(world.store, world.log, watermarks)
            editions = EditionsResource(world.store)
            routes = reports.routes() + editions.routes() + OpenApiResource().routes()
            for route in routes:
                app.router.add_route(route.method, route.path, _served(route, principal))
            return await stack.enter_async_context(TestClient(TestServer(app)))

        yield make


def _served(route: Route, principal: Principal) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handler(request: web.Request) -> web.StreamResponse:
        try:
            return await route.handler(Call(request, principal))
        except Exception as error:
            return answer(refused(error))

    return handler

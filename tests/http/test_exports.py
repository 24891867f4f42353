"""GET /exports/statements: streamed, whole or told to be not, and for the national role alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, cast

import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from lrs.adapters.sqlite import SqliteLog, SqliteStore
from lrs.audit.trail import Trail
from lrs.auth.principal import Principal
from lrs.exports import statements as exported
from lrs.http import exports as resource
from lrs.http.answer import answer, refused
from lrs.http.exports import ExportsResource
from lrs.http.route import Call
from schemas.credential import Scope
from schemas.ports import PROJECTOR, Store
from schemas.profile import Profile
from schemas.record import STATEMENTS, Position
from tests.consumers.factories import number
from tests.exports.making import added, ids, named, prepared

Client = TestClient[web.Request, web.Application]


class Place:
    """A store, a log, and a client that may read all."""

    def __init__(self, store: SqliteStore, log: SqliteLog, client: Client) -> None:
        self.store = store
        self.log = log
        self.client = client

    async def export(self, **parameters: str) -> tuple[list[str], str]:
        """The ids, and the position of the last line."""
        response = await self.client.get("/exports/statements", params=parameters)
        assert (response.status, response.content_type) == (200, "application/x-ndjson")
        text = await response.read()
        return ids(text), orjson.loads(text.splitlines()[-1])["position"]


@pytest.fixture
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    monkeypatch.setattr(exported, "PAGE", 3)
    async with AsyncExitStack() as stack:
        store = await SqliteStore.open(tmp_path / "store.db")
        stack.push_async_callback(store.close)
        log = await SqliteLog.open(tmp_path / "log.db")
        stack.push_async_callback(log.close)
        await prepared(store, log, *(named(n) for n in range(1, 11)))
        (route,) = ExportsResource(store, Profile(), Trail(store)).routes()
        principal = Principal("office", "key", frozenset({Scope.READ_ALL}))

        async def handler(request: web.Request) -> web.StreamResponse:
            try:
                return await route.handler(Call(request, principal))
            except Exception as error:
                return answer(refused(error))

        app = web.Application()
        app.router.add_route(route.method, route.path, handler)
        client = await stack.enter_async_context(TestClient(TestServer(app)))
        yield Place(store, log, client)


async def test_all_come_in_order_and_the_last_line_says_where_to_go_on(place: Place) -> None:
    found, position = await place.export()
    assert found == [number(n) for n in (2, 4, 6, 8, 10, 1, 3, 5, 7, 9)]
    assert await place.export(**{"from": position}) == ([], position)
    await added(place.store, place.log, named(11), named(12))
    assert (await place.export(**{"from": position}))[0] == [number(12), number(11)]


async def test_a_province_is_chosen(place: Place) -> None:
    await added(place.store, place.log, named(20, "vn-2025/01"))
    assert (await place.export(province="vn-2025/01"))[0] == [number(20)]
    assert len((await place.export(province="vn-2004/49"))[0]) == 10


@pytest.mark.parametrize(
    ("query", "code", "path"),
    [
        ("provinces=vn-2025/01", "unknown-parameter", "provinces"),
        ("province=01", "unknown-scheme", "province"),
        ("province=vn-2025/49", "unknown-province", "province"),
        ("from=x", "bad-position", "from"),
        ("from=abc.0-1", "bad-position", "from"),
        ("from=abc.0-1&from=abc.0-2", "repeated-parameter", "from"),
    ],
)
async def test_what_cannot_be_asked_is_refused(place: Place, query: str, code: str, path: str) -> None:
    response = await place.client.get(f"/exports/statements?{query}")
    error = (await response.json())["error"]
    assert (response.status, error["code"], error["path"]) == (400, code, path)


async def test_who_takes_nothing_loses_their_place(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "AT_ONCE", 1)
    monkeypatch.setattr(resource, "PATIENCE", 0.2)
    monkeypatch.setattr(resource, "line", lambda _: b"x" * 4_000_000)
    assert place.client.port is not None
    _, writer = await asyncio.open_connection(place.client.host, place.client.port, limit=1)
    writer.write(b"GET /exports/statements HTTP/1.1\r\nHost: x\r\n\r\n")
    await writer.drain()
    async with asyncio.timeout(10):
        for refused in (True, False):
            asked: dict[str, Any] = {"path": "/exports/statements", "params": {"from": "x.0-1"}}
            while ((await place.client.get(**asked)).status == 503) is not refused:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    writer.close()


def test_g10_no_platform_and_no_office_of_a_province_may_export() -> None:
    (route,) = ExportsResource.__new__(ExportsResource).routes()
    assert route.scopes is not None
    for scope in set(Scope) - {Scope.ALL, Scope.READ_ALL}:
        assert Principal("one", "key", frozenset({scope})).allowed.isdisjoint(route.scopes), scope
    for scope in (Scope.ALL, Scope.READ_ALL):
        assert not Principal("one", "key", frozenset({scope})).allowed.isdisjoint(route.scopes)


async def test_a_partition_that_is_opened_meanwhile_is_not_taken_for_one_of_a_lost_log(place: Place) -> None:
    """Of what has no position all is given out, whatever comes before it later: that is for lost logs."""

    class Opening:
        """A store in which a partition is opened, and gets statements, between any two questions."""

        def __getattr__(self, name: str) -> Any:
            return getattr(place.store, name)

        async def asked(self, name: str) -> Any:
            found = await getattr(place.store, name)(*([PROJECTOR] if name == "positions" else []))
            log_id = await place.log.log_id(STATEMENTS)
            if not opened:
                opened.append(True)
                await place.store.move(PROJECTOR, None, Position(log_id, 9, 0), {})
                later = named(20)._replace(partition=9, log=log_id)
                await place.store.project([later])
            return found

        async def sources(self) -> Any:
            return await self.asked("sources")

        async def positions(self, _: str) -> Any:
            return await self.asked("positions")

    opened: list[bool] = []
    found = [part async for part in exported.parts(cast(Store, Opening()), Profile())]
    assert opened
    given = [it.id for part in found for it in part.statements]
    assert number(20) not in given
    assert all(source[1] != 9 for source in found[-1].after)

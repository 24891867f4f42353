"""GET /feeds/provinces: changes since a cursor, nothing twice that did not change, and 304 where none did."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from lrs.auth.principal import Principal
from lrs.http.answer import answer, refused
from lrs.http.feeds import FeedsResource
from lrs.http.route import Call
from lrs.snapshots.publisher import Publisher
from schemas.credential import Scope
from schemas.record import PROVINCES, NewRecord
from tests.reports.conftest import World, world
from tests.reports.learning import cells_of, classroom

__all__ = ["world"]

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def client(world: World) -> AsyncIterator[Client]:
    await world.project(1_700_000_000_000)
    principal = Principal("office", "key", frozenset({Scope.REPORTS}))
    app = web.Application()
    for route in FeedsResource(world.log).routes():

        async def handler(request: web.Request, route: Any = route) -> web.StreamResponse:
            try:
                found: web.StreamResponse = await route.handler(Call(request, principal))
            except Exception as error:
                found = answer(refused(error))
            return found

        app.router.add_route(route.method, route.path, handler)
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(TestClient(TestServer(app)))


async def test_without_a_cursor_all_come_and_with_it_what_changed(world: World, client: Client) -> None:
    publisher = Publisher(world.store, world.log)
    await publisher.publish()
    first = await (await client.get("/feeds/provinces")).json()
    assert first["whole"] is True
    assert len(first["snapshots"]) > 1_000
    assert first["head"]["kind"] == "head"
    position = await world.facts_at(0, 7)
    await world.fill({"g|total|48~49|total|adults|trained": 1}, position=position)
    await publisher.publish()
    second = await (await client.get("/feeds/provinces", params={"after": first["cursor"]})).json()
    assert second["whole"] is False
    told = {(it["scheme"], it["code"], it["group"]) for it in second["snapshots"]}
    assert told == {
        (*unit, group) for unit in (("vn-2004", "49"), ("vn-2025", "48")) for group in ["*", "adults"]
    }
    third = await (await client.get("/feeds/provinces", params={"after": second["cursor"]})).json()
    assert (third["snapshots"], third["cursor"]) == ([], second["cursor"])
    assert second["head"] is not None
    assert third["head"] == second["head"], "null would say that they are being told"
    whole = await (await client.get("/feeds/provinces")).json()
    latest = {(it["scheme"], it["code"], it["group"]): it for it in first["snapshots"] + second["snapshots"]}
    assert {(it["scheme"], it["code"], it["group"]): it for it in whole["snapshots"]} == latest


async def test_who_has_it_is_answered_304_until_something_is_told(world: World, client: Client) -> None:
    publisher = Publisher(world.store, world.log)
    await publisher.publish()
    first = await client.get("/feeds/provinces")
    known = {"If-None-Match": first.headers["ETag"]}
    again = await client.get("/feeds/provinces", headers=known)
    assert (again.status, await again.read()) == (304, b"")
    cursor = (await first.json())["cursor"]
    assert (await client.get("/feeds/provinces", params={"after": cursor}, headers=known)).status == 200
    await world.fill(cells_of(classroom()), position=await world.facts_at(0, 7))
    await publisher.publish()
    changed = await client.get("/feeds/provinces", headers=known)
    assert changed.status == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


async def test_who_was_away_for_long_gets_all(world: World, client: Client) -> None:
    publisher = Publisher(world.store, world.log)
    await publisher.publish()
    cursor = (await (await client.get("/feeds/provinces")).json())["cursor"]
    other = f"0123abcd-{cursor.partition('-')[2]}"
    beyond = f"{cursor.partition('-')[0]}-999999"
    for old in (other, beyond):
        found = await (await client.get("/feeds/provinces", params={"after": old})).json()
        assert found["whole"] is True
        assert len(found["snapshots"]) > 1_000
    # what came since the cursor is forgotten: all is told anew
    await world.log.trim(PROVINCES, {0: (await world.log.ends(PROVINCES))[0]})
    await world.fill(cells_of(classroom()), position=await world.facts_at(0, 7))
    await Publisher(world.store, world.log).publish()
    found = await (await client.get("/feeds/provinces")).json()
    assert (found["whole"], len(found["snapshots"]) > 1_000) == (True, True)


async def test_while_it_is_told_there_is_no_head(world: World, client: Client) -> None:
    await Publisher(world.store, world.log).publish()
    first = await (await client.get("/feeds/provinces")).json()
    (record,) = await world.log.read(PROVINCES, 0, 0, 1)
    await world.log.append(PROVINCES, {0: [NewRecord(record.value, (), record.key)]})
    for query in ({}, {"after": first["cursor"]}):
        found = await (await client.get("/feeds/provinces", params=query)).json()
        assert found["head"] is None
    await Publisher(world.store, world.log).publish()
    assert (await (await client.get("/feeds/provinces")).json())["head"] == first["head"]


async def test_an_empty_topic_has_nothing_to_tell(client: Client) -> None:
    found = await (await client.get("/feeds/provinces")).json()
    assert (found["snapshots"], found["head"], found["whole"]) == ([], None, True)


@pytest.mark.parametrize(("query", "code"), [("after=x", "bad-cursor"), ("since=1", "unknown-parameter")])
async def test_what_cannot_be_asked_is_refused(client: Client, query: str, code: str) -> None:
    response = await client.get(f"/feeds/provinces?{query}")
    assert (response.status, (await response.json())["error"]["code"]) == (400, code)


def test_g10_the_feed_is_for_the_national_role() -> None:
    for route in FeedsResource.__new__(FeedsResource).routes():
        assert route.scopes is not None
        for scope in set(Scope) - {Scope.ALL, Scope.READ_ALL, Scope.REPORTS}:
            assert Principal("one", "key", frozenset({scope})).allowed.isdisjoint(route.scopes), scope

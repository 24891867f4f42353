"""The bounds of the document resources: ids in one answer, and attempts at a merge that others disturb."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client import CollectorRegistry, Gauge

from lrs.adapters.sqlite import SqliteStore
from lrs.auth.principal import Principal
from lrs.http import documents as module
from lrs.http.answer import answer, refused
from lrs.http.application import Answering
from lrs.http.body import Bodies
from lrs.http.documents import DocumentsResource
from lrs.http.route import Call, Handler
from schemas.credential import Scope
from schemas.precondition import ALWAYS, Precondition
from schemas.resource_document import ResourceDocument, tag_of

Client = TestClient[web.Request, web.Application]
PATH = "/xapi/activities/profile"
HEADERS = {"X-Experience-API-Version": "2.0.0", "Content-Type": "application/json"}
OF_ALL = {"activityId": "https://platform.example/lesson"}
ONE = {**OF_ALL, "profileId": "one"}


class Disturbed(SqliteStore):
    """A store in which somebody else is quicker, so many times."""

    rivals = 0

    async def save_document(self, document: ResourceDocument, precondition: Precondition) -> bool:
        if self.rivals:
            self.rivals -= 1
            content = b'{"rivals":%d}' % self.rivals
            rival = document._replace(content=content, tag=tag_of(content))
            assert await super().save_document(rival, ALWAYS)
        return await super().save_document(document, precondition)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Disturbed]:
    opened = await Disturbed.open(tmp_path / "store.db")
    assert isinstance(opened, Disturbed)
    yield opened
    await opened.close()


@pytest.fixture
async def client(store: Disturbed) -> AsyncIterator[Client]:
    bodies = Bodies(1024, 1024, Gauge("bytes", "In flight.", registry=CollectorRegistry()))
    app = web.Application()
    for route in DocumentsResource(store, bodies, 1024).routes():
        app.router.add_route(route.method, route.path, _answering(route.handler))
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(TestClient(TestServer(app)))


def _answering(handler: Handler) -> Answering:
    async def answered(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(Call(request, Principal("one", "key", frozenset({Scope.ALL}))))
        except Exception as error:
            return answer(refused(error))

    return answered


async def test_more_ids_than_one_answer_holds_are_refused_with_a_way_out(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_IDS", 3)
    for n in range(4):
        parameters = {**OF_ALL, "profileId": str(n)}
        assert (await client.put(PATH, params=parameters, data=b"{}", headers=HEADERS)).status == 204
        listed = await client.get(PATH, params=OF_ALL, headers=HEADERS)
        assert listed.status == (200 if n < 3 else 400)
    error = (await listed.json())["error"]
    assert error["code"] == "too-many-documents" and "since" in error["message"]
    later = {**OF_ALL, "since": "9999-01-01T00:00:00Z"}
    assert await (await client.get(PATH, params=later, headers=HEADERS)).json() == []


@pytest.mark.parametrize("rivals", [0, 1, module.ATTEMPTS - 1])
async def test_a_merge_that_is_disturbed_is_made_again(client: Client, store: Disturbed, rivals: int) -> None:
    store.rivals = rivals
    assert (await client.post(PATH, params=ONE, data=b'{"a":1}', headers=HEADERS)).status == 204
    found = await (await client.get(PATH, params=ONE, headers=HEADERS)).json()
    assert found == ({"a": 1, "rivals": 0} if rivals else {"a": 1})


async def test_a_merge_that_is_always_disturbed_is_put_off_and_changes_nothing(
    client: Client, store: Disturbed
) -> None:
    store.rivals = module.ATTEMPTS
    answered = await client.post(PATH, params=ONE, data=b'{"a":1}', headers=HEADERS)
    assert (answered.status, (await answered.json())["error"]["code"]) == (503, "document-contended")
    assert int(answered.headers["Retry-After"]) >= 1
    assert await (await client.get(PATH, params=ONE, headers=HEADERS)).json() == {"rivals": 0}


async def test_a_merge_whose_precondition_a_rival_breaks_is_not_made_again(
    client: Client, store: Disturbed
) -> None:
    stored = await client.put(PATH, params=ONE, data=b'{"a":1}', headers=HEADERS)
    store.rivals = 1
    headers = {**HEADERS, "If-Match": stored.headers["ETag"]}
    assert (await client.post(PATH, params=ONE, data=b'{"b":1}', headers=headers)).status == 412
    assert await (await client.get(PATH, params=ONE, headers=HEADERS)).json() == {"rivals": 0}

"""Posting: everything is acknowledged in the end, or posting stops and says why."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from socket import socket

import orjson
import pytest
from aiohttp import BasicAuth, web

from lrs.simulate.delivery import Delivery
from lrs.simulate.post import Exhausted, NoCredential, NotAsSent, Refused, deliver

CREDENTIALS = {"one-touch": ("key", "secret"), "moodle": ("other", "secret")}
Answer = Callable[[web.Request, bytes], Awaitable[web.StreamResponse | None]]


def deliveries(count: int, platform: str = "one-touch", version: str = "2.0.0") -> list[Delivery]:
    return [
        Delivery(platform, version, orjson.dumps([{"id": f"{platform}-{n}-{m}"} for m in range(3)]), 3)
        for n in range(count)
    ]


class Endpoint:
    """An endpoint that takes whatever it is sent, unless `answer` answers in its place."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.answer = answer
        self.taken: list[str] = []
        self.requests: list[web.Request] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.requests.append(request)
        if self.answer is not None and (other := await self.answer(request, body)) is not None:
            return other
        parsed = orjson.loads(body)
        identifiers = [it["id"] for it in (parsed if isinstance(parsed, list) else [parsed])]
        self.taken += identifiers
        return web.json_response(identifiers)

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator[str]:
        application = web.Application()
        application.router.add_post("/xapi/statements", self.handle)
        runner = web.AppRunner(application)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", port)
            await site.start()
            host, bound = runner.addresses[0][:2]
            yield f"http://{host}:{bound}"
        finally:
            await runner.cleanup()


async def test_each_platform_posts_with_its_credential_and_version() -> None:
    endpoint = Endpoint()
    shown: list[int] = []
    sent = [
        *deliveries(5),
        *deliveries(5, "moodle", "1.0.3"),
        Delivery("moodle", "1.0.3", b'{"id":"one"}', 1),
    ]
    async with endpoint.running() as url:
        delivered = await deliver(sent, url, CREDENTIALS, progress=shown.append)
    assert delivered.acknowledged == delivered.sent == sum(shown) == len(endpoint.taken) == 31
    assert (delivered.requests, delivered.retries) == (11, 0)
    assert delivered.seconds > 0
    assert {
        (BasicAuth.decode(it.headers["Authorization"]).login, it.headers["X-Experience-API-Version"])
        for it in endpoint.requests
    } == {("key", "2.0.0"), ("other", "1.0.3")}
    assert {it.content_type for it in endpoint.requests} == {"application/json"}


async def test_overload_and_a_dropped_connection_are_outlived() -> None:
    asked: list[float] = []

    async def answer(request: web.Request, _body: bytes) -> web.StreamResponse | None:
        asked.append(asyncio.get_running_loop().time())
        if len(asked) <= 2:
            return web.Response(status=503, headers={"Retry-After": "1"})
        if len(asked) == 3:
            return web.Response(status=429)
        if len(asked) == 5 and request.transport is not None:
            request.transport.abort()
        return None

    endpoint = Endpoint(answer)
    async with endpoint.running() as url:
        delivered = await deliver(deliveries(20), url, CREDENTIALS, concurrency=2)
    assert delivered.acknowledged == 60
    assert set(endpoint.taken) == {f"one-touch-{n}-{m}" for n in range(20) for m in range(3)}
    assert delivered.retries == 4
    assert delivered.requests == 24
    assert delivered.sent == 72
    assert asked[2] - asked[0] >= 1


async def test_a_server_that_is_not_there_yet_is_waited_for() -> None:
    with socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
    posting = asyncio.create_task(deliver(deliveries(10), f"http://127.0.0.1:{port}", CREDENTIALS))
    await asyncio.sleep(0.5)
    endpoint = Endpoint()
    async with endpoint.running(port):
        delivered = await posting
    assert delivered.acknowledged == len(endpoint.taken) == 30
    assert delivered.retries >= 8


async def test_patience_ends() -> None:
    async def answer(_request: web.Request, _body: bytes) -> web.StreamResponse:
        return web.Response(status=503, headers={"Retry-After": "0"})

    async with Endpoint(answer).running() as url:
        with pytest.raises(Exhausted, match=r"nothing was acknowledged for 0\.2 s; answered 503"):
            await deliver(deliveries(10), url, CREDENTIALS, patience=0.2)


async def test_a_refusal_stops_posting_and_says_where() -> None:
    async def answer(_request: web.Request, _body: bytes) -> web.StreamResponse:
        error = {"code": "bad-uuid", "message": "Send a UUID.", "path": "/0/id"}
        return web.json_response({"error": error}, status=400)

    endpoint = Endpoint(answer)
    async with endpoint.running() as url:
        with pytest.raises(
            Refused, match="one-touch: answered 400 bad-uuid at /0/id: Send a UUID"
        ) as refused:
            await deliver(deliveries(100), url, CREDENTIALS, concurrency=4)
    assert (refused.value.status, refused.value.code, refused.value.path) == (400, "bad-uuid", "/0/id")
    assert len(endpoint.requests) <= 8


@pytest.mark.parametrize(("status", "body"), [(500, b"oops"), (404, b"[1]"), (401, b"{}")])
async def test_a_refusal_without_a_code_is_told_as_it_is(status: int, body: bytes) -> None:
    async def answer(_request: web.Request, _body: bytes) -> web.StreamResponse:
        return web.Response(status=status, body=body)

    async with Endpoint(answer).running() as url:
        with pytest.raises(Refused, match=f"answered {status} without-code"):
            await deliver(deliveries(3), url, CREDENTIALS)


@pytest.mark.parametrize("body", [b'["one"]', b"{}", b"no json"])
async def test_an_acknowledgement_of_something_else_is_none(body: bytes) -> None:
    async def answer(_request: web.Request, _body: bytes) -> web.StreamResponse:
        return web.Response(body=body)

    async with Endpoint(answer).running() as url:
        with pytest.raises(NotAsSent):
            await deliver(deliveries(3), url, CREDENTIALS)


async def test_a_platform_without_credential_does_not_post() -> None:
    endpoint = Endpoint()
    async with endpoint.running() as url:
        with pytest.raises(NoCredential, match="moodle"):
            await deliver(deliveries(1, "moodle"), url, {"one-touch": ("key", "secret")})
    assert endpoint.requests == []

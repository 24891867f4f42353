"""G11: overload is answered 503 with Retry-After, or 413; it sheds load, never data."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import orjson

from tests.acceptance.client import STATEMENTS, Answer, Client
from tests.acceptance.figures import assert_recounted, metrics, settled, total
from tests.acceptance.making import QUANG_NAM, Json, statement
from tests.acceptance.nursery import Nursery

JSON = {"Content-Type": "application/json"}
MAX_BODY = 65536


def _overloaded(answer: Answer, code: str) -> bool:
    if answer.status == 200:
        return False
    assert answer.error == (503, code, None), answer.body
    assert int(answer.headers["Retry-After"]) >= 1
    return True


async def _trickle(body: bytes, release: asyncio.Event) -> AsyncIterator[bytes]:
    """The first bytes, and the others when `release` is set."""
    yield body[:10]
    await release.wait()
    yield body[10:]


async def _in_flight(client: Client, size: int) -> None:
    while total(await metrics(client), "lrs_in_flight_bytes") < size:  # noqa: ASYNC110 - it says so itself
        await asyncio.sleep(0.01)


async def _taken(client: Client, given: Json) -> None:
    while _overloaded(await client.post(given), "projection-behind"):  # noqa: ASYNC110 - as clients do
        await asyncio.sleep(0.05)


async def test_g11_a_slow_client_holds_its_room_and_blocks_nobody(serve: Nursery) -> None:
    server = serve(max_body=str(MAX_BODY), max_in_flight=str(2 * MAX_BODY + 20_000))
    release = asyncio.Event()
    slow = [statement("slow-1"), statement("slow-2")]
    async with Client(server) as client:
        # A body of unknown length takes as much room as the largest.
        posts = [
            asyncio.create_task(
                client.send("POST", STATEMENTS, data=_trickle(orjson.dumps(it), release), headers=JSON)
            )
            for it in slow
        ]
        await _in_flight(client, 2 * MAX_BODY)
        quick = statement("quick", unit=QUANG_NAM)
        assert (await client.post(quick)).status == 200
        assert (await client.get(statementId=quick["id"])).status == 200
        large = [statement(f"large-{n}") for n in range(150)]
        assert 20_000 < len(orjson.dumps(large)) < MAX_BODY
        assert _overloaded(await client.post(large), "too-many-bytes-in-flight")
        release.set()
        assert [it.status for it in await asyncio.gather(*posts)] == [200, 200]
        assert (await client.post(large)).status == 200
        expected = {it["id"] for it in (*slow, quick, *large)}
        assert (await assert_recounted(server)).ids == expected
        assert total(await metrics(client), "lrs_in_flight_bytes") == 0
        assert total(await metrics(client), "lrs_rejects_total", code="too-many-bytes-in-flight") == 1

        body = orjson.dumps(statement("largest"))
        whole = body.ljust(MAX_BODY)
        assert (await client.send("POST", STATEMENTS, data=whole, headers=JSON)).status == 200
        for sent in (whole + b" ", _chunks(whole + b" ")):
            answer = await client.send("POST", STATEMENTS, data=sent, headers=JSON)
            assert answer.error == (413, "body-too-large", None)


async def _chunks(body: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(body), 10_000):
        yield body[at : at + 10_000]


async def test_g11_many_at_once_in_little_room_are_all_taken_in_the_end(serve: Nursery) -> None:
    server = serve(max_body="8192", max_in_flight="8192")
    batches = [[statement(f"crowd-{n}-{m}", unit=QUANG_NAM) for m in range(15)] for n in range(60)]
    refused = 0

    async def post(number: int) -> None:
        nonlocal refused
        while _overloaded(await client.post(batches[number]), "too-many-bytes-in-flight"):
            refused += 1
            await asyncio.sleep(0.01)

    async with Client(server) as client:
        await asyncio.gather(*map(post, range(len(batches))))
    assert (await assert_recounted(server)).ids == {it["id"] for batch in batches for it in batch}
    assert refused > 0


async def test_g11_posts_that_meet_are_all_answered_though_nobody_posts_after_them(serve: Nursery) -> None:
    async with Client(serve()) as client:
        for _ in range(120):
            async with asyncio.timeout(10):
                posts = (client.post([statement() for _ in range(3)]) for _ in range(8))
                assert {it.status for it in await asyncio.gather(*posts)} == {200}


async def test_g11_statements_are_refused_while_the_projection_is_too_far_behind(serve: Nursery) -> None:
    server = serve(consumers="false", max_unprojected="50", max_batch="50", read_your_writes="0")
    taken = [statement(f"taken-{n}", unit=QUANG_NAM) for n in range(50)]
    refused = statement("refused", unit=QUANG_NAM)
    async with Client(server) as client:
        await client.store(*taken)
        assert _overloaded(await client.post(refused), "projection-behind")
        assert total(await metrics(client), "lrs_unprojected_statements") == 50
        consumers = server.begin("consume")
        await settled(server)
        await _taken(client, refused)
        assert (await assert_recounted(server)).ids == {it["id"] for it in (*taken, refused)}
    consumers.terminate()
    assert consumers.wait(30) == 0


async def test_g11_after_a_start_with_a_backlog_beyond_the_bound_it_first_waits(serve: Nursery) -> None:
    server = serve(consumers="false", read_your_writes="0")
    first = [statement(f"first-{n}") for n in range(40)]
    async with Client(server) as client:
        await client.store(*first)
        assert server.stop() == 0
        server.launch(max_unprojected="10", max_batch="10")
        assert _overloaded(await client.post(first[0]), "starting")
        ready = await client.send("GET", "/health/ready")
        assert (ready.status, ready.json()["status"]) == (503, "not ready")
        assert ready.json()["missing"]
        assert (await client.send("GET", "/health/live")).status == 200
        consumers = server.begin("consume")
        await asyncio.to_thread(server.await_ready)
        assert (await client.post({**first[0], "verb": {"id": "https://other.example"}})).status == 409
        assert await client.store(first[0]) == [first[0]["id"]]
    consumers.terminate()
    assert consumers.wait(30) == 0

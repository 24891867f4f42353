"""G5: what the consistent-through header says is true, whoever reads, under load and without."""

from __future__ import annotations

import asyncio
import time

import pytest

from schemas.xapi import format_timestamp, parse_timestamp
from tests.acceptance.client import Answer, Client
from tests.acceptance.load import Load
from tests.acceptance.making import statement
from tests.acceptance.nursery import Nursery

UUID = "16fd2706-8baf-433b-82eb-8c7fada847da"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 200),
        ({"limit": "1"}, 200),
        ({"verb": "https://nobody.example/used"}, 200),
        ({"statementId": UUID}, 404),
        ({"voidedStatementId": UUID}, 404),
        ({"statementId": "x"}, 400),
        ({"limit": "x"}, 400),
        ({"more": "x"}, 400),
        ({"unknown": "x"}, 400),
    ],
)
async def test_g5_every_get_of_statements_has_the_header(
    client: Client, query: dict[str, str], status: int
) -> None:
    for method in ("GET", "HEAD"):
        answer = await client.send(method, "/xapi/statements", params=query)
        assert answer.status == status
        assert 0 < answer.through <= time.time() * 1000
    answer = await client.send(
        "GET", "/xapi/statements", params=query, headers={"X-Experience-API-Version": None}
    )
    assert answer.status == 400
    assert answer.through > 0


async def test_g5_a_statement_with_its_id_says_it_too(client: Client) -> None:
    (identifier,) = await client.store(statement())
    assert (await client.get(statementId=identifier)).through > 0


async def test_g5_an_idle_store_is_carried_on_also_where_requests_are_refused(client: Client) -> None:
    (identifier,) = await client.store(statement())
    stored = parse_timestamp((await client.get(statementId=identifier)).json()["stored"])
    began = time.monotonic()
    while (await client.get(unknown="x")).through <= stored + 1000:
        assert time.monotonic() < began + 10
        await asyncio.sleep(0.1)


async def test_g5_an_idle_store_is_carried_on_by_ticks(client: Client) -> None:
    (identifier,) = await client.store(statement())
    stored = parse_timestamp((await client.get(statementId=identifier)).json()["stored"])
    began = time.monotonic()
    while (await client.get(limit="1")).through <= stored + 1000:
        assert time.monotonic() < began + 10
        await asyncio.sleep(0.1)
    await asyncio.sleep(2)
    await client.get(limit="1")
    await asyncio.sleep(0.3)
    assert time.time() * 1000 - (await client.get(limit="1")).through < 3000


async def test_g5_nothing_stored_before_the_header_is_missing_from_its_answer(client: Client) -> None:
    """On this endpoint and on another one on the same files, while a load is posted and voided."""
    other = await asyncio.to_thread(client.server.second)
    here, there = client.server.url, other
    began = (await client.get(limit="1")).through
    async with Load(client, seed=5, pause=0.03) as load:
        readings = await asyncio.gather(*(_read(client, url, began) for url in (here, there)))
    assert len(load.acknowledged) > 20
    stored = {
        it["id"]: parse_timestamp(it["stored"])
        async for page in client.pages()
        for it in page.json()["statements"]
    }
    for reading in readings:
        assert len(reading) > 3
        for since, through, found in reading:
            expected = {it for it, moment in stored.items() if since < moment < through}
            assert expected - found == set()
        assert sum(len(found) for _, _, found in reading) > 100


async def test_g5_it_stands_still_while_the_projector_does(serve: Nursery) -> None:
    server = serve()
    async with Client(server) as client:
        (before,) = await client.store(statement())
        began = time.monotonic()
        while (await client.get(limit="10")).ids != [before]:
            assert time.monotonic() < began + 30
        with server.paused_child("statements"):
            kept = await asyncio.wait_for(_standing(client), 30)
            (after,) = await client.store(statement())
            until = time.monotonic() + 3
            while time.monotonic() < until:
                answer = await client.get(limit="10")
                assert (answer.through, answer.ids) == (kept, [before])
                await asyncio.sleep(0.1)
        began = time.monotonic()
        while (answer := await client.get(limit="10")).ids != [after, before]:
            assert time.monotonic() < began + 30
        stored = parse_timestamp(answer.json()["statements"][0]["stored"])
        assert kept <= stored
        while (await client.get(limit="10")).through <= stored:
            assert time.monotonic() < began + 30


async def _standing(client: Client) -> int:
    """The header once it no longer moves: positions that were written before the pause are read a moment
    later.
    """
    last = -1
    while (through := (await client.get(limit="1")).through) != last:
        last = through
        await asyncio.sleep(0.3)
    return last


async def _read(client: Client, url: str, since: int) -> list[tuple[int, int, set[str]]]:
    """Readings, each of what was stored since the header of the one before: that, its header, and the ids."""
    readings = []
    until = time.monotonic() + 4
    while time.monotonic() < until:
        found: set[str] = set()
        answer = await _page(client, url, since, None)
        through = answer.through
        found.update(answer.ids)
        while (more := answer.json()["more"]) and _last_stored(answer) < through:
            answer = await _page(client, url, since, more)
            found.update(answer.ids)
        assert since <= through <= time.time() * 1000
        readings.append((since, through, found))
        since = max(since, through - 1)
        await asyncio.sleep(0.02)
    return readings


def _last_stored(answer: Answer) -> int:
    return parse_timestamp(answer.json()["statements"][-1]["stored"])


async def _page(client: Client, url: str, since: int, more: str | None) -> Answer:
    if more is not None:
        return await client.send("GET", more, url=url)
    params = {"since": format_timestamp(since), "ascending": "true"}
    return await client.send("GET", "/xapi/statements", params=params, url=url)

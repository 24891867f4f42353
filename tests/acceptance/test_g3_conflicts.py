"""G2, G3: the same statement again is the same success; its id with other content is refused with 409, and
nothing of that request is stored.
"""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.acceptance.client import Client
from tests.acceptance.figures import assert_recounted, metrics, settled, total
from tests.acceptance.making import QUANG_NAM, Json, statement
from tests.acceptance.nursery import Nursery

EXTENSION = "https://platform.example/value"


def saying(value: object, identifier: str) -> Json:
    """A statement whose extension has this value."""
    return statement(identifier=identifier, result={"extensions": {EXTENSION: value}})


async def _refused(client: Client, batch: list[Json], index: int) -> None:
    """The batch is refused for its statement at that index, and nothing of it is stored."""
    answer = await client.post(batch)
    assert answer.error == (409, "statement-conflict", f"/{index}/id"), answer.body


async def test_g2_the_same_statement_again_is_the_same_success(client: Client) -> None:
    first = statement("twice", unit=QUANG_NAM, groups=["cadres"])
    for _ in range(2):
        assert await client.store(first) == [first["id"]]
    for _ in range(2):
        assert (await client.put(first, first["id"])).status == 204
    assert await client.store(statement("other"), first, statement("another"))
    assert (await client.listing()).count(first["id"]) == 1


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (1, 1.0),
        ([1, {"a": 100}], [1.0, {"a": 1e2}]),
        ({"a": 1, "b": None}, {"b": None, "a": 1}),
    ],
)
async def test_g3_content_that_is_equal_by_value_is_the_same(client: Client, first: Any, again: Any) -> None:
    identifier = str(uuid4())
    await client.store(saying(first, identifier))
    assert await client.store(saying(again, identifier.upper())) == [identifier]
    await client.get()
    assert await client.store(saying(again, identifier)) == [identifier]


@pytest.mark.parametrize(
    ("first", "other"), [(1, True), (0, False), (1, "1"), ([1, 2], [2, 1]), (None, {}), (1, 1.5)]
)
async def test_g3_content_that_differs_is_refused(client: Client, first: Any, other: Any) -> None:
    identifier, beside = str(uuid4()), str(uuid4())
    await client.store(saying(first, identifier))
    await _refused(client, [statement(identifier=beside), saying(other, identifier.upper())], 1)
    assert (await client.get(statementId=beside)).status == 404
    await _refused(client, [saying(other, identifier), statement(identifier=beside)], 0)
    assert (await client.post(saying(other, identifier))).error == (409, "statement-conflict", "/id")
    assert (await client.put(saying(other, identifier), identifier)).status == 409
    assert (await client.get(statementId=beside)).status == 404
    stored = (await client.get(statementId=identifier)).json()
    assert stored["result"]["extensions"][EXTENSION] == first


async def test_g3_what_the_store_sets_is_no_content(client: Client) -> None:
    first = statement(at=None)
    await client.store(first)
    (stored,) = [it for it in (await client.get()).json()["statements"] if it["id"] == first["id"]]
    assert stored["timestamp"] == stored["stored"]
    assert await client.store(first) == [first["id"]]
    assert await client.store(stored) == [first["id"]]
    assert await client.store({**first, "timestamp": "2025-04-18T08:30:00Z"}) == [first["id"]]


async def test_g3_of_many_at_once_with_different_content_exactly_one_wins(client: Client) -> None:
    for _ in range(5):
        identifier = str(uuid4())
        answers = await asyncio.gather(*(client.post(saying(n, identifier)) for n in range(20)))
        assert sorted(it.status for it in answers) == [200, *[409] * 19]
        winner = [it.status for it in answers].index(200)
        stored = (await client.get(statementId=identifier)).json()
        assert stored["result"]["extensions"][EXTENSION] == winner


async def test_g3_of_overlapping_batches_at_once_each_is_whole_or_refused(client: Client) -> None:
    shared = [str(uuid4()) for _ in range(4)]
    batches = [[*(saying(n, it) for it in shared[n % 2 :: 1]), statement(f"beside-{n}")] for n in range(12)]
    answers = await asyncio.gather(*(client.post(batch) for batch in batches))
    listed = set(await client.listing())
    for batch, answer in zip(batches, answers, strict=True):
        assert answer.status in (200, 409)
        assert (batch[-1]["id"] in listed) == (answer.status == 200)
    assert sum(it.status == 200 for it in answers) == 1


async def test_g2_many_at_once_with_the_same_content_are_stored_once(client: Client) -> None:
    batch = [statement(f"crowd-{n}", topic=1, unit=QUANG_NAM) for n in range(5)]
    answers = await asyncio.gather(*(client.post(batch) for _ in range(20)))
    assert [it.ids for it in answers] == [[it["id"] for it in batch]] * 20
    listed = await client.listing()
    assert all(listed.count(it["id"]) == 1 for it in batch)


async def test_g2_g3_no_figure_counts_anything_twice_and_nothing_was_set_aside(client: Client) -> None:
    server = client.server
    await assert_recounted(server)
    found = await metrics(client)
    assert total(found, "lrs_projected_statements", kind="conflict") == 0
    assert total(found, "lrs_projected_statements", kind="duplicate") > 0


async def test_g3_holds_for_what_is_not_yet_projected_and_after_a_restart(serve: Nursery) -> None:
    server = serve(consumers="false", read_your_writes="0")
    first, identifier = [statement(f"learner-{n}") for n in range(30)], str(uuid4())
    async with Client(server) as client:
        await client.store(*first, saying(1, identifier))
        for _ in range(2):
            assert await client.store(first[3], saying(1.0, identifier)) == [first[3]["id"], identifier]
            await _refused(client, [statement("new"), saying(2, identifier)], 1)
            assert await client.listing() == []
            assert server.stop() == 0
            server.start()
        consumers = server.begin("consume")
        await settled(server)
        await _refused(client, [statement("new"), saying(2, identifier)], 1)
        assert sorted(await client.listing()) == sorted([identifier, *(it["id"] for it in first)])
        await assert_recounted(server)
        assert total(await metrics(client), "lrs_projected_statements", kind="conflict") == 0
    consumers.terminate()
    assert consumers.wait(30) == 0


async def test_g3_extensions_of_any_depth_are_compared(client: Client) -> None:
    identifier = str(uuid4())
    deep: Any = [1]
    for _ in range(150):
        deep = [deep]
    await client.store(saying(deep, identifier))
    assert await client.store(saying(deep, identifier)) == [identifier]
    await _refused(client, [saying([deep], identifier)], 0)

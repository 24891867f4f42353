"""G4: a batch is all or nothing; what is refused says which rule and where, and leaves nothing behind."""

from __future__ import annotations

import orjson
import pytest

from tests.acceptance.client import STATEMENTS, Client
from tests.acceptance.figures import assert_recounted, metrics, total
from tests.acceptance.making import statement
from tests.acceptance.refusals import REQUESTS, UUID, Request
from tests.acceptance.refusals import STATEMENTS as BAD
from tests.acceptance.refusals import Statement as BadStatement


async def _appended(client: Client) -> float:
    return total(await metrics(client), "lrs_statements_total", outcome="appended")


async def _refused(client: Client, bad: BadStatement, body: object, path: str) -> None:
    headers = {"Content-Type": "application/json", "X-Experience-API-Version": bad.version}
    answer = await client.send("POST", STATEMENTS, data=orjson.dumps(body), headers=headers)
    assert answer.error == (400, bad.code, path), answer.body


@pytest.mark.parametrize("bad", BAD, ids=lambda it: f"{it.code}{it.path}")
async def test_g4_one_bad_statement_of_fifty_stores_none(client: Client, bad: BadStatement) -> None:
    before = await _appended(client)
    good = [statement(f"learner-{n}") for n in range(49)]
    for index in (0, 31, 49):
        await _refused(client, bad, [*good[:index], bad.value, *good[index:]], f"/{index}{bad.path}")
    if isinstance(bad.value, dict):
        await _refused(client, bad, bad.value, bad.path)
    assert await _appended(client) == before
    assert (await client.get(statementId=good[0]["id"])).status == 404


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda it: f"{it.method}-{it.code}-{it.path}")
async def test_g4_a_refused_request_says_why_and_stores_nothing(client: Client, request_: Request) -> None:
    before = await _appended(client)
    body = request_.body
    if request_.code == "id-mismatch":
        body = orjson.dumps(statement(identifier=UUID))
    answer = await client.send(
        request_.method, f"{STATEMENTS}{request_.query}", data=body, headers=request_.headers
    )
    assert answer.status == request_.status, answer.body
    status, code, path = answer.error
    assert (status, code) == (request_.status, request_.code)
    if request_.path is not None:
        assert path == request_.path
    if status == 401:
        assert answer.headers["WWW-Authenticate"].startswith("Basic")
    if status == 405:
        assert set(answer.headers["Allow"].replace(" ", "").split(",")) == {"GET", "HEAD", "POST", "PUT"}
    elif status != 401:
        assert answer.headers["X-Experience-API-Version"] == "2.0.0"
    assert await _appended(client) == before


async def test_g4_two_statements_of_a_batch_with_one_id_are_refused(client: Client) -> None:
    batch = [statement(), statement(identifier=UUID), statement(identifier=UUID.upper())]
    assert (await client.post(batch)).error == (400, "duplicate-id", "/2/id")
    assert (await client.get(statementId=UUID)).status == 404


async def test_g4_too_many_statements_are_refused_and_as_many_as_allowed_are_not(client: Client) -> None:
    batch = [statement(f"learner-{n}") for n in range(1001)]
    assert (await client.post(batch)).error[:2] == (413, "batch-too-large")
    assert (await client.get(statementId=batch[0]["id"])).status == 404
    assert len(await client.store(*batch[:1000])) == 1000
    assert await client.store() == []


async def test_g4_ids_are_answered_in_order_and_made_where_there_is_none(client: Client) -> None:
    batch = [statement(f"learner-{n}") for n in range(5)]
    del batch[1]["id"], batch[3]["id"]
    ids = (await client.post(batch)).ids
    assert [ids[n] for n in (0, 2, 4)] == [batch[n]["id"] for n in (0, 2, 4)]
    assert len(set(ids)) == 5
    for identifier in ids:
        assert (await client.get(statementId=identifier)).json()["id"] == identifier


@pytest.mark.parametrize("depth", [100, 250, 300, 900])
async def test_g4_extensions_however_deep_are_kept_or_refused(client: Client, depth: int) -> None:
    before = await _appended(client)
    given = statement(result={"extensions": {"https://platform.example/deep": "DEEP"}})
    body = orjson.dumps(given).replace(b'"DEEP"', b"[" * depth + b"]" * depth)
    answer = await client.send("POST", STATEMENTS, data=body, headers={"Content-Type": "application/json"})
    assert answer.status in (200, 400), answer.body
    if answer.status == 200:
        assert b"[" * depth in (await client.get(statementId=given["id"])).body
    else:
        assert answer.json()["error"]["code"]
        assert await _appended(client) == before


async def test_g4_what_is_stored_after_all_this_is_counted_right(client: Client) -> None:
    await assert_recounted(client.server)

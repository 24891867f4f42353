"""Requirements by their numbers, in both versions: what `make conformance` asks by ADL's code, by our own."""

from __future__ import annotations

import json
from uuid import uuid4

import orjson
import pytest

from schemas.xapi import parse_timestamp
from tests.acceptance.client import STATEMENTS, Answer, Client
from tests.acceptance.documents import ACTIVITY_PROFILE, AGENT_PROFILE, JSON, STATE, VERSIONS, One
from tests.acceptance.making import Json, account, reference, statement, void
from tests.acceptance.requirements_data import LACKS, REFUSED, TAKEN, Refused, Taken
from tests.acceptance.requirements_http import REQUESTS, Asked

VERSION = "X-Experience-API-Version"
THROUGH = "X-Experience-API-Consistent-Through"


def named(row: Taken | Refused | Asked) -> str:
    return row.requirement


def made(sent: Json) -> Json:
    """A statement with these properties, some of which it may lack."""
    return _without_lacks({**statement(), **sent})


def _without_lacks(value: Json) -> Json:
    return {
        key: _without_lacks(it) if isinstance(it, dict) else it
        for key, it in value.items()
        if it is not LACKS
    }


async def sent(client: Client, version: str, method: str, body: Json, **parameters: str) -> Answer:
    headers = {**JSON, VERSION: version}
    return await client.send(method, STATEMENTS, params=parameters, data=orjson.dumps(body), headers=headers)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("row", TAKEN, ids=named)
async def test_what_is_taken_is_answered_as_it_was_sent(client: Client, row: Taken, version: str) -> None:
    whole = made(row.sent)
    if "id" in row.sent:
        whole["id"] = str(uuid4())[:-1] + row.sent["id"][-1]
    put = await sent(client, version, "PUT", whole, statementId=whole["id"])
    assert put.status == 204, put.body
    found = (await client.get(statementId=whole["id"], format="exact")).json()
    assert {key: found[key] for key in row.sent} == {key: whole[key] for key in row.sent}


@pytest.mark.files
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("row", REFUSED, ids=named)
async def test_what_is_refused_is_refused_with_its_place(client: Client, row: Refused, version: str) -> None:
    whole = made(row.sent)
    answer = await sent(client, version, "POST", whole)
    assert answer.error == (400, row.code, row.path)
    assert answer.headers[VERSION] == version


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("row", REQUESTS, ids=named)
async def test_requests_are_answered_as_the_table_says(client: Client, row: Asked, version: str) -> None:
    body = b"{}" if row.method in ("PUT", "POST") else None
    headers = {VERSION: version, **(JSON if body else {})}
    answer = await client.send(row.method, row.path, params=row.parameters, data=body, headers=headers)
    assert answer.status == row.status, answer.body
    if row.code is not None:
        assert answer.error == (row.status, row.code, row.at)
    assert answer.headers[VERSION] == version
    if (row.method, row.path) == ("GET", STATEMENTS):
        # XAPI-00153, XAPI-00160: whatever is answered
        assert parse_timestamp(answer.headers[THROUGH]) > 0


@pytest.mark.parametrize("version", VERSIONS)
async def test_what_an_lrs_sets_is_set(client: Client, version: str) -> None:
    """XAPI-00023, XAPI-00026, XAPI-00096, XAPI-00097, XAPI-00099, XAPI-00146, XAPI-00332."""
    bare = made({"id": LACKS, "timestamp": LACKS, "stored": "2001-01-01T00:00:00Z"})
    bare["context"] = {"contextActivities": {"parent": {"id": "https://platform.example/course"}}}
    (identifier,) = (await sent(client, version, "POST", bare)).ids
    found = (await client.get(statementId=identifier)).json()
    assert found["id"] == identifier
    assert found["timestamp"] == found["stored"] > "2025"
    assert found["authority"]["objectType"] == "Agent"
    assert found["context"]["contextActivities"]["parent"] == [{"id": "https://platform.example/course"}]
    assert found["version"] == {"1.0.3": "1.0.0", "2.0.0": "2.0.0"}[version]
    kept = made({"version": "1.0.2"})
    await sent(client, version, "POST", kept)
    assert (await client.get(statementId=kept["id"])).json()["version"] == "1.0.2"


@pytest.mark.parametrize("version", VERSIONS)
async def test_what_is_voided_is_found_by_its_own_parameter_alone(client: Client, version: str) -> None:
    """XAPI-00016, XAPI-00018, XAPI-00155, XAPI-00157, XAPI-00162, XAPI-00163."""
    target, verb = statement(), f"https://platform.example/{uuid4()}"
    target["verb"] = {"id": verb}
    comment = statement(object=reference(target["id"]))
    voiding = void(target["id"])
    for it in (target, comment, voiding):
        assert (await sent(client, version, "POST", it)).status == 200
    assert (await client.get(statementId=target["id"])).status == 404
    assert (await client.get(voidedStatementId=target["id"])).json()["id"] == target["id"]
    assert (await client.get(voidedStatementId=comment["id"])).status == 404
    assert set((await client.get(verb=verb)).ids) == {comment["id"], voiding["id"]}
    await sent(client, version, "POST", void(voiding["id"]))
    assert (await client.get(statementId=voiding["id"])).status == 200


@pytest.mark.parametrize("version", VERSIONS)
async def test_pages_follow_each_other(client: Client, version: str) -> None:
    """XAPI-00108 to XAPI-00114, XAPI-00166, XAPI-00173."""
    activity = f"https://platform.example/{uuid4()}"
    ids = [(await client.store(statement(activity=activity)))[0] for _ in range(5)]
    pages = [page async for page in client.pages(activity=activity, limit="2", ascending="true")]
    assert [page.ids for page in pages] == [ids[:2], ids[2:4], ids[4:]]
    assert [page.json().keys() for page in pages] == [{"statements", "more"}] * 3
    assert pages[-1].json()["more"] == ""
    assert all(page.json()["more"].startswith("/xapi/statements?") for page in pages[:-1])


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("path", [STATE, ACTIVITY_PROFILE, AGENT_PROFILE])
async def test_a_document_lives(client: Client, path: str, version: str) -> None:
    """XAPI-00183, XAPI-00184, XAPI-00187 to XAPI-00194, XAPI-00230 to XAPI-00235; the same of the profiles:
    XAPI-00269 to XAPI-00284, XAPI-00285 to XAPI-00294, XAPI-00308 to XAPI-00314; XAPI-00322.
    """
    one = One(client, path, version)
    assert (await one.send("POST", b'{"a":{"x":1},"b":1}', JSON)).status == 204
    assert (await one.send("POST", b'{"a":{"y":2}}', JSON)).status == 204
    assert orjson.loads(await one.content() or b"") == {"a": {"y": 2}, "b": 1}
    for body, headers in ((b"[1]", JSON), (b"text", {"Content-Type": "text/plain"})):
        assert (await one.send("POST", body, headers)).error[:2] == (400, "not-mergeable")
    assert (await one.send("POST", b"{", JSON)).error == (400, "bad-json", "")
    assert await one.ids() == ["document"]
    tag = (await one.send("GET")).headers["ETag"]
    assert (await one.send("PUT", b"{}", {**JSON, "If-Match": '"other"'})).status == 412
    assert (await one.send("PUT", b"{}", {**JSON, "If-Match": tag})).status == 204
    assert (await one.send("DELETE")).status == 204
    assert (await one.send("GET")).status == 404
    assert await one.ids() == []


async def test_a_person_is_lists(client: Client) -> None:
    """XAPI-00237 to XAPI-00242, XAPI-00244, XAPI-00248."""
    for agent, key in (
        ({"mbox": "mailto:an@example.vn"}, "mbox"),
        ({"mbox_sha1sum": "ebd31e95054c018b10727ccffd2ef2ec3a016ee9"}, "mbox_sha1sum"),
        ({"openid": "https://an.example.vn/"}, "openid"),
        (account("an"), "account"),
    ):
        answer = await client.send(
            "GET", "/xapi/agents", params={"agent": json.dumps({**agent, "name": "An"})}
        )
        assert answer.json() == {"objectType": "Person", key: [agent[key]], "name": ["An"]}


@pytest.mark.files
async def test_about_asks_for_nothing_and_tells_the_versions(client: Client) -> None:
    """XAPI-00315 to XAPI-00319, XAPI-00321."""
    answer = await client.send("GET", "/xapi/about", headers={VERSION: None, "Authorization": None})
    assert (answer.status, answer.json()["version"]) == (200, ["2.0.0", "1.0.3"])

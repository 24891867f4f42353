"""GET /xapi/agents: the Person of an agent (xAPI 1.0.3 Communication 2.4)."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from tests.acceptance.client import Answer, Client
from tests.acceptance.making import HOME, Json, account, statement

PATH = "/xapi/agents"


async def asked(client: Client, agent: Json, method: str = "GET") -> Answer:
    return await client.send(method, PATH, params={"agent": json.dumps(agent)})


@pytest.mark.parametrize(
    "agent",
    [
        account("nobody"),
        {"mbox": "mailto:nobody@example.vn"},
        {"mbox_sha1sum": "A" * 40},
        {"openid": "https://example.vn/nobody"},
    ],
)
async def test_an_agent_that_nobody_has_named_is_what_the_request_says(client: Client, agent: Json) -> None:
    """2.4.s3.b3."""
    person = {"objectType": "Person", **{key: [value] for key, value in agent.items()}}
    answer = await asked(client, agent)
    assert (answer.status, answer.json()) == (200, person)
    assert answer.headers["Content-Type"].startswith("application/json")
    named = await asked(client, {**agent, "objectType": "Agent", "name": "Nobody"})
    assert named.json() == {**person, "name": ["Nobody"]}
    head = await asked(client, agent, "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == str(len(answer.body))


async def test_names_are_those_of_statements_that_were_just_stored(client: Client) -> None:
    """G13: read your writes; each name once, the latest first."""
    agent = account(str(uuid4()))
    for name in ("Nguyễn Văn An", "An", "An"):
        await client.store(statement(actor={**agent, "name": name}))
    await client.store(statement(actor={**account(str(uuid4())), "name": "Bình"}))
    group = {"objectType": "Group", "member": [{**agent, "name": "An, lớp 5A"}]}
    await client.store(statement(actor=group))
    expected = {
        "objectType": "Person",
        "name": ["An, lớp 5A", "An", "Nguyễn Văn An"],
        "account": [agent["account"]],
    }
    assert (await asked(client, agent)).json() == expected


BAD = (
    ("", "missing-parameter", "agent"),
    ("?agent=an", "bad-json", "agent"),
    ("?agent=[]", "wrong-type", "agent"),
    ("?agent={}", "identifier-missing", "agent"),
    ('?agent={"mbox":"x"}', "bad-mbox", "agent/mbox"),
    ('?agent={"objectType":"Group","mbox":"mailto:a@b.vn"}', "value-not-allowed", "agent/objectType"),
    ('?agent={"mbox":"mailto:a@b.vn"}&since=2025-04-18', "unknown-parameter", "since"),
    ('?Agent={"mbox":"mailto:a@b.vn"}', "unknown-parameter", "Agent"),
    ('?agent={"mbox":"mailto:a@b.vn"}&agent={}', "repeated-parameter", "agent"),
)


@pytest.mark.parametrize(("query", "code", "path"), BAD)
async def test_a_bad_parameter_is_named(client: Client, query: str, code: str, path: str) -> None:
    assert (await client.send("GET", PATH + query)).error == (400, code, path)


async def test_a_version_is_asked_for(client: Client) -> None:
    headers = {"X-Experience-API-Version": None}
    answer = await client.send("GET", PATH, params={"agent": json.dumps(account("a", HOME))}, headers=headers)
    assert answer.error == (400, "version-missing", "")

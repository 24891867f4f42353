"""The audit trail of a server that runs: who read what about persons, and nobody's name."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

import orjson

from schemas.fact import learner_key
from tests.acceptance.client import Client
from tests.acceptance.making import HOME, account, statement
from tests.acceptance.server import KEY, PATIENCE, Server


def trail(server: Server, *words: str) -> list[dict[str, Any]]:
    return [orjson.loads(it) for it in server.lrs("audit", "list", "--format", "ndjson", *words).splitlines()]


def awaited(server: Server, what: str, pseudonym: str) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE
    while True:
        for entry in trail(server):
            if entry["what"] == what and entry["about"].get("learner") == pseudonym:
                return entry
        assert time.monotonic() < deadline, (what, trail(server))
        time.sleep(0.2)


async def test_reads_of_a_person_are_kept_without_their_name(server: Server) -> None:
    name = f"an-{uuid4()}"
    agent, pseudonym = account(name), learner_key(f"account:{HOME}|{name}")
    asked = orjson.dumps(agent).decode()
    async with Client(server) as client:
        await client.store(statement(name), statement(name), statement(name))
        first = await client.get(agent=asked, limit="2")
        await client.send("GET", first.json()["more"])
        await client.send("GET", "/xapi/agents", params={"agent": asked})
        state = {"activityId": "https://one.example/a", "agent": asked, "stateId": "secret-of-an"}
        assert (await client.send("PUT", "/xapi/activities/state", params=state, data=b"{}")).status == 204
        assert (await client.send("GET", "/xapi/activities/state", params=state)).status == 200
        assert (await client.get(statementId=str(uuid4()))).status == 404
    read = awaited(server, "statements.read", pseudonym)
    assert (read["who"], read["platform"], read["amount"], read["times"]) == (KEY, "dev", 3, 2)
    assert read["about"]["limit"] == "2"
    assert awaited(server, "agent.read", pseudonym)["amount"] == 1
    documents = awaited(server, "documents.read", pseudonym)
    assert documents["about"]["stateId"] is None
    server.lrs("learner", "erase", "--account", HOME, name, "--yes")
    erased = awaited(server, "learner.erase", pseudonym)
    assert erased["who"].startswith("user:")
    text = str(trail(server))
    assert name not in text
    assert "secret-of-an" not in text
    assert trail(server, "--since", "2999-01-01T00:00:00Z") == []


def test_what_operators_do_is_kept(server: Server) -> None:
    server.lrs("platform", "add", "audited", "--home-page", "https://audited.example", "--provinces", "any")
    printed = server.lrs("credential", "add", "audited", "--scope", "statements/read")
    key = printed.split()[1]
    server.lrs("credential", "revoke", key)
    server.lrs("export", "statements", "--province", "vn-2025/48")
    found = [(it["what"], it["platform"], it["about"]) for it in trail(server)]
    assert ("platform.register", "audited", {}) in found
    assert ("credential.add", "audited", {"key": key, "scopes": ["statements/read"]}) in found
    assert ("credential.revoke", "", {"key": key}) in found
    assert ("statements.export", "", {"from": "", "province": "vn-2025/48"}) in found

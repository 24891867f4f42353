"""Clients that others wrote do what they promise: post, read, page, keep documents, send attachments.

Each speaks the newest version of xAPI that it knows; none knows 2.0.0. What its script tells is compared with
what the server answers a reader of the tests' own. Where a client is wrong, its row says what it is refused:

- @xapi/xapi over axios sends attachments as `application/octet-stream` under node; over fetch it does not.
- TinCanJS sends a body as text under node, so that data that is no UTF-8 arrives as something else.
- adl-xapiwrapper makes a hash for If-Match, and leaves out the quotes of an entity tag.
- tincan (Python) cannot send If-None-Match, so that it changes profiles and never makes one.

adl-xapiwrapper and tincan send no attachments, and @xapi/cmi5 has no need to.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from base64 import b64decode
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest

from tests.acceptance import attached
from tests.acceptance.client import Client
from tests.acceptance.making import ADL, Json, account
from tests.acceptance.server import KEY, SECRET, Server
from tests.clients.installed import SCRIPTS, Clients

HOME = "https://client.example"
SECONDS = 60
"""The longest that a script may take on a machine that is busy; it is under one as a rule."""
FIRST: Json = {"page": 3, "note": "Tới trang kế tiếp"}
SECOND: Json = {"page": 4, "note": "Hết chương"}
STEPS = ["posted", "read", "paged", "state", "profile"]
ATTACHED = ["attached text", "attached picture"]
LAUNCH = ["initialized", "progressed", "answered", "passed", "completed", "terminated"]
"""Verbs of a unit, in the order in which it posts them (cmi5 9.3)."""


@dataclass(frozen=True)
class Script:
    """A client, and how its script is called. `steps`: those that it tells; `refusals`: by step the status
    and code it is refused with. `profile`: whose profiles it keeps; where they are `made` for it, it
    only changes them.
    """

    name: str
    words: tuple[str, ...]
    steps: list[str]
    profile: str = "agents"
    refusals: dict[str, list[object]] = field(default_factory=dict)
    made: bool = False


OF_NPM = [
    Script(
        "@xapi/xapi over axios",
        ("xapi.js", "axios"),
        [*STEPS, "refused text", "refused picture"],
        "activities",
        {
            "refused text": [400, "content-type-unsupported"],
            "refused picture": [400, "content-type-unsupported"],
        },
    ),
    Script("@xapi/xapi over fetch", ("xapi.js", "fetch"), [*STEPS, *ATTACHED], "activities"),
    Script("@xapi/cmi5", ("cmi5.js",), ["launched", *STEPS], "activities"),
    Script(
        "tincanjs",
        ("tincanjs.js",),
        [*STEPS, "attached text", "refused picture"],
        refusals={"refused picture": [400, "attachment-hash-wrong"]},
    ),
    Script(
        "adl-xapiwrapper",
        ("adl_xapiwrapper.js",),
        [*STEPS, "refused hash"],
        refusals={"refused hash": [400, "bad-entity-tag"]},
    ),
]
TINCAN = Script(
    "tincan",
    ("tincan_python.py",),
    [*STEPS[:-1], "refused profile", "profile"],
    refusals={"refused profile": [400, "precondition-missing"]},
    made=True,
)


@pytest.mark.parametrize("script", OF_NPM, ids=lambda it: it.name)
async def test_a_client_of_npm(
    script: Script, server: Server, reader: Client, installed_clients: Clients
) -> None:
    await _assert_done(script, [installed_clients.node], server, reader, NODE_PATH=installed_clients.path)


async def test_tincan_in_python(server: Server, reader: Client) -> None:
    await _assert_done(TINCAN, [sys.executable], server, reader)


async def _assert_done(
    script: Script, program: list[str], server: Server, reader: Client, **environment: str
) -> None:
    name = str(uuid4())
    if script.made:
        for identifier in ("kept", "dropped"):
            await _make_profile(reader, script, name, identifier)
    told = await _told([*program, *script.words], server, name, environment)
    assert [it["step"] for it in told] == script.steps
    by_step = {it["step"]: it for it in told}
    refused = {step: it["error"] for step, it in by_step.items() if step.startswith("refused")}
    assert refused == script.refusals
    await _assert_statements(reader, by_step, name)
    await _assert_documents(reader, by_step["state"], "activities/state", _state(name))
    await _assert_documents(reader, by_step["profile"], f"{script.profile}/profile", _profile(script, name))
    for step, it in by_step.items():
        if "data" in it:
            await _assert_attachment(reader, it, stored=step not in script.refusals)
    if "launched" in by_step:
        await _assert_launched(reader, by_step["launched"])


async def _told(
    command: list[str], server: Server, name: str, environment: dict[str, str]
) -> list[dict[str, Any]]:
    """The steps that a script tells; it must succeed."""
    own = {"LRS_URL": server.url, "LRS_KEY": KEY, "LRS_SECRET": SECRET, "LRS_NAME": name}
    result = await asyncio.to_thread(
        subprocess.run, command, cwd=SCRIPTS, env={**os.environ, **own, **environment},
        capture_output=True, text=True, encoding="utf-8", timeout=SECONDS, check=False,
    )  # fmt: skip
    assert result.returncode == 0, f"{result.stdout}{result.stderr}"
    return [json.loads(line) for line in result.stdout.splitlines()]


async def _assert_statements(reader: Client, by_step: dict[str, dict[str, Any]], name: str) -> None:
    posted, read, paged = by_step["posted"]["id"], by_step["read"]["statement"], by_step["paged"]
    stored = (await reader.get(statementId=posted)).json()
    assert stored["actor"] == {"objectType": "Agent", **account(name, HOME)}
    same = ("id", "actor", "verb", "object", "authority")
    assert {it: read[it] for it in same} == {it: stored[it] for it in same}
    assert [len(page) for page in paged["pages"]] == [2, 2, 2]
    found = [it for page in paged["pages"] for it in page]
    expected = {posted, *paged["posted"]}
    assert set(found) == expected
    listed = await reader.listing(activity=f"{HOME}/{name}")
    assert found == [it for it in listed if it in expected]


def _state(name: str) -> dict[str, str]:
    return {"activityId": f"{HOME}/{name}", "agent": json.dumps(account(name, HOME))}


def _profile(script: Script, name: str) -> dict[str, str]:
    wanted = "agent" if script.profile == "agents" else "activityId"
    return {wanted: _state(name)[wanted]}


async def _make_profile(reader: Client, script: Script, name: str, identifier: str) -> None:
    answer = await reader.send(
        "PUT",
        f"/xapi/{script.profile}/profile",
        params={**_profile(script, name), "profileId": identifier},
        data=json.dumps(FIRST).encode(),
        headers={"Content-Type": "application/json", "If-None-Match": "*"},
    )
    assert answer.status == 204


async def _assert_documents(
    reader: Client, told: dict[str, Any], resource: str, whose: dict[str, str]
) -> None:
    path = f"/xapi/{resource}"
    identifier = "stateId" if resource.endswith("state") else "profileId"
    kept = await reader.send("GET", path, params={**whose, identifier: "kept"})
    assert (kept.status, kept.headers["Content-Type"]) == (200, "application/json")
    assert kept.json() == told["content"] == SECOND
    for absent in ("dropped", "new"):
        assert (await reader.send("GET", path, params={**whose, identifier: absent})).status == 404


async def _assert_attachment(reader: Client, told: dict[str, Any], *, stored: bool) -> None:
    """The store has its data byte for byte, or where it was refused not even its statement."""
    answer = await reader.get(statementId=told["id"], attachments="true")
    if not stored:
        assert answer.status == 404
        return
    first, second = attached.read(answer.headers["Content-Type"], answer.body)
    assert json.loads(first.data)["id"] == told["id"]
    assert second.data == b64decode(told["data"])


async def _assert_launched(reader: Client, told: dict[str, Any]) -> None:
    answer = await reader.get(registration=told["registration"], ascending="true")
    assert answer.ids == told["posted"]
    assert [it["verb"]["id"] for it in answer.json()["statements"]] == [ADL + it for it in LAUNCH]

"""G7: a learner who asks for it is erased from everything that is answered and counted."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from uuid import uuid4

import orjson
import pytest

from schemas.xapi import format_timestamp
from tests.acceptance.client import Client
from tests.acceptance.figures import assert_recounted, settled
from tests.acceptance.making import DA_NANG, HOME, account, reference, statement
from tests.acceptance.server import Server


@pytest.fixture
async def client(server: Server) -> AsyncIterator[Client]:
    async with Client(server) as opened:
        yield opened


def erase(server: Server, learner: str, *more: str) -> None:
    server.lrs("learner", "erase", "--account", HOME, learner, "--yes", *more)


async def test_g7_a_learner_is_erased(server: Server, client: Client) -> None:
    leaving, staying = f"leaving-{uuid4()}", f"staying-{uuid4()}"
    alone = statement(leaving, unit=DA_NANG, topic=1)
    members = {"objectType": "Group", "member": [account(leaving), account(staying)]}
    together = statement(unit=DA_NANG, topic=1, actor=members)
    liked = statement(staying, "liked", object=reference(alone["id"]))
    await client.store(alone, together, liked)
    await settled(server)
    before = (await assert_recounted(server)).figures
    erase(server, leaving)
    assert (await client.get(statementId=alone["id"])).status == 404
    assert (await client.get(voidedStatementId=alone["id"])).status == 404
    found = (await client.get(statementId=together["id"])).json()
    assert [it["account"]["name"] for it in found["actor"]["member"]] == [staying]
    agent = orjson.dumps(account(leaving)).decode()
    assert await client.listing(agent=agent, related_agents="true") == []
    after = (await assert_recounted(server)).figures
    active = "g|vn-2025/48|*|total|active"
    assert before[active] - after[active] == 1
    report = await client.report("platforms/dev")
    assert report["equation"]["erased"] >= 1
    assert report["equation"]["pending"] == 0

    # what is sent again is a duplicate, whatever it says
    assert (await client.post(together)).status == 200
    assert (await client.put({**alone, "verb": liked["verb"]}, alone["id"])).status == 204
    late = statement(leaving, unit=DA_NANG, topic=2)
    await client.store(late)
    assert (await client.get(statementId=late["id"])).status == 404
    assert leaving not in str((await assert_recounted(server)).statements)

    # and what happens from now on is new
    anew = statement(leaving, unit=DA_NANG, at=format_timestamp(int(time.time() * 1000)))
    await client.store(anew)
    assert (await client.get(statementId=anew["id"])).status == 200
    assert await client.listing(agent=agent) == [anew["id"]]
    assert (await assert_recounted(server)).figures[active] == before[active]

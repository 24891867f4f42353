"""What goes out: exports, snapshots and the feed of a server that runs; every record is as described."""

from __future__ import annotations

import asyncio
import time
from typing import Any
from uuid import uuid4

import orjson
import pytest

from schemas.ports import EventLog
from schemas.record import FACTS, PROVINCES, STATEMENTS, TOPICS, Record
from schemas.xapi import format_timestamp
from tests.acceptance.client import Client
from tests.acceptance.figures import settled
from tests.acceptance.making import DA_NANG, HOME, reference, statement
from tests.acceptance.nursery import Nursery
from tests.acceptance.server import PATIENCE, Server
from tests.schemas.messages import check_all


@pytest.fixture
def telling(serve: Nursery) -> Server:
    """A server of its own that tells changes soon."""
    return serve(snapshots="0.2")


async def records(log: EventLog, topic: str) -> list[Record]:
    found: list[Record] = []
    ends = await log.ends(topic)
    for partition, begin in (await log.beginnings(topic)).items():
        offset = begin
        while offset < ends[partition]:
            page = await log.read(topic, partition, offset, 1000)
            found += page
            offset = page[-1].offset + 1
    return found


async def fed(client: Client, after: str | None, wanted: str) -> dict[str, Any]:
    """The feed, once its head has passed the present moment: a report may show more than what its own moment
    vouches for.
    """
    through = format_timestamp(time.time_ns() // 1_000_000)
    deadline = time.monotonic() + PATIENCE
    while True:
        answer = await client.send("GET", "/feeds/provinces", params={"after": after} if after else {})
        assert answer.status == 200, answer.body
        found: dict[str, Any] = answer.json()
        if found["head"] is not None and found["head"]["through"] >= through:
            return found
        assert time.monotonic() < deadline, (wanted, found["head"])
        await asyncio.sleep(0.1)


def of(found: dict[str, Any], code: str, group: str = "*") -> dict[str, Any]:
    return next(
        it["periods"].get("total", {})
        for it in found["snapshots"]
        if (it["scheme"], it["code"], it["group"]) == ("vn-2025", code, group)
    )


async def test_what_is_counted_is_told_exported_and_described(telling: Server) -> None:
    async with Client(telling) as client:
        learner = f"an-{uuid4()}"
        first = statement(learner, unit=DA_NANG, topic=1, groups=["cadres"])
        other = statement(f"binh-{uuid4()}", unit=DA_NANG, topic=1)
        await client.store(first, other)
        await client.store(statement("operator", "voided", object=reference(other["id"])))
        await settled(telling)
        report = await client.report("provinces")
        line = next(it for it in report["lines"] if it["code"] == "48")
        told = await fed(client, None, "all")
        assert told["whole"] is True
        snapshot = of(told, "48")
        assert {name: line[name] for name in snapshot} == snapshot
        assert snapshot["trained"] == 1

        exported = [orjson.loads(it) for it in telling.lrs("export", "statements").splitlines()]
        voided = {it["statement"]["id"]: it["voided"] for it in exported}
        assert (voided[first["id"]], voided[other["id"]]) == (False, True)
        answer = await client.send("GET", "/exports/statements", params={"province": "vn-2025/48"})
        lines = answer.body.splitlines()
        assert {orjson.loads(it)["statement"]["id"] for it in lines[:-1]} == {first["id"], other["id"]}

        telling.lrs("learner", "erase", "--account", HOME, learner, "--yes")
        await settled(telling)
        after = await fed(client, told["cursor"], "erased")
        assert after["whole"] is False
        assert of(after, "48")["trained"] == 0
        assert first["id"] not in telling.lrs("export", "statements")

    async with telling.opened_log() as log:
        counts = {topic: check_all(topic, await records(log, topic)) for topic in TOPICS}
    assert counts[STATEMENTS] >= 4
    assert counts[FACTS] >= 5
    assert counts[PROVINCES] > 1_000


async def test_every_message_of_a_simulated_nation_is_as_described(telling: Server) -> None:
    telling.lrs("simulate", "nation", "--learners", "60", "--url", telling.url)
    await settled(telling)
    async with telling.opened_log() as log:
        counts = {topic: check_all(topic, await records(log, topic)) for topic in (STATEMENTS, FACTS)}
    assert counts[STATEMENTS] > 400
    assert counts[FACTS] > 400

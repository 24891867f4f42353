"""Addresses of either kind go together, and partitions are added to a system that runs."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from schemas.record import STATEMENTS
from schemas.xapi import parse_timestamp
from tests.acceptance.client import Client
from tests.acceptance.engines import Engines
from tests.acceptance.figures import assert_recounted
from tests.acceptance.load import Load
from tests.acceptance.making import QUANG_NAM, statement, void
from tests.acceptance.server import Server

COUNT = 40


@pytest.mark.parametrize("name", ["kafka+sqlite", "sqlite+mongodb"])
async def test_any_log_goes_with_any_store(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    kafka = request.getfixturevalue("kafka_url") if "kafka" in name else None
    mongodb = request.getfixturevalue("mongo_url") if "mongodb" in name else None
    with Server(tmp_path, Engines(name, kafka, mongodb)) as server:
        await asyncio.to_thread(server.start)
        async with Client(server) as client:
            batch = [statement(f"learner-{n}", unit=QUANG_NAM, topic=1) for n in range(COUNT)]
            await client.store(*batch)
            await client.store(void(batch[0]["id"]))
            assert (await client.get(statementId=batch[1]["id"])).json()["id"] == batch[1]["id"]
            assert (await client.post(statement(identifier=batch[1]["id"]))).status == 409
            server.kill()
            await asyncio.to_thread(server.start)
            await client.store(statement("late", unit=QUANG_NAM))
            assert len((await assert_recounted(server)).ids) == COUNT + 2
        assert server.stop() == 0


@pytest.mark.timeout(300)
async def test_g5_partitions_are_added_under_load(tmp_path: Path, kafka_url: str, mongo_url: str) -> None:
    """Two endpoints, of which neither is told: what they append is counted, and no header goes back."""
    with Server(tmp_path, Engines("kafka+mongodb", kafka_url, mongo_url)) as server:
        await asyncio.to_thread(server.start)
        other = await asyncio.to_thread(server.second)
        headers: list[int] = []

        async def read(client: Client) -> None:
            while True:
                for url in (server.url, other):
                    answer = await client.send("GET", "/xapi/statements?limit=1", url=url)
                    if url == server.url:
                        said = answer.headers["X-Experience-API-Consistent-Through"]
                        headers.append(parse_timestamp(said))
                await asyncio.sleep(0.05)

        async with Client(server) as client:
            reading = asyncio.create_task(read(client))
            async with Load(client, 5, pause=server.engines.pause) as load:
                await load.acknowledged_more()
                said = await asyncio.to_thread(server.lrs, "migrate", "--partitions", "7")
                assert "4 partitions are now 7" in said
                async with server.opened_log() as log:
                    async with asyncio.timeout(60):
                        while min((await log.ends(STATEMENTS)).values()) < 2:  # noqa: ASYNC110
                            await asyncio.sleep(0.2)
                await load.acknowledged_more()
            reading.cancel()
            found = await assert_recounted(server)
            load.assert_kept(found.ids)
        assert len(headers) > 10
        assert headers == sorted(headers)
        assert server.stop() == 0

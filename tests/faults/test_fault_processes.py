"""The program's own processes are killed."""

from __future__ import annotations

import asyncio

import pytest

from tests.conftest import MakeCluster, MakeMongo
from tests.faults.pipelines import Pipelines
from tests.faults.row import Row
from tests.faults.trial import trial

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]
KILLS = 3


async def test_the_endpoint_is_killed(
    kafka_cluster: MakeCluster, own_mongo: MakeMongo, pipelines: Pipelines, row: Row
) -> None:
    row.fault = "the endpoint is killed"
    row.done = f"`kill -9`, {KILLS} times, and started again at once"
    kafka, mongo = kafka_cluster(), own_mongo()
    pipeline = await asyncio.to_thread(pipelines(kafka.url, mongo.url).start)
    async with trial(pipeline, row, seed=31) as it:
        it.broken()
        for _ in range(KILLS):
            await asyncio.to_thread(pipeline.server.kill)
            await asyncio.to_thread(pipeline.server.start)
            await it.acknowledged()
        it.mended()


@pytest.mark.parametrize("name", ["statements", "provinces"])
async def test_a_consumer_is_killed(
    kafka_cluster: MakeCluster, own_mongo: MakeMongo, pipelines: Pipelines, row: Row, name: str
) -> None:
    row.fault = f"the consumer `{name}` is killed"
    row.done = f"`kill -9`, {KILLS} times, and another one started at once"
    kafka, mongo = kafka_cluster(), own_mongo()
    pipeline = await asyncio.to_thread(pipelines(kafka.url, mongo.url).start)
    async with trial(pipeline, row, seed=32) as it:
        it.broken()
        for _ in range(KILLS):
            await asyncio.to_thread(pipeline.replace, pipeline.of(name)[0])
            await asyncio.sleep(4)
            await it.acknowledged()
        it.mended()

"""Disks that are full, and get space again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import MakeCluster, MakeMongo
from tests.engines.kafka import KafkaCluster
from tests.engines.kafka_jars import KafkaJars
from tests.engines.missing import Missing
from tests.engines.mongodb import MongoServer
from tests.engines.secantus import Secantus
from tests.faults.disk import SmallDisk
from tests.faults.pipelines import Pipelines
from tests.faults.row import Row
from tests.faults.trial import trial

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]
SMALL, LARGE = 128, 512
"""Megabytes of the disk, and of the same after it got more."""
FULL = 10
"""Seconds for which a disk stays full."""
_DONE = f"{SMALL} MB filled to the last byte for {FULL} s, then made larger"


@pytest.fixture
def disk(tmp_path: Path, row: Row) -> Iterator[SmallDisk]:
    """A small disk, never left mounted."""
    row.fault = "a disk is full"
    with ExitStack() as stack:
        try:
            yield stack.enter_context(SmallDisk(tmp_path / "disk", SMALL))
        except Missing as error:
            pytest.skip(str(error))


async def test_the_disk_of_the_broker_is_full(
    disk: SmallDisk, installed_kafka: KafkaJars, own_mongo: MakeMongo, pipelines: Pipelines, row: Row
) -> None:
    row.fault = "the disk of the Kafka broker is full"
    mongo = own_mongo()
    with KafkaCluster(installed_kafka, disk.folder / "kafka") as kafka:
        await asyncio.to_thread(kafka.start)
        pipeline = await asyncio.to_thread(pipelines(kafka.url, mongo.url).start)
        async with trial(pipeline, row, seed=41) as it:
            it.broken()
            await asyncio.to_thread(disk.fill)
            await asyncio.sleep(FULL)
            ended = not kafka.brokers[0].running
            await asyncio.to_thread(disk.widen, LARGE)
            if ended:
                await asyncio.to_thread(kafka.brokers[0].start)
            it.mended()
    what = "had ended by itself and was started again" if ended else "was left alone"
    row.done = f"{_DONE}; the broker {what}"


async def test_the_disk_of_the_store_is_full(
    disk: SmallDisk,
    installed_mongodb: Secantus,
    kafka_cluster: MakeCluster,
    pipelines: Pipelines,
    row: Row,
) -> None:
    row.fault = "the disk of the MongoDB server is full"
    kafka = await asyncio.to_thread(kafka_cluster)
    with MongoServer(installed_mongodb, disk.folder / "mongodb") as mongo:
        await asyncio.to_thread(mongo.start)
        pipeline = await asyncio.to_thread(pipelines(kafka.url, mongo.url).start)
        async with trial(pipeline, row, seed=42, may_fail=True) as it:
            it.broken()
            await asyncio.to_thread(disk.fill)
            await asyncio.sleep(FULL)
            await asyncio.to_thread(disk.widen, LARGE)
            # It panics, and goes on answering that it did, where MongoDB's own would end.
            await asyncio.to_thread(mongo.restart)
            revived = await asyncio.to_thread(pipeline.revive)
            it.mended()
    row.done = f"{_DONE}; the server was restarted, and {revived} consumers, which had ended with its error"

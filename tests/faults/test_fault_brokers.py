"""Kafka's brokers: one of three, and all in turn; one that answers slowly; one whose clock steps back."""

from __future__ import annotations

import asyncio
import os
from itertools import pairwise
from pathlib import Path

import orjson
import pytest

from schemas.record import KIND, STATEMENTS
from tests.acceptance.server import Server
from tests.conftest import MakeCluster, MakeMongo
from tests.engines.port import free_ports
from tests.faults.pipelines import Pipelines
from tests.faults.proxy import Proxy
from tests.faults.row import Row
from tests.faults.trial import trial

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
BACK = 60
"""Seconds."""


async def test_one_broker_of_three_is_killed_and_stays_away(
    kafka_cluster: MakeCluster, own_mongo: MakeMongo, pipelines: Pipelines, row: Row
) -> None:
    row.fault = "one Kafka broker of three is killed"
    row.done = "`kill -9` of the leader of a partition of statements, replication 3; started again 15 s later"
    kafka, mongo = await asyncio.to_thread(kafka_cluster, 3), own_mongo()
    pipeline = pipelines(kafka.url, mongo.url)
    await asyncio.to_thread(pipeline.start)
    topic = f"{pipeline.server.settings['log'].rpartition('/')[2]}.statements"
    async with trial(pipeline, row, seed=21) as it:
        leader = await asyncio.to_thread(kafka.leader, topic, 0)
        it.broken()
        leader.kill()
        await asyncio.sleep(15)
        await it.acknowledged(20)
        await asyncio.to_thread(leader.start)
        it.mended()
        await asyncio.sleep(5)


async def test_all_three_brokers_are_restarted_one_after_another(
    kafka_cluster: MakeCluster, own_mongo: MakeMongo, pipelines: Pipelines, row: Row
) -> None:
    row.fault = "the three Kafka brokers are restarted in turn"
    row.done = "each stopped, started, and the next one after 3 s and 20 acknowledged batches"
    kafka, mongo = await asyncio.to_thread(kafka_cluster, 3), own_mongo()
    pipeline = await asyncio.to_thread(pipelines(kafka.url, mongo.url).start)
    async with trial(pipeline, row, seed=22) as it:
        it.broken()
        for broker in kafka.brokers:
            await asyncio.to_thread(broker.stop)
            await asyncio.to_thread(broker.start)
            await asyncio.sleep(3)
            await it.acknowledged(20)
        it.mended()


async def test_a_broker_answers_slowly_and_breaks_connections(
    kafka_cluster: MakeCluster, own_mongo: MakeMongo, pipelines: Pipelines, row: Row
) -> None:
    row.fault = "a Kafka broker answers slowly"
    row.done = "for 20 s every piece up to 0.4 s late each way, and one in 100 breaks the connection instead"
    (port,) = free_ports(1)
    kafka = await asyncio.to_thread(kafka_cluster, advertised_listeners=f"PLAINTEXT://127.0.0.1:{port}")
    mongo = own_mongo()
    async with Proxy(port, kafka.brokers[0].port) as proxy:
        pipeline = await asyncio.to_thread(pipelines(f"kafka://127.0.0.1:{port}", mongo.url).start)
        async with trial(pipeline, row, seed=23) as it:
            it.broken()
            proxy.disturb(delay=0.4, breaks=0.01)
            await asyncio.sleep(20)
            proxy.calm()
            it.mended()
        assert proxy.broken > 0


async def test_the_clock_of_a_broker_steps_back(
    kafka_cluster: MakeCluster,
    own_mongo: MakeMongo,
    pipelines: Pipelines,
    row: Row,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row.fault = "the clock of the Kafka broker steps back"
    row.done = f"{BACK} s back in the middle of load (libfaketime), and never forward again"
    if not FAKETIME.exists():  # noqa: ASYNC240 - a look at a test's beginning holds nobody up
        pytest.skip("needs libfaketime: on Debian, apt-get install faketime")
    offset = tmp_path / "offset"
    offset.write_text("+0\n")
    for name, value in {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(offset),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        # The other way a virtual machine waits for ever.
        "FAKETIME_FORCE_MONOTONIC_FIX": "0",
    }.items():
        monkeypatch.setenv(name, value)
    kafka = await asyncio.to_thread(kafka_cluster)
    for name in [it for it in os.environ if it.startswith("FAKETIME") or it == "LD_PRELOAD"]:
        monkeypatch.delenv(name)
    mongo = own_mongo()
    pipeline = await asyncio.to_thread(pipelines(kafka.url, mongo.url).start)
    async with trial(pipeline, row, seed=24) as it:
        it.broken()
        offset.write_text(f"-{BACK}s\n")
        await asyncio.sleep(5)
        await it.acknowledged(50)
        it.mended()
    assert await _stepped_back(pipeline.server) > 0


async def _stepped_back(server: Server) -> int:
    """How often the log's time steps back from a statement to the next one. What is stored never does."""
    count = 0
    async with server.opened_log() as log, server.opened_store() as store:
        for partition, end in (await log.ends(STATEMENTS)).items():
            ids: list[str] = []
            offset = before = 0
            while offset < end:
                for record in await log.read(STATEMENTS, partition, offset, 1000):
                    count += record.timestamp < before
                    before = record.timestamp
                    offset = record.offset + 1
                    if record.header(KIND) is None:
                        ids.append(orjson.loads(record.value)["id"])
            kept = sorted((await store.find(ids)).values(), key=lambda it: (it.partition, it.offset))
            here = [it for it in kept if it.partition == partition]
            assert all(one.stored <= other.stored for one, other in pairwise(here))
    return count

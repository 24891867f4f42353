"""The faults that are tried with every run: the only broker, the store, and zombies."""

from __future__ import annotations

import asyncio
import signal

import pytest

from tests.acceptance.making import DA_NANG, LAM_DONG, account, statement, void
from tests.conftest import MakeCluster, MakeMongo
from tests.faults.pipeline import CONSUMERS, Consumer, until
from tests.faults.pipelines import Pipelines
from tests.faults.row import Row
from tests.faults.trial import trial

pytestmark = pytest.mark.timeout(600)
ALL = {0, 1, 2, 3}


async def test_the_only_broker_is_killed(
    kafka_cluster: MakeCluster, own_mongo: MakeMongo, pipelines: Pipelines, row: Row
) -> None:
    row.fault = "the only Kafka broker is killed"
    row.done = "`kill -9`; started again 3 s later"
    kafka, mongo = kafka_cluster(1), own_mongo()
    pipeline = await asyncio.to_thread(pipelines(kafka.url, mongo.url).start)
    async with trial(pipeline, row, seed=11) as it:
        it.broken()
        kafka.brokers[0].kill()
        await asyncio.sleep(3)
        await asyncio.to_thread(kafka.brokers[0].start)
        it.mended()


async def test_the_store_is_killed(
    kafka_cluster: MakeCluster, own_mongo: MakeMongo, pipelines: Pipelines, row: Row
) -> None:
    row.fault = "the MongoDB server is killed"
    row.done = "`kill -9`; started again 3 s later"
    kafka, mongo = kafka_cluster(1), own_mongo()
    pipeline = await asyncio.to_thread(pipelines(kafka.url, mongo.url).start)
    async with trial(pipeline, row, seed=12) as it:
        it.broken()
        mongo.kill()
        await asyncio.sleep(3)
        await asyncio.to_thread(mongo.start)
        it.mended()


async def test_a_consumer_comes_back_as_a_zombie(
    kafka_cluster: MakeCluster, own_mongo: MakeMongo, pipelines: Pipelines, row: Row
) -> None:
    row.fault = "a consumer comes back as a zombie"
    row.done = (
        "two of each consumer; one of each paused (SIGSTOP) until the other had its partitions; a statement "
        "that it had counted voided, a learner moved to another province and two learners erased meanwhile, "
        "whose statements are then sent once more; then SIGCONT"
    )
    kafka, mongo = kafka_cluster(1), own_mongo()
    pipeline = await asyncio.to_thread(pipelines(kafka.url, mongo.url).start, 2)
    async with trial(pipeline, row, seed=13) as it:
        earlier = statement("mover", at="2025-08-01T08:00:00+07:00", unit=DA_NANG)
        mistaken = statement("mistaken", unit=DA_NANG)
        alone = statement("leaving", unit=DA_NANG)
        class_ = {"objectType": "Group", "member": [account("leaving"), account("staying")]}
        together = statement(unit=DA_NANG, actor=class_)
        await it.post(earlier, mistaken, alone, together)
        await it.processed()
        it.broken()
        paused = [pipeline.of(name)[0] for name in CONSUMERS]
        for consumer in paused:
            consumer.send(signal.SIGSTOP)
        for name in CONSUMERS:
            await asyncio.to_thread(_await_all, pipeline.of(name)[1])
        await it.post(statement("mover", at="2025-08-02T08:00:00+07:00", unit=LAM_DONG), void(mistaken["id"]))
        for learner in ("leaving", it.somebody()):
            await it.erase(learner)
        await it.post(alone, together)
        await it.acknowledged(20)
        for consumer in paused:
            consumer.send(signal.SIGCONT)
        it.mended()
        for name in CONSUMERS:
            await asyncio.to_thread(_await_some, pipeline.of(name)[1])
    assert it.found is not None
    assert mistaken["id"] in it.found.voided
    assert alone["id"] in it.tombstones
    assert len(it.tombstones) > 1
    (class_left,) = (found for found in it.found.statements if found["id"] == together["id"])
    assert class_left["actor"]["member"] == [account("staying")]


def _await_all(consumer: Consumer) -> None:
    """Wait until it has every partition."""
    until(lambda: consumer.partitions == ALL, f"the partitions do not move to {consumer.errors}")


def _await_some(consumer: Consumer) -> None:
    """Wait until it has some of the partitions, and another process has the others."""
    until(lambda: consumer.partitions not in (set(), ALL), f"no partition moves back from {consumer.errors}")

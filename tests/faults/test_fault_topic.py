"""The topic of statements is deleted, and made anew, under the running program."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import orjson
import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from lrs.adapters.kafka.migrate import configuration
from schemas.ports import PROJECTOR
from schemas.query import StatementQuery
from schemas.record import KIND, STATEMENTS, Record
from tests.acceptance.client import Answer, Client
from tests.acceptance.making import Json, statement
from tests.acceptance.server import Server
from tests.conftest import MakeCluster, MakeMongo
from tests.faults.pipeline import Consumer, Pipeline, until
from tests.faults.pipelines import Pipelines
from tests.faults.row import Row
from tests.faults.trial import PATIENCE

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]
NOTICED = 10.0
"""Seconds after which every process has noticed."""


async def test_the_topic_of_statements_is_deleted(
    kafka_cluster: MakeCluster, own_mongo: MakeMongo, pipelines: Pipelines, row: Row
) -> None:
    """Whoever is told 200 is right until the topic goes; then everything refuses, and says why."""
    row.fault = "the topic of statements is deleted"
    kafka, mongo = await asyncio.to_thread(kafka_cluster), own_mongo()
    pipeline = await asyncio.to_thread(pipelines(kafka.url, mongo.url).start)
    server = pipeline.server
    async with Client(server) as client:
        stored = await _posted(client, 20)
        await _projected(server)
        await asyncio.to_thread(_kill, pipeline, PROJECTOR)
        lost = await _posted(client, 20)
        await _delete(kafka.bootstrap, server)
        after = await _refused(client)
        pipeline.begin(PROJECTOR)
        await asyncio.to_thread(_await_end, pipeline.of(PROJECTOR)[0])
        made = await asyncio.to_thread(server.run, "migrate", "--partitions", "4", "--facts-partitions", "4")
        after += await _refused(client)
        assert made.returncode == 1, made.stdout
        assert "is gone, and the store has read from it" in made.stderr, made.stderr
        assert {it.status for it in after} <= {500, 503}
        assert await _ids(server) == set(stored)
        await _refuses(pipeline)
    row.acknowledged, row.stored = len(stored) + len(lost), len(stored)
    row.refused = sum(it.status == 503 for it in after)
    row.done = (
        "deleted while the projector was down; `lrs migrate` makes no other: **what was acknowledged and "
        f"not yet projected ({len(lost)} statements) is lost with the topic**; what was stored stays"
    )
    row.result = "nothing more is acknowledged; everything refuses to run and says why"


async def test_the_topic_of_statements_is_made_anew_at_once(
    kafka_cluster: MakeCluster, own_mongo: MakeMongo, pipelines: Pipelines, row: Row
) -> None:
    """Positions of the old topic are not used in the new one, though they lie in it."""
    row.fault = "the topic of statements is deleted and made anew at once"
    kafka, mongo = await asyncio.to_thread(kafka_cluster), own_mongo()
    pipeline = await asyncio.to_thread(pipelines(kafka.url, mongo.url).start)
    server = pipeline.server
    async with Client(server) as client:
        before = await _posted(client, 1)
        await _projected(server)
        stop = asyncio.Event()
        posting = asyncio.create_task(_post_until(client, stop))
        await _delete(kafka.bootstrap, server)
        await _make(kafka.bootstrap, server)
        await asyncio.sleep(NOTICED)
        stop.set()
        amid, answers = await posting
        after = await _refused(client)
        assert {it.status for it in answers} <= {200, 500, 503}
        assert {it.status for it in after} <= {500, 503}
        for consumer in pipeline.of(PROJECTOR):
            await asyncio.to_thread(_await_end, consumer)
        kept = await _ids(server)
        anew = await _in_log(server)
        assert set(before) <= kept
        assert not anew & kept, "records of the new topic were projected from positions of the old one"
        await _refuses(pipeline)
    lost = set(amid) - kept - anew
    row.acknowledged, row.stored = len({*before, *amid}), len(kept)
    row.refused = sum(it.status == 503 for it in [*answers, *after])
    row.done = (
        "under load, by Kafka's own tools, with the same settings. Of what was acknowledged meanwhile "
        f"**{len(lost)} statements are lost with the old topic**, {len(set(amid) & anew)} lie in the new "
        "one, unread, until an operator takes it for the log"
    )
    row.result = "nothing more is acknowledged; everything refuses to run and says why"


async def _posted(client: Client, batches: int) -> list[str]:
    return [it for _ in range(batches) for it in await client.store(*_batch())]


def _batch() -> list[Json]:
    return [statement(f"learner-{n}") for n in range(5)]


async def _post_until(client: Client, stop: asyncio.Event) -> tuple[list[str], list[Answer]]:
    """Ids that were acknowledged, and all answers."""
    acknowledged: list[str] = []
    answers: list[Answer] = []
    while not stop.is_set():
        answers.append(await client.post(_batch()))
        if answers[-1].status == 200:
            acknowledged += answers[-1].ids
        await asyncio.sleep(0.01)
    return acknowledged, answers


async def _refused(client: Client) -> list[Answer]:
    """Answers to posts of three at once, twice."""
    answers: list[Answer] = []
    for _ in range(2):
        answers += await asyncio.gather(*(client.post(_batch()) for _ in range(3)))
        await asyncio.sleep(1)
    return answers


async def _projected(server: Server) -> None:
    async with server.opened_log() as log, server.opened_store() as store, asyncio.timeout(PATIENCE):
        ends = await log.ends(STATEMENTS)
        while behind := [  # noqa: ASYNC110
            it for it in (await store.positions(PROJECTOR)).values() if it.offset < ends[it.partition]
        ]:
            await asyncio.sleep(0.02 * len(behind))


async def _delete(bootstrap: str, server: Server) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.delete_topics([_name(server)])
    finally:
        await admin.close()


async def _make(bootstrap: str, server: Server) -> None:
    """As it was."""
    settings = configuration(STATEMENTS, 1, 64 * 1024 * 1024)
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        code = 1
        while code:
            answer = await admin.create_topics([NewTopic(_name(server), 4, 1, topic_configs=settings)])
            code = answer.topic_errors[0][1]
    finally:
        await admin.close()


def _name(server: Server) -> str:
    return f"{server.settings['log'].rpartition('/')[2]}.statements"


def _kill(pipeline: Pipeline, name: str) -> None:
    for it in pipeline.of(name):
        it.kill()
        pipeline.consumers.remove(it)


def _await_end(consumer: Consumer) -> None:
    """It ends by itself, and its last line is for the operator."""
    until(lambda: consumer.process.poll() is not None, f"{consumer.name} does not end")
    assert consumer.process.returncode == 1
    last = consumer.said.splitlines()[-1]
    assert last.startswith("Error: "), consumer.said[-2000:]
    assert "topic" in last or "log" in last, last


async def _refuses(pipeline: Pipeline) -> None:
    """After a restart too: nothing runs on another log, and the last line says what to do."""
    server = pipeline.server
    assert await asyncio.to_thread(server.stop) == 0
    for words in (("serve",), ("consume", "statements")):
        result = await asyncio.to_thread(server.run, *words)
        assert result.returncode == 1, words
        last = result.stderr.splitlines()[-1]
        assert last.startswith("Error: "), result.stderr
        assert "stands in log" in last or "there is no topic" in last, last


async def _ids(server: Server) -> set[str]:
    """Of what is stored."""
    async with server.opened_store() as store:
        page = await store.query(StatementQuery(limit=100_000))
    assert page.more is None
    return {orjson.loads(it)["id"] for it in page.texts}


async def _in_log(server: Server) -> set[str]:
    """The ids of all statements in the log that is there now."""
    found: list[Record] = []
    async with server.opened_log() as log:
        for partition, end in (await log.ends(STATEMENTS)).items():
            at = 0
            while at < end:
                records: Sequence[Record] = await log.read(STATEMENTS, partition, at, 1000)
                found += records
                at = records[-1].offset + 1
    return {orjson.loads(it.value)["id"] for it in found if it.header(KIND) is None}

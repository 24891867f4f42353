"""Processes: a graceful stop, a second server, consumers that stand by, what operators are shown."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from uuid import uuid4

import aiohttp
import pytest

from schemas.record import KIND, STATEMENTS
from tests.acceptance.client import Client
from tests.acceptance.figures import assert_recounted, metrics, settled, total
from tests.acceptance.load import Load
from tests.acceptance.making import QUANG_NAM, Json, account, statement, void
from tests.acceptance.nursery import Nursery
from tests.acceptance.server import Server

SERIES = {
    "lrs_requests_total": {"route", "method", "status"},
    "lrs_request_seconds_count": {"route", "method"},
    "lrs_statements_total": {"platform", "outcome"},
    "lrs_rejects_total": {"code"},
    "lrs_append_seconds_count": set(),
    "lrs_in_flight_bytes": set(),
    "lrs_unprojected_statements": set(),
    "lrs_consumer_lag_records": {"consumer", "partition"},
    "lrs_freshness_seconds": {"consumer"},
    "lrs_projected_statements": {"platform", "kind"},
}
PERSON = "nguyen-thi-minh-khai"
_STANDING_BY = re.compile("another process runs (statements|provinces) on .*: standing by")


async def test_a_stop_under_load_answers_what_is_under_way_and_ends_well(serve: Nursery) -> None:
    server = serve()
    async with Client(server) as client:
        async with Load(client, seed=3, pause=0) as load:
            await load.acknowledged_more()
            await asyncio.sleep(1)
            began = time.monotonic()
            assert await asyncio.to_thread(server.stop) == 0
            assert time.monotonic() - began < 15
            stopped = server.stderr
            await asyncio.to_thread(server.start)
            await load.acknowledged_more()
        found = await assert_recounted(server)
        load.assert_kept(found.ids)
    assert "Traceback" not in stopped
    assert "ERROR" not in stopped


async def test_nothing_personal_is_written_to_stderr_or_metrics(serve: Nursery) -> None:
    server = serve(log_level="DEBUG")
    person: Json = {**account(PERSON, f"https://{PERSON}.example"), "name": f"{PERSON} thi"}
    identifier = str(uuid4())
    async with Client(server) as client:
        await client.store(statement(actor=person, unit=QUANG_NAM, identifier=identifier))
        assert (await client.post(statement(PERSON, identifier=identifier))).status == 409
        assert (await client.post(statement(actor={**person, PERSON: 1}))).status == 400
        assert (await client.get(agent=PERSON)).status == 400
        assert (await client.get(**{PERSON: "1"})).status == 400
        assert (await client.send("GET", f"/{PERSON}")).status == 404
        assert (await client.send("WORD1", f"/xapi/statements?agent={PERSON}")).status == 400
        assert (await client.send("GET", f"/reports/platforms/{PERSON}")).status == 404
        await client.store(void(identifier))
        await settled(server)
        assert (await client.send("GET", "/metrics")).body.find(PERSON.encode()) == -1
    async with Client(server, PERSON, PERSON) as stranger:
        assert (await stranger.get()).status == 401
        assert (await stranger.send("GET", "/metrics")).body.find(PERSON.encode()) == -1
    assert server.stop() == 0
    assert PERSON not in server.stderr
    assert identifier not in server.stderr


async def test_metrics_have_every_series_with_bounded_labels(serve: Nursery) -> None:
    server = serve()
    async with Client(server) as client:
        await client.store(*(statement(f"learner-{n}", unit=QUANG_NAM) for n in range(20)))
        await client.post({})
        for n in range(30):
            await client.send("GET", f"/nowhere/{n}")
            await client.send(f"METHOD{n}", "/xapi/statements")
            await client.get(statementId=str(uuid4()))
            await client.send("GET", f"/reports/provinces/vn-2025/{n}")
        await settled(server)
        found = await metrics(client)
        for name, labels in SERIES.items():
            kept = [dict(has) for of, has in found if of == name]
            assert kept, name
            assert all(has.keys() == labels for has in kept), name
            assert len(kept) < 100, name
        assert total(found, "lrs_statements_total", platform="dev", outcome="appended") == 20
        assert total(found, "lrs_projected_statements", platform="dev", kind="received") == 20
        assert total(found, "lrs_rejects_total", code="missing-key") == 1
        consumers = {dict(has)["consumer"] for of, has in found if of == "lrs_consumer_lag_records"}
        assert consumers == {"statements", "provinces"}


async def test_a_second_server_on_the_same_files_works_and_corrupts_nothing(serve: Nursery) -> None:
    server = serve()
    other = await asyncio.to_thread(server.second)
    async with Client(server) as client:
        contested = [str(uuid4()) for _ in range(20)]
        posts = []
        for n, identifier in enumerate(contested):
            for url in (server.url, other):
                given = statement(f"learner-{n}", f"https://{url[7:]}/verb", identifier=identifier)
                posts.append(client.post(given, url=url))
        answers = await asyncio.gather(*posts)
        batches = [[statement(f"learner-{n}-{m}", unit=QUANG_NAM) for m in range(10)] for n in range(20)]
        for batch in batches:
            for url in (server.url, other):
                assert (await client.post(batch, url=url)).status == 200
        found = await assert_recounted(server)
        assert found.ids == {*contested, *(it["id"] for batch in batches for it in batch)}
        accepted = sum(it.status == 200 for it in answers)
        assert {it.status for it in answers} <= {200, 409}
        set_aside = total(await metrics(client), "lrs_projected_statements", kind="conflict")
        assert accepted - set_aside == len(contested)
        report = await client.report("platforms/dev")
        assert report["equation"]["conflict"] == set_aside
        for url in (server.url, other):
            answer = await client.send("GET", f"/xapi/statements?statementId={contested[0]}", url=url)
            assert answer.status == 200
    if server.engines.embedded:
        await _until(lambda: len(set(_STANDING_BY.findall(server.stderr))) == 2)


@pytest.mark.files
async def test_a_second_consumer_stands_by_and_takes_over(serve: Nursery) -> None:
    server = serve()
    beside = server.begin("consume")
    async with Client(server) as client:
        await client.store(statement("an", unit=QUANG_NAM))
        await _until(lambda: len(set(_STANDING_BY.findall(server.stderr))) == 2)
        assert server.stop() == 0
        server.start(consumers="false")
        await client.store(statement("binh", unit=QUANG_NAM))
        assert len((await assert_recounted(server)).ids) == 2
    beside.terminate()
    assert beside.wait(30) == 0
    assert "Traceback" not in server.stderr


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110 - a poll is all that a test needs
            await asyncio.sleep(0.05)


async def test_a_command_without_its_files_says_so_in_one_line(serve: Nursery) -> None:
    server = serve()
    missing = f"sqlite:///{server.folder}/other/store.db"
    for words in (("consume",), ("report", "provinces"), ("deadletters", "list"), ("rebuild",)):
        result = await asyncio.to_thread(server.run, *words, store=missing)
        assert result.returncode == 1, words
        assert result.stderr.splitlines()[-1].startswith("Error: ")
        assert "Traceback" not in result.stderr


@pytest.mark.files
async def test_readiness_says_what_is_missing_when_the_store_is_not_there(serve: Nursery) -> None:
    server = serve(consumers="false", read_your_writes="0")
    async with Client(server) as client:
        await client.store(statement())
        # through SQLite, which tells the server: of a file that is written over it may know every page
        with closing(sqlite3.connect(server.store_file, timeout=30)) as connection:
            connection.execute("DROP TABLE positions")
            connection.execute("DROP TABLE statements")
        async with asyncio.timeout(20):
            while (answer := await client.send("GET", "/health/ready")).status == 200:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        assert answer.json() == {"status": "not ready", "missing": answer.json()["missing"]}
        assert answer.json()["missing"]
        assert (await client.send("GET", "/health/live")).status == 200
        # what the server has read of the store before may still answer, so it may be taken
        before = await _ends(server)
        posted = await client.post(statement(identifier=(mine := str(uuid4()))))
        if posted.status == 200:
            assert posted.json() == [mine]
            assert await _ends(server) == before + 1
        else:
            assert posted.status in (500, 503), posted.body
            assert posted.json()["error"]["code"] in ("store-error", "store-unavailable")
            assert await _ends(server) == before


async def _ends(server: Server) -> int:
    """How many statements are in the log."""
    async with server.opened_log() as log:
        ends = await log.ends(STATEMENTS)
        found = [await log.read(STATEMENTS, it, 0, 1000) for it in ends]
        return sum(record.header(KIND) is None for records in found for record in records)


async def test_a_client_that_hangs_up_takes_nothing_with_it(serve: Nursery) -> None:
    server = serve()
    batches = [[statement(f"hung-{n}-{m}") for m in range(20)] for n in range(30)]
    async with Client(server) as client:
        tasks = [asyncio.create_task(client.post(it)) for it in batches]
        await asyncio.sleep(0.01)
        for task in tasks[::2]:
            task.cancel()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        there = (await assert_recounted(server)).ids
        for batch, answer in zip(batches, answers, strict=True):
            kept = there & {it["id"] for it in batch}
            assert kept in (set(), {it["id"] for it in batch})
            if not isinstance(answer, BaseException):
                assert answer.status == 200
                assert kept
            else:
                assert isinstance(answer, (asyncio.CancelledError, aiohttp.ClientError))
    assert server.stop() == 0
    assert "Traceback" not in server.stderr

"""G8: a record that cannot be processed goes to the dead letters with its reason, and stops nothing."""

from __future__ import annotations

import json

import orjson

from schemas.deadletter import DeadLetter
from schemas.record import FACTS, STATEMENTS, Headers, NewRecord, Position
from tests.acceptance.client import Client
from tests.acceptance.figures import assert_recounted, metrics, settled, total
from tests.acceptance.making import QUANG_NAM, Json, statement
from tests.acceptance.nursery import Nursery
from tests.acceptance.server import Server

HEADERS: Headers = (("platform", b"dev"), ("credential", b"dev"), ("schema", b"1"), ("voids-any", b"1"))
PERSON = "nguyen-thi-poison"
POISON = (
    b"no json at all, of " + PERSON.encode(),
    orjson.dumps({"id": "7c1e3d9a-0000-4000-8000-000000000001", "of": PERSON}),
    orjson.dumps([PERSON]),
    b'"\xff\xfe"',
)


async def test_g8_poison_among_statements_is_set_aside_and_the_rest_goes_on(serve: Nursery) -> None:
    server = serve()
    async with Client(server) as client:
        before = await client.store(statement("before", unit=QUANG_NAM, topic=1))
        await settled(server)
        assert server.stop() == 0
        good = [_sent(statement(f"learner-{n}", unit=QUANG_NAM, topic=2)) for n in range(8)]
        async with server.opened_log() as log:
            mixed = [NewRecord(value, HEADERS) for pair in zip(good, POISON, strict=False) for value in pair]
            last = [NewRecord(value, HEADERS) for value in good[4:]]
            await log.append(STATEMENTS, {0: [*mixed, *last], 1: [NewRecord(POISON[0], HEADERS)]})
        server.start()
        after = await client.store(statement("after", unit=QUANG_NAM))
        await settled(server)

        letters = json.loads(server.lrs("deadletters", "list", "--json"))
        assert [it["topic"] for it in letters] == [STATEMENTS] * 5
        assert {it["platform"] for it in letters} == {"dev"}
        assert all(it["code"] and it["reason"] for it in letters)
        assert total(await metrics(client), "lrs_dead_letters") == 5
        report = await client.report("platforms/dev")
        assert report["equation"]["dead"] == sum(it["count"] for it in report["dead"]) == 5

        expected = {*before, *after, *(orjson.loads(it)["id"] for it in good)}
        assert (await assert_recounted(server)).ids == expected
        assert PERSON not in server.stderr + server.lrs("deadletters", "list")


async def test_g8_requeued_poison_comes_back_as_a_new_dead_letter(serve: Nursery) -> None:
    server = serve()
    async with Client(server) as client:
        await client.store(statement("an"))
        await settled(server)
        async with server.opened_log() as log:
            await log.append(STATEMENTS, {2: [NewRecord(POISON[0], HEADERS)]})
        first = await _one_letter(server, client)
        assert "1 of 1 dead letters requeued" in server.lrs("deadletters", "requeue", str(first["number"]))
        second = await _one_letter(server, client)
        assert second["number"] != first["number"]
        assert second["code"] == first["code"]
        await client.store(statement("binh"))
        assert len((await assert_recounted(server)).ids) == 2
        assert server.run("deadletters", "requeue", str(first["number"])).returncode == 1


async def test_g8_a_poison_fact_is_set_aside_and_the_figures_go_on(serve: Nursery) -> None:
    server = serve()
    async with Client(server) as client:
        await client.store(statement("an", unit=QUANG_NAM, topic=1))
        await settled(server)
        async with server.opened_log() as log:
            for partition in await log.partitions(FACTS):
                await log.append(FACTS, {partition: [NewRecord(b"[99]", key=b"x")]})
        await client.store(*(statement(f"learner-{n}", unit=QUANG_NAM) for n in range(20)))
        await assert_recounted(server)
        letters = json.loads(server.lrs("deadletters", "list", "--json"))
        assert [it["topic"] for it in letters] == [FACTS] * 4
        refused = server.run("deadletters", "requeue", "--all")
        assert refused.returncode == 1
        assert "rebuild instead" in refused.stderr
        assert "Traceback" not in refused.stderr


async def test_g8_a_requeued_fact_repairs_its_learner(serve: Nursery) -> None:
    """As if an aggregator with a mistake had set all facts aside, which is mended now."""
    server = serve()
    async with Client(server) as client:
        await settled(server)
        assert server.stop() == 0
        server.start(consumers="false")
        projector = server.begin("consume", "statements")
        batch = [statement(f"learner-{n}", unit=QUANG_NAM, topic=3) for n in range(6)]
        await client.store(*batch)
        while len(await client.listing()) < len(batch):
            assert projector.poll() is None
        assert server.stop() == 0
        projector.terminate()
        assert projector.wait(30) == 0
        await _set_all_facts_aside(server)
        server.start(consumers="true")
        await settled(server)
        assert (await client.report("provinces/vn-2004/49"))["totals"]["registered"] == 0
        assert "6 of 6 dead letters requeued" in server.lrs("deadletters", "requeue", "--all")
        await assert_recounted(server)
        assert (await client.report("provinces/vn-2004/49"))["totals"]["trained"] == 6


async def _set_all_facts_aside(server: Server) -> None:
    async with server.opened_store() as store, server.opened_log() as log:
        number, log_id = (await store.living()).number, await log.log_id(FACTS)
        for partition, end in (await log.ends(FACTS)).items():
            records = await log.read(FACTS, partition, 0, 100) if end else []
            place = (FACTS, log_id, partition)
            await store.bury(
                [DeadLetter(*place, it.offset, "dev", "Mistake", "?", 1, it.value) for it in records]
            )
            async with store.aggregation(number, partition) as transaction:
                await transaction.save({}, {}, {}, Position(log_id, partition, end))


async def _one_letter(server: Server, client: Client) -> Json:
    await settled(server)
    letters: list[Json] = json.loads(server.lrs("deadletters", "list", "--json"))
    assert len(letters) == total(await metrics(client), "lrs_dead_letters") == 1
    return letters[0]


def _sent(given: Json) -> bytes:
    """A statement as the endpoint would append it."""
    authority = {"account": {"homePage": "http://127.0.0.1", "name": "dev"}}
    return orjson.dumps({**given, "authority": authority, "version": "2.0.0"})

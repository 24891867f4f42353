"""What a platform is told before it sends: all that would be refused, and how the rest would count."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import orjson
import pytest

from tests.acceptance.client import Answer, Client
from tests.acceptance.figures import metrics, settled, total
from tests.acceptance.making import DA_NANG, LAM_DONG, QUANG_NAM, Json, account, statement, void
from tests.acceptance.nursery import Nursery
from tests.acceptance.server import Server, parse_credential
from tests.reports.test_openapi import faults

WORDS = ("platform", "add", "checking", "--home-page", "https://checking.example",
         "--provinces", "vn-2004/49,vn-2025/48", "--groups", "cadres", "--with-credential")  # fmt: skip


@pytest.fixture(scope="module")
def pair(server: Server) -> tuple[str, str]:
    return parse_credential(server.lrs(*WORDS))


@pytest.fixture
async def checking(server: Server, pair: tuple[str, str]) -> AsyncIterator[Client]:
    async with Client(server, *pair) as opened:
        yield opened


async def check(client: Client, body: object, **headers: str) -> Answer:
    data = body if isinstance(body, bytes) else orjson.dumps(body)
    return await client.send(
        "POST", "/check", data=data, headers={"Content-Type": "application/json", **headers}
    )


def reading(answer: Answer, index: int = 0) -> Json:
    assert answer.status == 200, answer.body
    found: Json = answer.json()["statements"][index]["reading"]
    return found


async def test_what_is_checked_is_neither_stored_nor_counted(checking: Client) -> None:
    said = statement("unseen", unit=QUANG_NAM, topic=1)
    before = await metrics(checking)
    answer = await check(checking, said)
    assert answer.json()["accepted"]
    assert (await checking.get(statementId=said["id"])).status == 404
    await settled(checking.server)
    report = await checking.report("platforms/checking")
    assert report["equation"]["received"] == 0
    after = await metrics(checking)
    assert total(after, "lrs_statements_total", platform="checking") == total(
        before, "lrs_statements_total", platform="checking"
    )


async def test_a_reading_says_where_when_and_as_what_a_statement_counts(checking: Client) -> None:
    said = statement(
        "whole",
        unit={**QUANG_NAM, "commune": "20335"},
        groups=["enterprise-leaders", "no-such"],
        topic=3,
        channel="mobile-point",
        at="2025-04-17T17:00:00Z",
    )
    found = reading(await check(checking, said))
    assert found["outcome"]["code"] == "counted"
    assert [it["code"] for it in found["remarks"]] == ["unknown-group"]
    assert found["learners"] == 1
    assert found["unit"]["stated"] == "vn-2004/49/20335"
    assert found["unit"]["vn_2025"]["province"] == "48"
    assert found["unit"]["vn_2025"]["province_name"] == "Thành phố Đà Nẵng"
    assert (found["unit"]["vn_2004"]["province"], found["unit"]["vn_2004"]["commune"]) == ("49", "20335")
    assert found["groups"] == {
        "explicit": True,
        "counted": ["adults", "enterprise-leaders", "enterprise-workers"],
        "implied": ["adults", "enterprise-workers"],
        "unknown": ["no-such"],
    }
    assert (found["topic"], found["channel"], found["action"]) == ("bdhvs:03", "mobile-point", "completed")
    assert found["measures"] == ["active", "registered-inferred", "trained"]
    assert found["period"] == {"day": "2025-04-18", "month": "2025-04", "year": "2025", "by": "timestamp"}


async def test_every_statement_of_a_batch_gets_its_own_refusal(checking: Client) -> None:
    twice = str(uuid4())
    wrong = statement("a")
    del wrong["verb"]["id"]
    batch: list[Any] = [
        statement("first", identifier=twice, unit=QUANG_NAM),
        wrong,
        statement("again", identifier=twice),
        5,
        statement("large", at="2025-13-01T00:00:00Z"),
        statement("last", unit=DA_NANG),
    ]
    answer = (await check(checking, batch)).json()
    assert not answer["accepted"]
    assert faults(answer, {"$ref": "#/components/schemas/CheckAnswer"}) == [], "as /openapi.json says"
    refusals = [
        it["refusal"] and (it["refusal"]["code"], it["refusal"]["path"]) for it in answer["statements"]
    ]
    assert refusals == [
        None,
        ("missing-key", "/1/verb"),
        ("duplicate-id", "/2/id"),
        ("wrong-type", "/3"),
        ("bad-timestamp", "/4/timestamp"),
        None,
    ]
    assert {it["outcome"]: it["statements"] for it in answer["tallies"]} == {"counted": 2, "refused": 4}
    real = await checking.post(batch)
    assert real.error == (400, "missing-key", "/1/verb"), "the endpoint names the first of them alike"


async def test_the_body_as_a_whole_is_refused_as_the_endpoint_refuses_it(checking: Client) -> None:
    for body in (b"{", b"3", b'{"a":1,"a":2}'):
        answer = await check(checking, body)
        headers = {"Content-Type": "application/json"}
        real = await checking.send("POST", "/xapi/statements", data=body, headers=headers)
        assert answer.error == real.error
        assert answer.status == real.status == 400
    many = [statement()] * 1001
    assert (await check(checking, many)).error == (await checking.post(many)).error
    no_version = {"X-Experience-API-Version": "9"}
    assert (await check(checking, statement(), **no_version)).error[1] == "version-unsupported"


async def test_what_stands_under_an_id_is_said(checking: Client) -> None:
    first, second = statement("taken", unit=QUANG_NAM), statement("voided", unit=QUANG_NAM)
    await checking.store(first, second)
    void = statement("x", "voided", object={"objectType": "StatementRef", "id": second["id"]})
    await checking.store(void)
    await settled(checking.server)
    other = {**first, "timestamp": "2025-05-01T00:00:00Z"}
    for batch, expected in (
        ([first, second, statement()], ["same", "voided", "new"]),
        ([other], ["other"]),
    ):
        answer = (await check(checking, batch)).json()
        assert [it["stored"] for it in answer["statements"]] == expected
    (conflict,) = answer["statements"]
    assert not conflict["valid"]
    assert (conflict["refusal"]["status"], conflict["refusal"]["path"]) == (409, "/0/id")
    assert (await checking.post([other])).error == (409, "statement-conflict", "/0/id")


async def test_voids_are_judged_as_they_are_projected(checking: Client) -> None:
    own, others, later = statement("own"), statement("others"), statement("later")
    await checking.store(own, void(later["id"]))
    async with Client(checking.server) as office:
        await office.store(others, gone := statement("gone"))
        await office.store(void(gone["id"]))
        await settled(checking.server)

        def told(answer: Answer) -> list[tuple[str, str, bool | None]]:
            verdicts = answer.json()["statements"]
            return [(it["stored"], it["reading"]["outcome"]["code"], it["takes_effect"]) for it in verdicts]

        first, second = (statement(name, unit=QUANG_NAM) for name in ("first", "second"))
        on_void = void(own["id"])
        voids = [void(others["id"]), on_void, void(first["id"]), void(on_void["id"]), void(str(uuid4()))]
        answer = await check(checking, [*voids, first, second, later])
        assert told(answer) == [
            ("new", "counted", False),
            ("new", "counted", True),
            ("new", "counted", True),
            ("new", "counted", False),
            ("new", "counted", False),
            ("new", "voided", None),
            ("new", "counted", None),
            ("new", "voided", None),
        ]
        assert {it["outcome"]: it["statements"] for it in answer.json()["tallies"]} == {
            "counted": 6,
            "voided": 2,
        }
        assert answer.json()["statements"][5]["reading"]["measures"] == []
        assert told(await check(office, [void(own["id"])])) == [("new", "counted", True)]
        (of_another,) = told(await check(checking, [gone]))
        assert of_another == ("same", "no-unit", None), "what became of it is not theirs to know"
        await checking.store(first, later)
        await checking.store(*voids)
        await settled(checking.server)
        report = await checking.report("platforms/checking")
        assert report["ignored_voids"] == 2
        assert told(await check(checking, [first, own, later])) == [("voided", "voided", None)] * 3


async def test_what_was_said_is_what_the_platform_report_says_afterwards(serve: Nursery) -> None:
    server = serve()
    async with Client(server, *parse_credential(server.lrs(*WORDS))) as client:
        group = {"objectType": "Group", "member": [account("m1"), {**account("m2"), "name": "Anonymous"}]}
        batch = [
            statement("one", unit=QUANG_NAM, topic=1),
            statement("two", "experienced", unit=QUANG_NAM),
            statement("three", unit=LAM_DONG),
            statement("four", unit={"scheme": "vn-2025", "province": "99"}),
            statement("five"),
            statement("six", unit=DA_NANG, channel="by post"),
            statement("seven", unit=DA_NANG, at="2099-01-01T00:00:00Z"),
            statement(unit=DA_NANG, actor=group, topic=2),
            statement(
                unit=DA_NANG,
                actor={"objectType": "Group", "name": "Anonymous", "mbox": "mailto:class@example.vn"},
            ),
            statement("012345678901", unit=DA_NANG, topic=99),
        ]
        answer = (await check(client, batch)).json()
        assert answer["statements"][7]["reading"]["learners"] == 2
        for said in (b"Anonymous", b"012345678901", b"class@example.vn"):
            assert said not in orjson.dumps(answer)
        await client.store(*batch)
        await settled(server)
        report = await client.report("platforms/checking")
    told = {it["outcome"]: it["statements"] for it in answer["tallies"]}
    assert told.pop("counted") == report["equation"]["counted"] == 5
    assert told == {it["code"]: it["count"] for it in report["reasons"] if it["count"]}
    remarks = [it["code"] for verdict in answer["statements"] for it in verdict["reading"]["remarks"]]
    assert {code: remarks.count(code) for code in remarks} == {
        it["code"]: it["count"] for it in report["remarks"] if it["count"]
    }


async def test_more_checks_than_are_worked_on_are_sent_away(checking: Client) -> None:
    batch = [statement(f"learner-{n}", unit=QUANG_NAM) for n in range(500)]
    answers = await asyncio.gather(*(check(checking, batch) for _ in range(16)))
    statuses = {it.status for it in answers}
    assert statuses == {200, 503}
    for it in answers:
        if it.status == 503:
            assert it.error[1] == "too-many-checks"
            assert it.headers["Retry-After"] == "1"
    assert (await check(checking, batch)).status == 200


async def test_a_credential_that_may_not_write_is_refused(server: Server, pair: tuple[str, str]) -> None:
    async with Client(server, *server.credential("checking", "statements/read")) as reader:
        assert (await check(reader, statement())).error[:2] == (403, "scope-missing")


async def test_identity_numbers_are_refused_where_the_operator_says_so(serve: Nursery) -> None:
    server = serve(refuse_identity_numbers="true")
    member = {"objectType": "Group", "member": [account("well"), account("012345678901")]}
    async with Client(server) as client:
        for said, path in (
            (statement("012345678901"), "/actor/account/name"),
            (statement(actor=member), "/actor/member/1/account/name"),
        ):
            refused = (await client.post(said)).error
            assert refused == (400, "identity-number-refused", path)
            (told,) = (await check(client, said)).json()["statements"]
            assert (told["refusal"]["code"], told["refusal"]["path"]) == refused[1:]
        batch = [statement("well"), statement("012345678901")]
        assert (await client.post(batch)).error == (400, "identity-number-refused", "/1/actor/account/name")
        await client.store(statement("0123456789012", unit=QUANG_NAM), statement("12345"))

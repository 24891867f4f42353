"""G12: every report says how far it reaches, in which scheme, and under which rules."""

from __future__ import annotations

import asyncio
import time

import pytest

from schemas.xapi import parse_timestamp
from tests.acceptance.client import Client
from tests.acceptance.figures import settled
from tests.acceptance.making import LAM_DONG, QUANG_NAM, statement
from tests.acceptance.nursery import Nursery

REPORTS = (
    ("provinces", "vn-2025"),
    ("provinces?scheme=vn-2004&period=2025-04&group=cadres", "vn-2004"),
    ("provinces/vn-2004/49", "vn-2004"),
    ("provinces/vn-2025/48?group=cadres", "vn-2025"),
    ("provinces/vn-2025/not-stated", "vn-2025"),
    ("targets", None),
    ("targets?plan=ha-noi-138", None),
    ("trend?scheme=vn-2004&code=49&period=2025-04", "vn-2004"),
    ("platforms", None),
    ("platforms/dev", None),
)


@pytest.mark.parametrize(("path", "scheme"), REPORTS)
async def test_g12_a_report_names_its_watermark_scheme_and_rules(
    client: Client, path: str, scheme: str | None
) -> None:
    await client.store(statement("an", unit=QUANG_NAM, topic=1))
    await settled(client.server)
    head = (await client.report(path))["head"]
    assert 0 < parse_timestamp(head["through"]) <= time.time() * 1000
    assert head["scheme"] == scheme
    assert head["ruleset"]["number"] >= 1
    assert head["ruleset"]["trained"]
    assert (head["counts"], head["calendar"]) == ("accounts", "Asia/Ho_Chi_Minh")
    sheet = await client.send("GET", f"/reports/{path}", headers={"Accept": "text/csv"})
    assert sheet.headers["Content-Type"].startswith("text/csv")
    assert "through" in sheet.body.decode()


async def test_g12_an_empty_and_idle_store_reaches_to_the_present_for_who_reads_reports_alone(
    serve: Nursery,
) -> None:
    server = serve.made()
    server.launch()
    server.await_ready()
    async with Client(server) as client:
        began = time.monotonic()
        for _ in range(2):
            while (age := await _age(client)) > 5:
                assert time.monotonic() < began + 30
            assert age >= 0
            await asyncio.sleep(6)
        assert await _freshness(client) < 20


async def _age(client: Client) -> float:
    through = parse_timestamp((await client.report("provinces"))["head"]["through"])
    return time.time() - through / 1000


async def _freshness(client: Client) -> float:
    text = (await client.send("GET", "/metrics")).body.decode()
    return max(float(line.split()[-1]) for line in text.splitlines() if line.startswith("lrs_freshness"))


async def test_g12_what_was_stored_before_the_watermark_is_in_the_figures(client: Client) -> None:
    for n in range(15):
        (identifier,) = await client.store(statement(f"mark-{n}", unit=LAM_DONG))
        stored = parse_timestamp((await client.get(statementId=identifier)).json()["stored"])
        before = await client.report("provinces/vn-2025/68")
        if parse_timestamp(before["head"]["through"]) > stored:
            assert before["totals"]["registered"] == n + 1
    began = time.monotonic()
    while parse_timestamp((await client.report("provinces"))["head"]["through"]) <= stored:
        assert time.monotonic() < began + 10
    assert (await client.report("provinces/vn-2025/68"))["totals"]["registered"] == 15

"""A platform on trial: stored, reported to itself, previewed, and in nobody's figures until it counts."""

from __future__ import annotations

import asyncio

from lrs.http.openapi import document
from lrs.http.reports import PREVIEW, PREVIEW_PROVINCE
from tests.acceptance.client import Client
from tests.acceptance.figures import assert_recounted, settled
from tests.acceptance.making import DA_NANG, QUANG_NAM, Json, account, statement, void
from tests.acceptance.nursery import Nursery
from tests.acceptance.server import parse_credential
from tests.reports.test_openapi import faults

WORDS = ("platform", "add", "new", "--home-page", "https://new.example", "--provinces",
         "vn-2025/48,vn-2004/49", "--groups", "students")  # fmt: skip


async def _registered(client: Client) -> int:
    report = await client.report("provinces")
    registered: int = report["nation"]["registered"]
    return registered


async def _previewed(client: Client, scheme: str = "vn-2025", code: str = "48") -> Json:
    report = await client.report("platforms/new/preview", scheme=scheme)
    (line,) = [it for it in report["figures"]["lines"] if it["code"] == code]
    found: Json = line
    return found


async def test_a_trial_from_its_first_statement_to_its_end(serve: Nursery) -> None:
    server = serve()
    pair = parse_credential(server.lrs(*WORDS, "--trial", "--with-credential"))
    async with Client(server) as office, Client(server, *pair) as new:
        group = {"objectType": "Group", "member": [account("an"), account("chi")]}
        gone = statement("gone", unit=DA_NANG, topic=5)
        await office.store(statement("an", "registered", unit=QUANG_NAM))
        await new.store(
            gone,
            void(gone["id"]),
            statement("binh", unit=QUANG_NAM, topic=1),
            statement(unit=DA_NANG, actor=group, topic=2, channel="in-person"),
            statement("binh", "experienced", unit=DA_NANG),
        )
        await assert_recounted(server)
        assert await _registered(office) == 1
        province = await office.report("provinces/vn-2025/48")
        assert (province["totals"]["trained"], province["totals"]["statements"]) == (0, 1)
        mine = await new.report("platforms/new")
        assert mine["equation"]["received"] == mine["equation"]["not_counted"] + 1 == 5
        assert {it["code"]: it["count"] for it in mine["reasons"] if it["count"]} == {
            "trial": 3,
            "unknown-verb": 1,
        }
        line = await _previewed(new)
        assert [line[it] for it in ("registered", "active", "trained", "statements")] == [3, 3, 3, 3]
        assert (await _previewed(new, "vn-2004", "49"))["trained"] == 1
        whole = await new.report("platforms/new/preview/vn-2025/48", group="students")
        channels = {it["channel"]: it["active"] for it in whole["figures"]["channels"]["lines"]}
        assert channels["in-person"] == 2
        assert (whole["statements"], whole["complete"]) == (4, True)
        schemas = {it: _schema(it) for it in (PREVIEW, PREVIEW_PROVINCE)}
        assert faults(whole, schemas[PREVIEW_PROVINCE]) == []
        assert faults(await new.report("platforms/new/preview"), schemas[PREVIEW]) == []

        refused = await asyncio.to_thread(server.run, *WORDS)
        assert refused.returncode == 1
        assert "say whether what it sent then is counted or left-out" in refused.stderr
        await asyncio.to_thread(server.lrs, *WORDS, "--trial-statements", "left-out", timeout=90)
        await new.store(statement("dung", unit=DA_NANG, topic=3))
        await assert_recounted(server)
        assert await _registered(office) == 2
        assert (await new.report("platforms/new"))["equation"]["counted"] == 1
        gone_preview = await new.send("GET", "/reports/platforms/new/preview")
        assert gone_preview.error[:2] == (404, "not-on-trial")
        said = await asyncio.to_thread(server.lrs, *WORDS)
        assert "was registered so already" in said, "what was left out stays left out"

        await asyncio.to_thread(server.lrs, *WORDS, "--trial-statements", "counted", timeout=90)
        await assert_recounted(server)
        assert await _registered(office) == 4, "one of them is the learner of another platform too"
        assert (await office.report("provinces/vn-2025/48"))["totals"]["trained"] == 4


def _schema(path: str) -> Json:
    content = document()["paths"][path]["get"]["responses"]["200"]["content"]
    schema: Json = content["application/json"]["schema"]
    return schema


async def test_a_preview_is_for_the_platform_itself_and_for_offices(serve: Nursery) -> None:
    server = serve()
    server.lrs(*WORDS, "--trial")
    async with Client(server, *server.credential("dev", "statements/read/mine")) as other:
        refused = await other.send("GET", "/reports/platforms/new/preview")
        assert refused.error[:2] == (403, "other-platform")
    async with Client(server, *server.credential("dev", "reports/read")) as office:
        assert (await office.report("platforms/new/preview"))["statements"] == 0
        unknown = await office.send("GET", "/reports/platforms/nobody/preview")
        assert unknown.error[:2] == (404, "unknown-platform")
        answer = await office.send("GET", "/reports/platforms/new/preview", params={"format": "csv"})
        assert answer.body.decode("utf-8-sig").startswith("preview_of,scheme,unit")


async def test_more_previews_than_are_made_are_sent_away(serve: Nursery) -> None:
    server = serve()
    pair = parse_credential(server.lrs(*WORDS, "--trial", "--with-credential"))
    async with Client(server, *pair) as new:
        await new.store(*(statement(f"learner-{n}", unit=DA_NANG, topic=1) for n in range(300)))
        await settled(server)
        paths = ("/reports/platforms/new/preview", "/reports/platforms/new/preview/vn-2025/48")
        answers = await asyncio.gather(*(new.send("GET", path) for path in paths * 8))
        assert {it.status for it in answers} == {200, 503}
        for it in answers:
            if it.status == 503:
                assert it.error[1] == "too-many-previews"
                assert it.headers["Retry-After"] == "1"
        assert (await _previewed(new))["registered"] == 300, "there is room again"


async def test_what_was_counted_is_not_put_on_trial(serve: Nursery) -> None:
    server = serve()
    pair = parse_credential(server.lrs(*WORDS, "--with-credential"))
    async with Client(server) as office, Client(server, *pair) as new:
        await new.store(*(statement(f"learner-{n}", unit=DA_NANG, topic=1) for n in range(30)))
        await settled(server)
        assert await _registered(office) == 30
        refused = await asyncio.to_thread(server.run, *WORDS, "--trial")
        assert refused.returncode == 1
        assert "trial: new counts already" in refused.stderr
        await assert_recounted(server)
        assert await _registered(office) == 30

"""What must be reportable: wrong clocks, learners who move, platforms that send no extensions, changed
registrations.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.acceptance.client import Client
from tests.acceptance.figures import assert_recounted, settled
from tests.acceptance.load import Load
from tests.acceptance.making import LAM_DONG, QUANG_NAM, Json, account, statement
from tests.acceptance.nursery import Nursery
from tests.acceptance.server import parse_credential

MOODLE = "https://moodle.example"
SITE = "http://id.tincanapi.com/activitytype"
COURSE = {"type": f"{SITE}/lms/course", "name": {"vi": "Kỹ năng số"}}


async def _totals(client: Client, path: str) -> Json:
    report: Json = await client.report(path)
    totals: Json = report["totals"]
    return totals


async def test_a_clock_set_to_2099_neither_counts_there_nor_decides_anything(client: Client) -> None:
    ahead = statement("clock", unit=LAM_DONG, topic=1, at="2099-01-01T00:00:00Z", groups=["cadres"])
    await client.store(statement("clock", unit=QUANG_NAM), ahead)
    found = await assert_recounted(client.server)
    assert not [key for key in found.figures if "|2099" in key]
    assert (await client.get(statementId=ahead["id"])).json()["timestamp"] == "2099-01-01T00:00:00Z"
    assert (await _totals(client, "provinces/vn-2004/49"))["trained"] == 1
    assert (await _totals(client, "provinces/vn-2025/68"))["registered"] == 0
    report = await client.report("platforms/dev")
    assert {it["code"]: it["count"] for it in report["remarks"]}["clock-ahead"] == 1


async def test_a_learner_who_moves_is_counted_where_they_are_and_nowhere_else(client: Client) -> None:
    ha_noi, hue = ({"scheme": "vn-2025", "province": code} for code in ("01", "46"))
    await client.store(statement("mover", "registered", unit=ha_noi, at="2025-08-01T08:00:00+07:00"))
    await settled(client.server)
    assert (await _totals(client, "provinces/vn-2025/01"))["registered"] == 1
    await client.store(statement("mover", unit=hue, at="2025-09-01T08:00:00+07:00", topic=1))
    await settled(client.server)
    assert (await _totals(client, "provinces/vn-2025/01"))["registered"] == 0
    assert (await _totals(client, "provinces/vn-2025/46"))["registered"] == 1
    late = statement("mover", unit=ha_noi, at="2025-08-15T08:00:00+07:00")
    await client.store(late)
    await assert_recounted(client.server)
    totals = await _totals(client, "provinces/vn-2025/46")
    assert (totals["registered"], totals["trained"], totals["statements"]) == (1, 1, 1)
    assert (await _totals(client, "provinces/vn-2025/01"))["statements"] == 2


async def test_a_moodle_without_extensions_reaches_the_report(client: Client, tmp_path: Path) -> None:
    mapped = tmp_path / "activities.csv"
    lines = ("activity,topic", f"{MOODLE}/course/view.php?id=7,bdhvs:07")
    mapped.write_text("\n".join(lines))
    server = client.server
    words = ("--home-page", MOODLE, "--provinces", "vn-2025/46", "--unit", "vn-2025/46",
             "--groups", "students", "--activities", str(mapped), "--with-credential")  # fmt: skip
    pair = parse_credential(await asyncio.to_thread(server.lrs, "platform", "add", "moodle-hue", *words))
    before = await _totals(client, "provinces/vn-2025/46")
    async with Client(server, *pair, version="1.0.3") as moodle:
        batch = [_moodle(f"student-{n}", verb) for n in range(12) for verb in ("initialized", "completed")]
        assert (await moodle.post(batch)).status == 200
        await assert_recounted(server)
        mine = await moodle.report("platforms/moodle-hue")
    assert mine["equation"]["counted"] == mine["equation"]["received"] == 24
    after = await _totals(client, "provinces/vn-2025/46")
    assert [after[it] - before[it] for it in ("registered", "trained", "statements")] == [12, 12, 24]
    report = await client.report("provinces/vn-2025/46", group="students")
    topics = {it["topic"]: it["completed"] for it in report["topics"] if it["group"] == "students"}
    assert topics["bdhvs:07"] == 12


def _moodle(learner: str, verb: str) -> Json:
    """As Moodle's logstore xAPI plugin writes them."""
    activity = f"{MOODLE}/course/view.php?id=7"
    return statement(
        verb=verb,
        at="2025-09-05T08:00:00+07:00",
        actor={**account(learner, MOODLE), "name": "Nguyễn Văn An"},
        object={"id": activity, "objectType": "Activity", "definition": COURSE},
        context={
            "platform": "Moodle",
            "language": "vi",
            "contextActivities": {
                "grouping": [{"id": MOODLE, "definition": {"type": f"{SITE}/lms"}}],
                "category": [{"id": "http://moodle.org", "definition": {"type": f"{SITE}/source"}}],
            },
        },
    )


@pytest.fixture
def maps(tmp_path: Path) -> list[Path]:
    """Two activity maps of the load's activity."""
    found = []
    for topic in ("bdhvs:05", "bdhvs:06"):
        path = tmp_path / f"{topic[-2:]}.csv"
        path.write_text(f"https://platform.example/*,{topic}\n")
        found.append(path)
    return found


async def test_g9_rules_that_change_while_statements_arrive_count_all_of_them(
    serve: Nursery, maps: list[Path]
) -> None:
    server = serve()
    words = ("platform", "add", "one", "--home-page", "https://one.example", "--provinces", "any")
    first = (*words, "--activities", str(maps[0]), "--with-credential")
    pair = parse_credential(await asyncio.to_thread(server.lrs, *first))
    async with Client(server, *pair) as client, Load(client, seed=9, pause=server.engines.pause) as load:
        await load.acknowledged_more()
        said = await asyncio.to_thread(
            server.lrs, *words, "--unit", "vn-2025/01", "--activities", str(maps[1]), timeout=90
        )
        assert "the figures are those of ruleset 2 now" in said
        await load.acknowledged_more()
    found = await assert_recounted(server)
    assert any("|bdhvs:06|" in key for key in found.figures)
    assert not any("|bdhvs:05|" in key for key in found.figures)
    (one,) = [it for it in json.loads(server.lrs("platform", "list", "--json")) if it["name"] == "one"]
    assert one["unit"] == "vn-2025/01"


async def test_g9_who_is_trained_changes_while_statements_arrive_and_is_a_series_of_its_own(
    serve: Nursery,
) -> None:
    server = serve()
    async with Client(server) as client:
        before = await client.report("provinces")
        async with Load(client, seed=11, pause=server.engines.pause) as load:
            await load.acknowledged_more()
            said = await asyncio.to_thread(
                server.lrs, "rules", "set", "--trained", "topics=2,attended",
                "--trained-in", "ha-noi-138:topics=1", "--split-communes", "default-successor", timeout=90,
            )  # fmt: skip
            assert "The figures are those of ruleset 2 now, a new series; 1 has ended." in said
            await load.acknowledged_more()
        found = await assert_recounted(server)
        assert any("|trained:ha-noi-138" in key for key in found.figures)
        head = (await client.report("provinces"))["head"]["ruleset"]
        assert head["trained"] == "completed or attended at least 2 topics"
        old, new = (await client.report("rules"))["series"]
        assert (old["number"], old["until"]) == (before["head"]["ruleset"]["number"], head["since"])
        assert (new["number"], new["since"], new["until"]) == (head["number"], head["since"], None)
        await asyncio.to_thread(server.lrs, "rebuild")
        numbers = [it["number"] for it in (await client.report("rules"))["series"]]
        assert numbers == [1, 2, 3]
        again = await assert_recounted(server)
        assert again.figures == found.figures


async def test_g9_a_rebuild_under_load_gives_equal_figures(serve: Nursery) -> None:
    server = serve()
    async with Client(server) as client:
        async with Load(client, seed=10, pause=server.engines.pause) as load:
            await load.acknowledged_more()
            said = await asyncio.to_thread(server.lrs, "rebuild", timeout=90)
            assert "The figures of ruleset 2 have replaced those of 1." in said
            await load.acknowledged_more()
        found = await assert_recounted(server)
        load.assert_kept(found.ids)
        before = await _reports(client)
        await asyncio.to_thread(server.lrs, "rebuild")
        assert (await assert_recounted(server)).figures == found.figures
        assert await _reports(client) == before
        assert server.stop() == 0
        server.start()
        assert (await assert_recounted(server)).figures == found.figures
        assert await _reports(client) == before


async def _reports(client: Client) -> list[Json]:
    paths = ("provinces", "provinces?scheme=vn-2004&group=cadres", "provinces/vn-2025/48", "targets")
    reports = [await client.report(it) for it in paths]
    for report in reports:
        del report["head"]
    return reports

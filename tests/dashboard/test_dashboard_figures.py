"""The figures of the page are those of the reports, which are those of a recount."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from schemas.unit import SCHEMES
from tests.acceptance.figures import assert_recounted
from tests.acceptance.server import Server
from tests.dashboard.conftest import LEARNERS, SILENT, Come
from tests.dashboard.page import COUNTS, Json, figures, report, written

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_the_nation_is_shown_as_it_is_reported(come: Come, nation: Server, scheme: str) -> None:
    reader = await come()
    await reader.open(f"scheme={scheme}")
    reported = report(nation, f"provinces?scheme={scheme}")
    assert reported["nation"]["registered"] == LEARNERS
    assert await reader.headline() == {it: written(reported["nation"][it]) for it in COUNTS}
    rows, tiles = await reader.rows("provinces"), await reader.tiles()
    old = 1 if scheme == "vn-2004" else 0
    provinces = [it for it in reported["lines"] if it["code"].isdigit()]
    assert len(provinces) == len(tiles) == (63 if old else 34)
    for line in provinces:
        assert rows[line["name"]][old:] == figures(line), line["name"]
        assert tiles[line["name"]].startswith(f"{written(line['registered'])} "), line["name"]
    assert rows["Cả nước"][old:] == figures(reported["nation"])
    assert rows["Không nêu tỉnh"][old:] == figures(_line(reported, "not-stated"))
    if old:
        assert rows["Không quy được về tỉnh cũ"][old:] == figures(_line(reported, "not-attributable"))
        assert rows["Tỉnh Quảng Nam"][0] == "Đà Nẵng"


async def test_a_group_and_a_month_are_shown_as_they_are_reported(come: Come, nation: Server) -> None:
    reader = await come()
    await reader.open("group=adults&period=2025-10&measure=trained")
    reported = report(nation, "provinces?group=adults&period=2025-10")
    assert reported["nation"]["trained"] > 0
    assert await reader.headline() == {it: written(reported["nation"][it]) for it in COUNTS}
    rows, tiles = await reader.rows("provinces"), await reader.tiles_by_code()
    for line in reported["lines"][:-1]:
        assert rows[line["name"]] == figures(line)
        assert tiles[line["code"]].startswith(f"{written(line['trained'])} ")
    days = report(nation, "trend?group=adults&period=2025-10")
    await reader.page.click("#trend summary")
    shown = await reader.rows("trend")
    assert len(days["steps"]) > 3
    for step in days["steps"]:
        assert shown["/".join(reversed(step["period"].split("-")))] == figures(step)


async def test_a_province_is_shown_as_it_is_reported(come: Come, nation: Server) -> None:
    reader = await come()
    await reader.open("unit=48&group=adults")
    reported = report(nation, "provinces/vn-2025/48?group=adults")
    communes = await reader.rows("communes")
    for line in reported["communes"]["lines"]:
        if line["code"].isdigit() and line["registered"]:
            assert communes[line["name"]] == figures(line), line["name"]
    assert communes["Không nêu xã"] == figures(_line(reported["communes"], "not-stated"))
    assert communes["Xã cũ đã chia, chưa rõ xã mới"] == figures(_line(reported["communes"], "unresolved"))
    assert communes["Tổng"] == figures(reported["totals"])
    groups = await reader.rows("groups")
    for line in reported["groups"]["lines"]:
        if line["registered"] is not None:
            name = "Không nêu nhóm" if line["code"] == "not-stated" else line["name"]
            assert groups[name] == [written(line[it]) for it in COUNTS], name
    assert "dân số trưởng thành tại đô thị" not in groups
    topics = await reader.rows("topics")
    of_adults = [it for it in reported["topics"] if it["group"] == "adults"]
    assert topics == {
        f"Chủ đề {it['topic'][-2:]}": [written(it["started"]), written(it["completed"])] for it in of_adults
    }
    assert any(it["completed"] for it in of_adults)
    channels = list((await reader.rows("channels")).values())
    assert channels == [
        [written(it["active"]), written(it["statements"])] for it in reported["channels"]["lines"]
    ]


async def test_targets_are_shown_under_the_unit_of_their_time_and_say_what_is_missing(
    come: Come, nation: Server
) -> None:
    reader = await come()
    await reader.open("unit=48")
    (plan,) = report(nation, "targets?plan=quang-nam-2025")["plans"]
    text = await reader.page.inner_text("#targets")
    assert "Tỉnh Quảng Nam" in text
    assert "vn-2004/49" in text
    shown = await reader.page.query_selector_all("#targets .target")
    assert len(shown) == len(plan["targets"]) == 4
    for target, block in zip(plan["targets"], shown, strict=True):
        words = await block.inner_text()
        assert f"{written(target['count'])} người" in words
        assert "Thiếu mẫu số" in words
    await reader.look("scheme=vn-2004&unit=48")
    assert "Không có kế hoạch nào" in await reader.page.inner_text("#targets")
    await reader.look("unit=01")
    assert "biết 5 trên 6 chỉ tiêu" in await reader.page.inner_text("#targets")


async def test_silent_platforms_are_shown(come: Come, nation: Server) -> None:
    reader = await come()
    await reader.open()
    lines = {it["platform"]: it for it in report(nation, "platforms")["platforms"]}
    rows = await reader.rows("platforms")
    assert rows.keys() == lines.keys()
    assert rows[SILENT][:3] == ["Chưa gửi gì", "chưa bao giờ", "Hà Nội (vn-2025/01)"]
    for name, line in lines.items():
        assert rows[name][3:] == [written(line["counted"]), written(line["not_counted"])]
        assert (rows[name][0] == "Đang gửi") is (line["last_seen"] is not None)
    await reader.look("unit=48")
    assert SILENT not in await reader.rows("platforms")


async def test_every_section_says_how_far_it_reaches_its_scheme_and_its_rules(come: Come) -> None:
    reader = await come()
    for state in ("unit=48&commune=20333", ""):
        await (reader.look(state) if reader.page.url.startswith("http") else reader.open(state))
        sections = reader.page.locator("#sections > section, #headline, #country")
        assert await sections.count() >= 6
        for section in await sections.all():
            words = await section.locator(".provenance").text_content() or ""
            assert "Trọn vẹn đến" in words
            assert "bộ quy tắc 1" in words
            assert "vn-2025" in words or "mỗi dòng nêu địa giới" in words


async def test_what_the_page_reads_is_what_a_recount_finds(nation: Server) -> None:
    recounted = await assert_recounted(nation)
    for scheme in SCHEMES:
        for code in (None, "48", "01", "not-stated"):
            for period in ("total", "2025", "2025-10"):
                named = "" if code is None else f"&code={code}"
                _assert_trend(
                    report(nation, f"trend?scheme={scheme}{named}&period={period}"), recounted.figures
                )
    for line in report(nation, "platforms")["platforms"]:
        start = f"p|{line['platform']}|"
        outcomes = {
            key.removeprefix(start): count
            for key, count in recounted.figures.items()
            if key.startswith(start) and "remark:" not in key
        }
        assert line["counted"] == outcomes.pop("counted", 0)
        outcomes.pop("voided", 0)
        assert line["not_counted"] == sum(outcomes.values())


def _assert_trend(found: Json, counted: Mapping[str, int]) -> None:
    scheme, code = found["head"]["scheme"], found["code"]
    steps = {it["period"]: it for it in found["steps"]} | {found["period"]: found["whole"]}
    assert len(steps) > 1 or code == "not-stated"
    for period, step in steps.items():
        for column in (*COUNTS, "registered_inferred", "statements"):
            end = f"|*|{period}|{column.replace('_', '-')}"
            expected = sum(
                count
                for key, count in counted.items()
                if key.endswith(end)
                and key.startswith(f"g|{scheme}/")
                and key.count("/") == 1
                and code in (None, key.split("|")[1].split("/")[1])
            )
            assert step[column] == expected, (scheme, code, period, column)


def _line(of: Json, code: str) -> Json:
    found: Json = next(it for it in of["lines"] if it["code"] == code)
    return found

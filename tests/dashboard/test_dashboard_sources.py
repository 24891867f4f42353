"""What other sources give: editions, which everybody reads, and targets with what was imported for them.

Both are put in the place of what this server answers.
"""

from __future__ import annotations

import pytest
from playwright.async_api import Route

from tests.dashboard.conftest import Come
from tests.dashboard.page import Json, written
from tests.dashboard.published import REGISTERED, TRAINED, edition

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_everybody_reads_an_edition_without_a_credential(come: Come) -> None:
    reader = await come()
    page = reader.page
    asked: list[str | None] = []

    async def published(route: Route) -> None:
        asked.append(route.request.headers.get("authorization"))
        await route.fulfill(json=edition(7))

    await page.route("**/editions/latest", published)
    await page.goto(reader.server.url)
    await page.click("#sign-in a")
    await reader.drawn()
    assert await reader.headline() == {
        "registered": written(REGISTERED),
        "trained": written(TRAINED),
        "confirmed": "–",
    }
    words = await page.inner_text("#headline")
    assert "Bản công bố số 7, ngày 22/11/2026" in words
    assert "Số dưới 10 người không hiện" in words
    assert "bộ quy tắc 3" in words
    rows = await reader.rows("provinces")
    assert rows["Thành phố Đà Nẵng"] == [written(REGISTERED), written(TRAINED), "–"]
    assert rows["Tỉnh Cao Bằng"] == ["–", "–", "–"]
    assert (await reader.tiles())["Thành phố Đà Nẵng"].startswith("1.234.567 ")
    assert not await page.is_visible("#choose-period")
    for missing in ("#trend", "#platforms"):
        assert await page.locator(missing).count() == 0
    await page.click('[data-place="48"]')
    await page.wait_for_selector("#groups")
    assert await reader.rows("groups") == {"cán bộ": ["–"], "người dân trưởng thành": [written(TRAINED)]}
    targets = await page.locator("#targets .target").all_inner_texts()
    assert "81,3 % (1.300 trên 1.600 người)" in targets[0]
    assert "Đạt" in targets[0]
    assert "Không hiện" in targets[1]
    assert set(asked) == {None}
    await page.click("#leave")
    await page.wait_for_selector("#key")
    assert "edition" not in page.url


async def test_that_there_is_no_edition_yet_is_told(come: Come) -> None:
    reader = await come()
    error = {"error": {"code": "unknown-edition", "message": "There is none."}}

    async def none(route: Route) -> None:
        await route.fulfill(status=404, json=error)

    await reader.page.route("**/editions/latest", none)
    await reader.page.goto(f"{reader.server.url}/#edition=latest")
    await reader.page.wait_for_selector("[role=alert]:has-text('Chưa có bản công bố')")
    reader.troubles[:] = [it for it in reader.troubles if "404" not in it]


async def test_who_may_not_read_the_nation_is_shown_what_they_may_read(come: Come) -> None:
    reader = await come()
    error = {"error": {"code": "other-province", "message": "This credential reads its own province."}}

    async def refuse(route: Route) -> None:
        await route.fulfill(status=403, json=error)

    for path in ("trend", "platforms"):
        await reader.page.route(f"**/reports/{path}*", refuse)
    await reader.open("unit=48")
    assert await reader.place() == "Thành phố Đà Nẵng"
    assert await reader.page.locator("#communes, #targets, #groups").count() == 3
    assert await reader.page.locator("#trend, #platforms").count() == 0
    reader.troubles[:] = [it for it in reader.troubles if "403" not in it]


async def test_a_target_with_a_denominator_has_its_percentage_gap_and_pace(come: Come) -> None:
    reader = await come()
    imported: Json = {"people": 400, "date": "2025-04-01", "source": "Cục Thống kê"}
    behind: Json = {
        "count": 100,
        "denominator": 400,
        "denominator_source": imported,
        "percent": 25.0,
        "status": "not met",
        "gap": {"people": 220, "percentage_points": 55.0},
        "pace": {"days_left": 20, "needed_per_day": 10.5, "present_per_day": 2.0, "reaches": False},
    }
    over: Json = {**behind, "count": 500, "percent": 125.0, "status": "met", "over_hundred": True}
    over["gap"] = {"people": 0, "percentage_points": 0.0}

    async def with_denominators(route: Route) -> None:
        answer = await route.fetch()
        report = await answer.json()
        plan = next(it for it in report["plans"] if it["plan"] == "quang-nam-2025")
        for target, change in zip(plan["targets"], (behind, over), strict=False):
            target.update(change)
        await route.fulfill(response=answer, json=report)

    await reader.page.route("**/reports/targets", with_denominators)
    await reader.open("unit=48&measure=targets")
    first, second, third, _ = await reader.page.locator("#targets .target").all_inner_texts()
    for words in (
        "25 % (100 trên 400 người)",
        "chỉ tiêu 80 %",
        "còn thiếu 220 người",
        "cần 11 người mỗi ngày",
    ):
        assert words in first
    assert "nguồn: Cục Thống kê, 01/04/2025" in first
    assert "Chưa đạt" in first
    assert "trên 100 %" in second
    assert "Đạt" in second
    assert "còn thiếu" not in second
    assert "Thiếu mẫu số" in third
    share = "it.getBoundingClientRect().width / it.parentElement.getBoundingClientRect().width"
    shares = await reader.page.eval_on_selector_all("#targets .bar-fill", f"all => all.map(it => {share})")
    assert [round(it, 2) for it in shares] == [0.25, 1]
    assert (await reader.tiles())["Thành phố Đà Nẵng"] == "1/4 chỉ tiêu đạt"

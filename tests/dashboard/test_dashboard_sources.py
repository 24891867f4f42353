"""What other sources give: editions, which everybody reads, and targets with what was imported for them."""

from __future__ import annotations

from hashlib import sha256

import pytest
from aiohttp import ClientSession
from playwright.async_api import Route

from tests.acceptance.server import KEY, SECRET, Server
from tests.dashboard.conftest import Come
from tests.dashboard.page import Json, written
from tests.dashboard.published import latest, shown

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_everybody_reads_an_edition_without_a_credential(come: Come, published: Server) -> None:
    reader = await come(published)
    page = reader.page
    edition = latest(published)
    number = edition["number"]
    asked: list[str | None] = []
    page.on(
        "request",
        lambda it: asked.append(it.headers.get("authorization")) if "/editions/" in it.url else None,
    )
    await page.goto(published.url)
    await page.click("#sign-in a")
    await reader.drawn()
    rows = {it["code"]: it for it in edition["provinces"] if it["scheme"] == "vn-2025"}
    measures = ("registered", "trained", "confirmed")
    assert await reader.headline() == {it: shown(rows[None][it], number) for it in measures}
    words = await page.inner_text("#headline")
    assert f"Bản công bố số {edition['number']}" in words
    assert "Số dưới 10 người không hiện" in words
    assert f"bộ quy tắc {edition['ruleset']['number']}" in words
    table = await reader.rows("provinces")
    hidden = 0
    for code, row in rows.items():
        if code is not None and code.isdigit():
            assert table[row["name"]] == [shown(row[it], number) for it in measures], row
            hidden += row["confirmed"]["value"] is None
    assert hidden > 0
    assert (await reader.tiles())[rows["48"]["name"]].startswith(
        f"{shown(rows['48']['registered'], number)} "
    )
    assert not await page.is_visible("#choose-period")
    for missing in ("#trend", "#platforms"):
        assert await page.locator(missing).count() == 0
    await page.click('[data-place="48"]')
    await page.wait_for_selector("#groups")
    groups = {
        it["group_name"]: [shown(it["trained"], number)] for it in edition["groups"] if it["code"] == "48"
    }
    assert await reader.rows("groups") == groups
    assert len({*map(tuple, groups.values())}) > 1
    told = await page.locator("#targets .target").all_inner_texts()
    targets = [it for it in edition["targets"] if it["plan"] == "quang-nam-2025"]
    assert len(told) == len(targets)
    for text, target in zip(told, targets, strict=True):
        assert ("Không hiện" in text) == (target["status"] == "hidden"), target
        if target["count"]["value"] is not None:
            assert written(target["count"]["value"]) in text
        if target["percent"] is not None:
            assert f"trên {written(target['denominator'])} người" in text
            assert f"còn thiếu {written(target['gap']['people'])} người" in text
            assert "nguồn: Cục Thống kê, 01/04/2025" in text
            assert "mỗi ngày" not in text
    assert any(it["percent"] is not None for it in targets)
    assert set(asked) == {None}
    await page.click("#leave")
    await page.wait_for_selector("#key")
    assert "edition" not in page.url


async def test_an_edition_is_never_said_to_be_of_what_it_has_not(come: Come, published: Server) -> None:
    reader = await come(published)
    page = reader.page
    row = next(it for it in latest(published)["provinces"] if it["scheme"] == "vn-2025" and not it["code"])
    await page.goto(f"{published.url}/#edition=latest&period=2025-10&measure=active&group=not-stated")
    await reader.drawn()
    words = await page.inner_text("#headline")
    assert "Mọi người · Từ trước đến nay" in words
    assert "2025" not in words.split("Đã đăng ký")[0]
    assert (await reader.headline())["registered"] == shown(row["registered"], 2)
    assert await page.input_value("#choose-measure") == "registered"
    assert "người có ngày đăng ký" in await page.inner_text("#country")
    groups = "all => all.map(it => it.value)"
    assert "not-stated" not in await page.eval_on_selector_all("#choose-group option", groups)
    assert "không hiện" in await page.inner_text(".legend")
    await reader.look("edition=latest&group=adults")
    assert list(await reader.headline()) == ["trained"]
    await reader.look("edition=latest&group=adults&scheme=vn-2004&unit=49")
    assert list(await reader.headline()) == ["registered", "trained", "confirmed"]
    assert await page.eval_on_selector_all("#choose-group option", groups) == ["*"]
    assert await page.locator("#groups").count() == 0


async def test_a_public_figure_says_what_it_lacks_and_that_it_is_of_before(
    come: Come, published: Server
) -> None:
    reader = await come(published)

    async def later(route: Route) -> None:
        answer = await route.fetch()
        edition = await answer.json()
        edition["number"] = 3
        for row in (it for it in edition["provinces"] if it["code"] in (None, "48")):
            row["registered"] = {"value": 1234, "edition": 2, "partial": row["code"] is None}
            row["trained"] = {"value": 1000, "edition": 3, "partial": False}
        for target in edition["targets"]:
            if target["plan"] == "quang-nam-2025":
                target["count"] = {"value": 321, "edition": 2, "partial": False}
        await route.fulfill(response=answer, json=edition)

    await reader.page.route("**/editions/latest", later)
    await reader.page.goto(f"{published.url}/#edition=latest")
    await reader.drawn()
    assert await reader.headline() == {"registered": "1.234*°", "trained": "1.000", "confirmed": "–"} | {
        "confirmed": (await reader.headline())["confirmed"]
    }
    assert (await reader.rows("provinces"))["Thành phố Đà Nẵng"][:2] == ["1.234°", "1.000"]
    assert (await reader.tiles())["Thành phố Đà Nẵng"] == "1.234° đã đăng ký"
    words = await reader.page.inner_text("#headline")
    assert "*: thiếu phần không hiện" in words
    assert "°: số của một bản trước" in words
    assert "321° " in await reader.page.inner_text("#targets")


async def test_an_edition_says_what_has_changed_and_how_it_is_verified(come: Come, published: Server) -> None:
    reader = await come(published)
    page = reader.page
    edition = latest(published)

    async def rows() -> list[list[str]]:
        found: list[list[str]] = await page.eval_on_selector_all(
            "#changes tbody tr", "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
        )
        return found

    await page.goto(f"{published.url}/#edition=latest")
    await reader.drawn()
    changes = [it for it in edition["changes"] if it["scheme"] == "vn-2025" or it["table"] == "targets"]
    shown_ = [it for it in changes if it["table"] != "groups"]
    assert {it["table"] for it in shown_} == {"provinces", "targets"}
    told = await rows()
    assert len(told) == len(shown_)
    nation = next(it for it in shown_ if it["code"] is None and it["figure"] == "registered")
    before, after = nation["before"], nation["after"]
    assert 0 < before < after
    counts = [written(before), written(after), f"+{written(after - before)}"]
    assert ["Cả nước", "Đã đăng ký", "Mọi người", *counts] in told
    appeared = [it for it in shown_ if it["before"] is None]
    assert appeared
    assert sum(it[3] == "–" and it[5] == "–" for it in told) == len(appeared)
    async with ClientSession() as session, session.get(f"{published.url}/editions/2") as response:
        assert sha256(await response.read()).hexdigest() in await page.inner_text("#changes")
    target = next(it for it in changes if it["table"] == "targets" and it["code"] is not None)
    await reader.look(f"edition=latest&scheme={target['scheme']}&unit={target['code']}")
    told = await rows()
    assert any(it[0].startswith("Chỉ tiêu: ") and it[3] == written(target["after"]) for it in told)
    of_place = [it for it in edition["changes"] if it["table"] != "groups"]
    of_place = [it for it in of_place if (it["scheme"], it["code"]) == (target["scheme"], target["code"])]
    assert len(told) >= len(of_place) > 1
    await reader.look("edition=latest&group=adults")
    assert {it[2] for it in await rows()} == {"người dân trưởng thành"}
    await page.select_option("#choose-edition", "1")
    await page.wait_for_selector("#changes:has-text('Đây là bản công bố đầu tiên')")
    assert "Bản công bố số 1" in await page.inner_text("#headline")
    assert await rows() == []
    assert await page.input_value("#choose-edition") == "1"
    await page.select_option("#choose-edition", "latest")
    await page.wait_for_selector("#headline:has-text('Bản công bố số 2')")


async def test_that_there_is_no_edition_yet_is_told(come: Come, nothing: Server) -> None:
    reader = await come(nothing)
    await reader.page.goto(f"{nothing.url}/#edition=latest")
    await reader.page.wait_for_selector("[role=alert]:has-text('Chưa có bản công bố')")
    await reader.page.fill("#key", KEY)
    await reader.page.fill("#secret", SECRET)
    await reader.page.keyboard.press("Enter")
    await reader.page.wait_for_selector("#empty:not([hidden])")
    assert "edition" not in reader.page.url
    reader.troubles[:] = [it for it in reader.troubles if "404" not in it]


async def test_an_edition_that_there_is_not_is_not_said_to_be_the_first(
    come: Come, published: Server
) -> None:
    reader = await come(published)
    await reader.page.goto(f"{published.url}/#edition=99")
    await reader.page.wait_for_selector("[role=alert]:has-text('Không có bản công bố này')")
    reader.troubles[:] = [it for it in reader.troubles if "404" not in it]


async def test_an_official_looks_at_an_edition_and_comes_back(come: Come, published: Server) -> None:
    reader = await come(published)
    await reader.open()
    await reader.page.click("#headline a:text('bản công bố mới nhất')")
    await reader.page.wait_for_selector("#headline:has-text('Bản công bố số 2')")
    await reader.settled()
    assert len(await reader.headline()) == 3
    await reader.page.click("#leave")
    await reader.page.wait_for_selector("#trend")
    assert len(await reader.headline()) == 5
    await reader.page.evaluate("location.hash = 'edition=99'")
    await reader.page.wait_for_selector("#notice:has-text('Không có bản công bố này')")
    await reader.page.click("#notice button")
    await reader.page.wait_for_selector("#notice", state="hidden")
    assert "edition" not in reader.page.url
    reader.troubles[:] = [it for it in reader.troubles if "404" not in it]


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

    nearly: Json = {**behind, "count": 3198, "denominator": 4000, "percent": 79.95, "value": "79.955"}

    async def with_denominators(route: Route) -> None:
        answer = await route.fetch()
        report = await answer.json()
        plan = next(it for it in report["plans"] if it["plan"] == "quang-nam-2025")
        for target, change in zip(plan["targets"], (behind, over, {}, nearly), strict=False):
            target.update(change)
        await route.fulfill(response=answer, json=report)

    await reader.page.route("**/reports/targets", with_denominators)
    await reader.open("unit=48&measure=targets")
    first, second, third, fourth = await reader.page.locator("#targets .target").all_inner_texts()
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
    assert "79,9 % (3.198 trên 4.000 người)" in fourth
    assert "chỉ tiêu 79,955 %" in fourth
    assert "Chưa đạt" in fourth
    share = "it.getBoundingClientRect().width / it.parentElement.getBoundingClientRect().width"
    shares = await reader.page.eval_on_selector_all("#targets .bar-fill", f"all => all.map(it => {share})")
    assert [round(it, 2) for it in shares] == [0.25, 1, 0.8]
    assert (await reader.tiles())["Thành phố Đà Nẵng"] == "1/4 chỉ tiêu đạt"

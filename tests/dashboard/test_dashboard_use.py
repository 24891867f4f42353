"""The page as people use it: by pointer and by address, on a phone, on paper, in two languages."""

from __future__ import annotations

import pytest
from playwright.async_api import Download, Route

from schemas.unit import SCHEMES
from tests.acceptance.server import KEY, SECRET, Server, basic
from tests.dashboard.conftest import Come
from tests.dashboard.page import COUNTS, NARROWEST, PHONE, report, written

pytestmark = pytest.mark.asyncio(loop_scope="module")

WHITE = "rgb(255, 255, 255)"


async def test_who_drills_down_and_goes_back_sees_what_they_saw(come: Come, nation: Server) -> None:
    reader = await come()
    await reader.open()
    page = reader.page
    await page.click('[data-place="48"]')
    await page.wait_for_selector("#communes")
    assert await reader.place() == "Thành phố Đà Nẵng"
    assert "unit=48" in page.url
    province = report(nation, "provinces/vn-2025/48")
    line = max(
        (it for it in province["communes"]["lines"] if it["code"].isdigit()), key=lambda it: it["registered"]
    )
    await page.click(f"#communes a:text-is('{line['name']}')")
    await page.wait_for_selector("#commune")
    shown = await page.eval_on_selector_all("#commune dd", "all => all.map(it => it.textContent)")
    assert shown == [written(line[it]) for it in COUNTS]
    address = page.url
    await page.go_back()
    await page.wait_for_selector("#commune", state="detached")
    assert await reader.place() == "Thành phố Đà Nẵng"
    await page.go_back()
    await page.wait_for_selector("#provinces")
    assert await reader.place() == "Cả nước"
    other = await come()
    await other.open(address.partition("#")[2])
    assert await other.page.inner_text("#commune h2") == line["name"]


async def test_a_bar_of_a_month_leads_to_its_days(come: Come, nation: Server) -> None:
    reader = await come()
    await reader.open("measure=active")
    box = await reader.page.locator("#trend .u-over").bounding_box()
    assert box is not None
    steps = report(nation, "trend")["steps"]
    await reader.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    said = await reader.page.inner_text("#trend .readout")
    month, _, rest = said.partition(": ")
    step = next(it for it in steps if it["period"] == "-".join(reversed(month.split("/"))))
    assert rest == f"{written(step['active'])} đang học"
    await reader.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await reader.page.wait_for_selector("#trend h2:has-text('theo ngày')")
    assert f"period={step['period']}" in reader.page.url
    assert await reader.page.input_value("#choose-period") == step["period"]
    await reader.page.click("#trend a")
    await reader.page.wait_for_selector("#trend h2:has-text('theo tháng')")
    assert reader.page.url.endswith(f"period={step['period'][:4]}&measure=active")


async def test_one_wrong_clock_leaves_room_for_the_other_months(come: Come) -> None:
    reader = await come()
    first = ""

    async def with_old(route: Route) -> None:
        nonlocal first
        answer = await route.fetch()
        trend = await answer.json()
        first = trend["steps"][0]["period"]
        old = {**trend["steps"][0], "period": "0098-12"}
        trend["steps"] = [old, {**old, "period": "0099-01"}, *trend["steps"]]
        await route.fulfill(response=answer, json=trend)

    await reader.page.route("**/reports/trend?*", with_old)
    await reader.open()
    over = reader.page.locator("#trend .u-over")
    box = await over.bounding_box()
    assert box is not None
    told: list[str] = []
    for step in range(80):
        await reader.page.mouse.move(box["x"] + box["width"] * (step + 0.5) / 80, box["y"] + 50)
        # the chart follows the pointer with the next frame
        await reader.page.evaluate(
            "new Promise(it => requestAnimationFrame(() => requestAnimationFrame(it)))"
        )
        said = (await reader.page.inner_text("#trend .readout")).split(":")[0]
        if said not in told:
            told.append(said)
    assert told[:3] == ["12/0098", "01/0099", "/".join(reversed(first.split("-")))]
    assert len(told) > 10


@pytest.mark.parametrize(
    ("typed", "said", "state"),
    [
        ("da nang", "Thành phố Đà Nẵng", "unit=48"),
        ("QUẢNG NAM", "Tỉnh Quảng Nam", "scheme=vn-2004&unit=49"),
        ("hoi an", "Phường Hội An", "unit=48&commune="),
        ("truong sa", "Đặc khu Trường Sa", "unit=56&commune=22736"),
        ("Huế", "Thành phố Huế", "unit=46"),
    ],
)
async def test_a_place_is_found_with_and_without_its_marks(
    come: Come, typed: str, said: str, state: str
) -> None:
    reader = await come()
    await reader.open()
    page = reader.page
    async with page.expect_response("**/communes-vn-2025.json"):
        await page.focus("#search")
    await page.keyboard.type(typed)
    await page.wait_for_selector(f"#found-0:has-text('{said}')")
    assert await page.get_attribute("#search", "aria-expanded") == "true"
    assert await page.get_attribute("#search", "aria-activedescendant") == "found-0"
    await page.keyboard.press("Enter")
    await page.wait_for_function("state => location.hash.includes(state)", arg=state)
    await reader.settled()
    found = "#commune h2" if "commune=" in state else "#place"
    assert (await page.inner_text(found)).startswith(said)


async def test_nothing_found_is_said_and_escape_closes(come: Come) -> None:
    reader = await come()
    await reader.open()
    await reader.page.fill("#search", "zzz")
    assert "Không tìm thấy" in await reader.page.inner_text("#found")
    await reader.page.keyboard.press("Escape")
    assert await reader.page.is_hidden("#found")
    assert await reader.page.get_attribute("#search", "aria-expanded") == "false"


async def test_boundaries_are_switched_and_a_place_goes_along_where_it_is_one(
    come: Come, nation: Server
) -> None:
    reader = await come()
    await reader.open("unit=48")
    page = reader.page
    assert "Gồm Đà Nẵng, Quảng Nam trước đây" in await page.inner_text("#headline")
    await page.click("#headline .relation a:text-is('Quảng Nam')")
    await page.wait_for_selector("#place:has-text('Tỉnh Quảng Nam')")
    await reader.settled()
    line = next(it for it in report(nation, "provinces?scheme=vn-2004")["lines"] if it["code"] == "49")
    assert (await reader.headline())["registered"] == written(line["registered"])
    assert len(await reader.tiles()) == 63
    await page.click("label:has(input[value='vn-2025'])")
    await page.wait_for_selector("#place:has-text('Thành phố Đà Nẵng')")
    await page.click("label:has(input[value='vn-2004'])")
    await page.wait_for_selector("#place:has-text('Cả nước')")
    assert await page.evaluate("document.activeElement.value") == "vn-2004"


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_the_map_shows_hoang_sa_and_truong_sa_with_their_provinces(come: Come, scheme: str) -> None:
    reader = await come()
    await reader.open(f"scheme={scheme}")
    islands = await reader.page.eval_on_selector_all(".island a", "all => all.map(it => it.textContent)")
    assert islands == ["Hoàng Sa thuộc Đà Nẵng", "Trường Sa thuộc Khánh Hòa"]
    await reader.page.click(".island a >> nth=1")
    await reader.page.wait_for_selector("#place:has-text('Tỉnh Khánh Hòa')")


async def test_english_is_spoken_on_request_and_kept(come: Come, nation: Server) -> None:
    reader = await come()
    await reader.open("unit=01")
    assert await reader.page.get_attribute("html", "lang") == "vi"
    await reader.page.click("#language")
    await reader.page.wait_for_selector("#controls :text('Everybody')", state="attached")
    await reader.settled()
    assert await reader.page.get_attribute("html", "lang") == "en"
    line = next(it for it in report(nation, "provinces")["lines"] if it["code"] == "01")
    assert (await reader.headline())["registered"] == written(line["registered"], "en")
    assert "language=en" in reader.page.url
    text = await reader.page.inner_text("#headline")
    assert "Complete through" in text
    assert "Trọn vẹn" not in text
    await reader.page.goto(f"{nation.url}/#")
    await reader.page.reload()
    await reader.drawn()
    assert await reader.page.get_attribute("html", "lang") == "en"


async def test_dark_is_by_the_system_or_by_choice(come: Come) -> None:
    dark = await come(color_scheme="dark")
    await dark.open()
    background = "getComputedStyle(document.querySelector('.card')).backgroundColor"
    assert await dark.page.evaluate(background) != WHITE
    light = await come(color_scheme="light")
    await light.open()
    assert await light.page.evaluate(background) == WHITE
    await light.page.wait_for_selector(".u-over")
    before = await light.page.locator("#trend canvas").screenshot()
    for expected in ("sáng", "tối"):
        await light.page.click("#theme")
        assert expected in await light.page.inner_text("#theme")
    assert await light.page.evaluate(background) != WHITE
    assert await light.page.locator("#trend canvas").screenshot() != before
    await light.page.reload()
    await light.drawn()
    assert await light.page.evaluate(background) != WHITE


async def test_on_paper_there_are_figures_and_no_controls(come: Come) -> None:
    reader = await come(color_scheme="dark")
    await reader.open("unit=48")
    await reader.page.emulate_media(media="print")
    await reader.page.wait_for_selector("#trend table", state="visible")
    for hidden in ("#controls", ".search", ".tools", ".foot", ".filter"):
        assert not await reader.page.is_visible(hidden), hidden
    assert await reader.page.evaluate("getComputedStyle(document.body).backgroundColor") == WHITE
    assert await reader.page.evaluate("getComputedStyle(document.body).color") == "rgb(24, 32, 38)"
    # no row is cut off in a box that would scroll
    cut = (
        "[...document.querySelectorAll('.scroll')].filter(it => it.scrollHeight > it.clientHeight + 1).length"
    )
    assert await reader.page.evaluate(cut) == 0
    assert (await reader.page.pdf()).startswith(b"%PDF")
    await reader.page.emulate_media(media="screen")
    await reader.page.wait_for_selector("#trend table", state="hidden")


@pytest.mark.parametrize("size", [PHONE, NARROWEST])
@pytest.mark.parametrize("state", ["", "scheme=vn-2004&language=en", "unit=48&commune=20333&group=cadres"])
async def test_a_phone_shows_all_of_it_without_scrolling_aside(
    come: Come, size: tuple[int, int], state: str
) -> None:
    reader = await come(size=size, has_touch=True)
    await reader.open(state)
    assert await reader.too_wide() == 0
    small = await reader.page.eval_on_selector_all(
        "button, select, .tile",
        "all => all.filter(it => it.checkVisibility() && it.closest('thead') === null)"
        ".filter(it => it.getBoundingClientRect().height < 24).map(it => it.outerHTML.slice(0, 80))",
    )
    assert small == []


@pytest.mark.parametrize("width", [1280, 1000, 390])
async def test_no_name_on_the_map_is_broken_in_a_word(come: Come, width: int) -> None:
    reader = await come(size=(width, 900))
    await reader.open()
    broken = await reader.page.eval_on_selector_all(
        ".tile-name",
        """all => all.filter(({ firstChild: text }) => [...text.data].some((letter, at) => {
            if (at === 0 || /[ -]/.test(text.data[at - 1])) return false;
            const [before, here] = [at - 1, at].map(from => {
                const range = document.createRange();
                range.setStart(text, from);
                range.setEnd(text, from + 1);
                return range.getBoundingClientRect().top;
            });
            return here > before + 3;
        })).map(it => it.textContent)""",
    )
    assert broken == []


async def test_a_file_is_what_the_report_is_as_a_table(come: Come, nation: Server) -> None:
    reader = await come()
    await reader.open("scheme=vn-2004&group=adults")
    async with reader.page.expect_download() as waited:
        await reader.page.click("#provinces button.quiet")
    download: Download = await waited.value
    assert download.suggested_filename == "provinces.csv"
    rows = (await download.path()).read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == 1 + 63 + 2 + 1
    assert rows[1].startswith("vn-2004,vn-2004/01,01,Thành phố Hà Nội,total,adults,")


async def test_a_column_sorts_both_ways(come: Come) -> None:
    reader = await come()
    await reader.open()
    header = reader.page.locator("#provinces th:has-text('Có chứng nhận')")
    for order, sign in (("descending", -1), ("ascending", 1)):
        await header.locator("button").click()
        assert await header.get_attribute("aria-sort") == order
        shown = [int(it[3]) for it in list((await reader.rows("provinces")).values())[:34]]
        assert shown == sorted(shown, key=lambda it: sign * it)
        assert len(set(shown)) > 2


async def test_the_credential_is_a_header_and_in_no_address(come: Come, nation: Server) -> None:
    reader = await come()
    asked: list[tuple[str, str | None]] = []
    reader.page.on("request", lambda it: asked.append((it.url, it.headers.get("authorization"))))
    await reader.open("unit=48")
    assert await reader.page.locator("#secret").count() == 0
    await reader.look("unit=01")
    reports = [it for it in asked if "/reports/" in it[0]]
    assert len(reports) > 8
    assert {it[1] for it in reports} == {basic(KEY, SECRET)}
    assert {it[1] for it in asked if "/reports/" not in it[0]} == {None}
    assert not [it for it, _ in asked if SECRET in it]
    assert SECRET not in reader.page.url
    kept = "Object.keys(localStorage).length + '/' + Object.keys(sessionStorage).length"
    assert await reader.page.evaluate(kept) == "0/1"
    await reader.page.click("#leave")
    await reader.page.wait_for_selector("#key")
    assert await reader.page.evaluate(kept) == "0/0"
    assert "Đà Nẵng" not in (await reader.page.text_content("main") or "")
    assert "Đà Nẵng" not in await reader.page.title()
    await reader.page.reload()
    await reader.page.wait_for_selector("#key")

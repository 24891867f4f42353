"""What the page says when there is nothing to show, or nobody answers."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Route

from tests.acceptance.server import KEY, SECRET, Server
from tests.dashboard.conftest import Come
from tests.dashboard.page import Reader

pytestmark = pytest.mark.asyncio(loop_scope="module")


def forgive(reader: Reader, *texts: str) -> None:
    """Take out what the browser itself wrote of answers that are errors; each must be there."""
    for text in texts:
        assert any(text in it for it in reader.troubles), (text, reader.troubles)
    reader.troubles[:] = [it for it in reader.troubles if not any(text in it for text in texts)]


async def test_a_wrong_secret_is_told_and_asked_for_again(come: Come, nation: Server) -> None:
    reader = await come()
    page = reader.page
    await page.goto(f"{nation.url}/#unit=48")
    await page.fill("#key", KEY)
    await page.fill("#secret", "wrong")
    await page.click("#sign-in button")
    await page.wait_for_selector("[role=alert]:has-text('không đúng')")
    assert await page.evaluate("sessionStorage.length") == 0
    assert await page.evaluate("document.activeElement.id") == "key"
    forgive(reader, "401")
    await page.fill("#key", KEY)
    await page.fill("#secret", SECRET)
    await page.keyboard.press("Enter")
    await reader.drawn()
    assert await reader.place() == "Thành phố Đà Nẵng"


async def test_a_credential_without_the_scope_is_told_what_it_lacks(come: Come, nation: Server) -> None:
    key, secret = nation.credential("silent-school", "statements/write")
    reader = await come()
    await reader.page.goto(nation.url)
    await reader.page.fill("#key", key)
    await reader.page.fill("#secret", secret)
    await reader.page.keyboard.press("Enter")
    await reader.page.wait_for_selector("[role=alert]:has-text('reports/read')")
    forgive(reader, "403")


async def test_an_overloaded_server_is_asked_again_when_it_says(come: Come) -> None:
    reader = await come()
    await reader.open()
    asked = 0

    async def busy(route: Route) -> None:
        nonlocal asked
        asked += 1
        error = {"error": {"code": "store-unavailable", "message": "The store does not answer."}}
        await route.fulfill(status=503, json=error, headers={"Retry-After": "2"})

    await reader.page.route("**/reports/provinces?*", busy)
    await reader.page.evaluate("location.hash = 'group=adults'")
    await reader.page.wait_for_selector("#notice:has-text('sau 2 giây')")
    assert await reader.page.get_attribute("#notice", "role") == "alert"
    before = asked
    await reader.page.click("#notice button")
    await reader.page.wait_for_selector("#notice:has-text('sau 2 giây')")
    assert asked > before
    await reader.page.unroute("**/reports/provinces?*")
    await reader.page.wait_for_selector("#notice", state="hidden")
    await reader.settled()
    assert "người dân trưởng thành" in await reader.page.inner_text("#headline")
    forgive(reader, "503")


async def test_without_a_network_it_says_so_and_goes_on_when_there_is_one(come: Come) -> None:
    reader = await come()
    await reader.open()
    await reader.context.set_offline(True)
    await reader.page.evaluate("location.hash = 'unit=48'")
    await reader.page.wait_for_selector("#notice:has-text('Kiểm tra mạng')")
    assert await reader.place() == "Cả nước"
    await reader.context.set_offline(False)
    await reader.page.wait_for_selector("#notice", state="hidden")
    await reader.settled()
    assert await reader.place() == "Thành phố Đà Nẵng"
    forgive(reader, "ERR_INTERNET_DISCONNECTED")


async def test_an_answer_that_breaks_off_is_told(come: Come) -> None:
    reader = await come()
    await reader.open()

    async def half(route: Route) -> None:
        await route.fulfill(status=200, content_type="application/json", body='{"head": {"through"')

    await reader.page.route("**/reports/provinces?*", half)
    await reader.page.evaluate("location.hash = 'period=2025'")
    await reader.page.wait_for_selector("#notice:has-text('Không kết nối được')")
    assert "vẫn là của lựa chọn trước" in await reader.page.inner_text("#notice")
    await reader.page.unroute("**/reports/provinces?*")
    await reader.page.click("#notice button")
    await reader.page.wait_for_selector("#notice", state="hidden")
    await reader.settled()
    assert "Mọi người · 2025" in await reader.page.inner_text("#headline")


async def test_a_server_that_never_answers_is_told(come: Come) -> None:
    reader = await come()
    await reader.open()
    await reader.page.clock.install()
    asked = asyncio.Event()

    async def silent(route: Route) -> None:
        asked.set()

    await reader.page.route("**/reports/provinces?*", silent)
    await reader.page.evaluate("location.hash = 'period=2025'")
    await asked.wait()
    assert not await reader.page.is_visible("#notice")
    await reader.page.clock.fast_forward(60_000)
    await reader.page.wait_for_selector("#notice:has-text('Không kết nối được')")


async def test_what_was_told_is_not_tried_again_once_somebody_went_elsewhere(come: Come) -> None:
    reader = await come()
    await reader.open()
    await reader.context.set_offline(True)
    for state in ("unit=48", "unit=38", "unit=01"):
        await reader.page.evaluate("state => { location.hash = state; }", state)
        await reader.page.wait_for_selector("#notice:not([hidden])")
        await reader.page.wait_for_timeout(50)
    asked: list[str] = []
    reader.page.on("request", lambda it: asked.append(it.url) if "/reports/targets" in it.url else None)
    await reader.context.set_offline(False)
    await reader.page.wait_for_selector("#notice", state="hidden")
    await reader.settled()
    await reader.page.wait_for_timeout(200)
    assert len(asked) == 1
    forgive(reader, "ERR_INTERNET_DISCONNECTED")


async def test_what_does_not_exist_is_told(come: Come) -> None:
    reader = await come()
    await reader.open()
    await reader.page.evaluate("location.hash = 'unit=99'")
    await reader.page.wait_for_selector("#notice:has-text('Không có nơi')")
    await reader.page.evaluate("location.hash = ''")
    await reader.page.wait_for_selector("#notice", state="hidden")


async def test_an_address_of_another_form_is_as_if_it_were_not_there(come: Come) -> None:
    reader = await come()
    await reader.open("unit=<b>&scheme=vn-1900&period=tomorrow&measure=x&language=fr")
    assert await reader.place() == "Cả nước"
    assert await reader.page.locator(".tile").count() == 36


async def test_an_empty_store_says_how_to_begin(come: Come, nothing: Server) -> None:
    reader = await come(nothing)
    page = reader.page
    await page.goto(nothing.url)
    await page.fill("#key", KEY)
    await page.fill("#secret", SECRET)
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#empty:not([hidden])")
    text = await page.inner_text("#empty")
    assert "Chưa có số liệu" in text
    assert f"{nothing.url}/xapi/statements" in text
    assert "lrs simulate nation" in text


async def test_the_first_steps_that_an_empty_store_shows_work(come: Come, nothing: Server) -> None:
    reader = await come(nothing)
    page = reader.page
    await page.goto(nothing.url)
    await page.fill("#key", KEY)
    await page.fill("#secret", SECRET)
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#empty:not([hidden])")
    command = (await page.inner_text("#empty pre >> nth=0")).replace("KEY:SECRET", f"{KEY}:{SECRET}")
    posted = await asyncio.create_subprocess_exec("bash", "-c", command, stdout=asyncio.subprocess.PIPE)
    said, _ = await posted.communicate()
    assert said.startswith(b'["'), said
    for _ in range(100):
        await page.click("#empty button")
        await page.wait_for_timeout(200)
        if await page.is_visible("#board"):
            break
    await reader.drawn()
    assert (await reader.headline())["registered"] == "1"
    assert (await reader.tiles())["Thành phố Đà Nẵng"].startswith("1 ")

"""Nobody is kept out: by keyboard alone, with a screen reader, in every colour and width (WCAG 2.2 AA)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from tests.browser.installed import Installed
from tests.dashboard.conftest import Come
from tests.dashboard.page import DESKTOP, PHONE, Reader

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_by_keyboard_alone(come: Come) -> None:
    reader = await come()
    await reader.open()
    page = reader.page
    await page.focus("#choose-period")
    for _ in range(12):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.closest('.tiles') !== null"):
            break
    assert await _tile(reader) is not None
    assert await page.evaluate("document.querySelectorAll('.tile[tabindex=\"0\"]').length") == 1
    await page.focus('[data-place="48"]')
    path = []
    for key in ("ArrowUp", "ArrowUp", "ArrowDown", "ArrowDown", "ArrowRight", "ArrowLeft", "ArrowDown"):
        await page.keyboard.press(key)
        path.append(await _tile(reader))
    assert path == ["46", "44", "46", "48", "island-20333", "48", "51"]
    await page.keyboard.press("Home")
    assert await _tile(reader) == "08"
    await page.keyboard.press("End")
    assert await _tile(reader) == "92"
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert await page.evaluate(outline) == "solid"
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#communes")
    await reader.settled()
    assert await reader.place() == "Thành phố Cần Thơ"
    assert await _tile(reader) == "92"
    assert await page.get_attribute('[data-place="92"]', "aria-current") == "true"
    assert "Đã hiện Thành phố Cần Thơ" in await page.inner_text("#status")
    await page.keyboard.press("Escape")
    await page.wait_for_selector("#provinces")
    assert await _tile(reader) == "92"


async def _tile(reader: Reader) -> str | None:
    place: str | None = await reader.page.evaluate("document.activeElement.dataset.place ?? null")
    return place


async def test_every_stop_of_the_tab_key_can_be_seen(come: Come) -> None:
    reader = await come()
    await reader.open("unit=04")
    stops = 0
    await reader.page.focus("#skip")
    for _ in range(60):
        seen: dict[str, Any] = await reader.page.evaluate(
            """() => {
                const at = document.activeElement;
                const marked = at.matches('.segments input') ? at.nextElementSibling : at;
                const { outlineStyle, outlineWidth } = getComputedStyle(marked);
                const box = at.getBoundingClientRect();
                const width = parseFloat(outlineWidth);
                return { name: at.tagName, outline: outlineStyle, width, in: box.bottom > 0 };
            }"""
        )
        if seen["name"] == "BODY":
            break
        assert seen["outline"] == "solid", seen
        assert seen["width"] >= 2, seen
        assert seen["in"], seen
        stops += 1
        await reader.page.keyboard.press("Tab")
    assert stops > 20


VIEWS = [
    ("", DESKTOP, "light"),
    ("", DESKTOP, "dark"),
    ("scheme=vn-2004&measure=trained", DESKTOP, "light"),
    ("unit=48&commune=20333&language=en", DESKTOP, "dark"),
    ("unit=38&measure=targets", PHONE, "light"),
    ("scheme=vn-2004&unit=not-attributable", PHONE, "dark"),
]


@pytest.mark.parametrize(("state", "size", "colours"), VIEWS)
async def test_axe_finds_nothing_that_keeps_people_out(
    come: Come, installed_browser: Installed, state: str, size: tuple[int, int], colours: str
) -> None:
    reader = await come(size=size, color_scheme=colours)
    await reader.open(state)
    assert await _kept_out(reader, installed_browser) == []


async def test_axe_finds_nothing_in_the_form_for_a_credential(
    come: Come, installed_browser: Installed
) -> None:
    for colours in ("light", "dark"):
        reader = await come(color_scheme=colours)
        await reader.page.goto(reader.server.url)
        await reader.page.wait_for_selector("#key")
        assert await _kept_out(reader, installed_browser) == []


async def test_axe_sees_what_is_wrong(come: Come, installed_browser: Installed) -> None:
    reader = await come()
    await reader.open()
    await reader.page.evaluate("document.querySelector('label[for=search]').remove()")
    await reader.page.evaluate("document.getElementById('search').removeAttribute('placeholder')")
    assert "label" in " ".join(await _kept_out(reader, installed_browser))


async def _kept_out(reader: Reader, installed: Installed) -> list[str]:
    await reader.page.evaluate(installed.axe)
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = await reader.page.evaluate("rules => axe.run({ runOnly: rules })", rules)
    return [
        f"{it['id']}: {it['help']}: {' '.join(node['html'] for node in it['nodes'])[:300]}"
        for it in found["violations"]
    ]


async def test_headings_and_landmarks_stand_in_order(come: Come) -> None:
    reader = await come()
    await reader.open("unit=48")
    levels = await reader.page.eval_on_selector_all(
        "h1, h2, h3", "all => all.filter(it => it.checkVisibility()).map(it => Number(it.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for landmark in ("header", "main", "footer", "[role=search]", "nav"):
        assert await reader.page.locator(landmark).count() == 1, landmark

"""The page in a browser, as its readers use it: every step by what a person sees or a screen reader says."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.request import Request, urlopen

from playwright.async_api import Browser, BrowserContext, Page

from tests.acceptance.server import KEY, SECRET, Server, basic

Json = dict[str, Any]

FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
DESKTOP, PHONE, NARROWEST = (1440, 900), (390, 844), (320, 640)
COUNTS = ("registered", "active", "trained", "certified", "confirmed")
DRAWN = "#board:not([hidden]):not([aria-busy='true']) #sections > section"


def written(value: int, language: str = "vi") -> str:
    """A number as the page writes it: 1.234.567."""
    return f"{value:,}".replace(",", "." if language == "vi" else ",")


def report(server: Server, path: str) -> Json:
    """A report as the server answers it."""
    asked = Request(f"{server.url}/reports/{path}", headers={"Authorization": basic(KEY, SECRET)})
    with urlopen(asked) as response:
        answer: Json = json.load(response)
    return answer


@dataclass
class Reader:
    """Somebody at the page. `troubles`: errors that the browser wrote; `hosts`: whom it asked."""

    server: Server
    context: BrowserContext
    page: Page
    troubles: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    @classmethod
    async def come(
        cls, browser: Browser, server: Server, size: tuple[int, int] = DESKTOP, **more: Any
    ) -> Reader:
        """A reader in a browser of their own, without anything kept from before."""
        context = await browser.new_context(viewport={"width": size[0], "height": size[1]}, **more)
        page = await context.new_page()
        made = cls(server, context, page)
        page.set_default_timeout(15_000)
        page.on(
            "console", lambda it: made.troubles.append(it.text) if it.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda it: made.troubles.append(str(it)))
        context.on("request", lambda it: made.hosts.add(re.sub(r"^(\w+://[^/]*).*", r"\1", it.url)))
        return made

    async def open(self, state: str = "", *, key: str = KEY, secret: str = SECRET) -> None:
        """Open a view as somebody who has a credential."""
        await self.page.goto(f"{self.server.url}/#{state}")
        await self.page.fill("#key", key)
        await self.page.fill("#secret", secret)
        await self.page.keyboard.press("Enter")
        await self.drawn()

    async def drawn(self) -> None:
        """Wait until what was asked for is there."""
        await self.page.wait_for_selector(DRAWN)

    async def look(self, state: str) -> None:
        """Go to another view by its address."""
        said = await self.page.inner_text("#status")
        await self.page.evaluate("state => { location.hash = state; }", state)
        await self.page.wait_for_function(
            "said => document.getElementById('status').textContent !== said", arg=said
        )
        await self.drawn()

    async def settled(self) -> None:
        """Wait until the view is the one that the address has."""
        await self.page.wait_for_timeout(50)
        await self.drawn()

    async def place(self) -> str:
        """The heading."""
        return (await self.page.inner_text("#place")).split("\n")[0]

    async def headline(self) -> dict[str, str]:
        """The large figures, by measure."""
        found = await self.page.query_selector_all("#headline [data-measure]")
        return {str(await it.get_attribute("data-measure")): await it.inner_text() for it in found}

    async def rows(self, section: str) -> dict[str, list[str]]:
        """The table of a section: by the first cell of a row the others."""
        rows = await self.page.eval_on_selector_all(
            f"#{section} table :is(tbody, tfoot) tr",
            "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))",
        )
        return {row[0]: row[1:] for row in rows}

    async def tiles(self) -> dict[str, str]:
        """By name what the tile of a province says when it is reached."""
        said = await self.page.eval_on_selector_all(
            ".tile:not(.island *)", "tiles => tiles.map(tile => tile.dataset.words)"
        )
        return dict(it.split(": ", 1) for it in said)

    async def tiles_by_code(self) -> dict[str, str]:
        """By code what the tile of a province says: it has the name of today, whatever the period."""
        said = await self.page.eval_on_selector_all(
            ".tile:not(.island *)", "tiles => tiles.map(tile => [tile.dataset.place, tile.dataset.words])"
        )
        return {code: words.split(": ", 1)[1] for code, words in said}

    async def too_wide(self) -> int:
        """Pixels by which the page is wider than the window."""
        wide: int = await self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return wide


def figures(line: Mapping[str, Any], language: str = "vi") -> list[str]:
    """The figures of a line as a row of a table has them."""
    columns = [*COUNTS, *([] if line["statements"] is None else ["statements"])]
    return [written(line[column], language) for column in columns]

"""A server with a small nation, one with nothing, and a browser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.acceptance.engines import Engines
from tests.acceptance.figures import settled
from tests.acceptance.server import Server
from tests.browser.installed import Installed
from tests.dashboard.page import DESKTOP, FLAGS, Reader
from tests.dashboard.published import publish

LEARNERS = 400
SILENT = "silent-school"
Come = Callable[..., Awaitable[Reader]]


@pytest.fixture(scope="session")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Learners of every province, and a platform that is registered and sends nothing."""
    with Server(tmp_path_factory.mktemp("nation"), Engines("sqlite")) as server:
        server.start()
        server.lrs("simulate", "nation", "--learners", str(LEARNERS), "--url", server.url)
        server.lrs(
            "platform", "add", SILENT, "--home-page", "https://silent.example", "--provinces", "vn-2025/01"
        )
        asyncio.run(settled(server))
        yield server
        assert server.stop() == 0
        assert "Traceback" not in server.stderr, server.stderr


@pytest.fixture(scope="session")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server to which nobody has sent anything."""
    with Server(tmp_path_factory.mktemp("nothing"), Engines("sqlite")) as server:
        yield server.start()


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a nation of which an edition is published."""
    folder = tmp_path_factory.mktemp("published")
    with Server(folder, Engines("sqlite")) as server:
        publish(server.start(), folder)
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(installed_browser: Installed) -> AsyncIterator[Browser]:
    """A Chromium without a profile."""
    async with async_playwright() as playwright:
        program = installed_browser.program
        opened = await playwright.chromium.launch(executable_path=program, args=[*FLAGS])
        yield opened
        await opened.close()


@pytest_asyncio.fixture(loop_scope="module")
async def come(browser: Browser, nation: Server) -> AsyncIterator[Come]:
    """Lets readers come. Whatever they did, no other host was asked and the browser complained of nothing
    but what a test took out of `troubles`.
    """
    async with AsyncExitStack() as stack:
        readers: list[Reader] = []

        async def one(server: Server = nation, size: tuple[int, int] = DESKTOP, **more: Any) -> Reader:
            reader = await Reader.come(browser, server, size, **more)
            stack.push_async_callback(reader.context.close)
            readers.append(reader)
            return reader

        yield one
        for reader in readers:
            assert reader.troubles == []
            assert reader.hosts <= {reader.server.url}

"""Servers for the tests, always ended; a test that fails shows what they wrote to standard error."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.acceptance.client import Client
from tests.acceptance.engines import Engines
from tests.acceptance.nursery import Nursery
from tests.acceptance.server import Server

_LINES = 60


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed and isinstance(item, pytest.Function):
        for server in _servers(item):
            lines = server.stderr.splitlines()[-_LINES:]
            report.sections.append((f"standard error of the server in {server.folder}", "\n".join(lines)))
    return report


def _servers(item: pytest.Function) -> Iterator[Server]:
    for value in item.funcargs.values():
        if isinstance(value, Server):
            yield value
        elif isinstance(value, Nursery):
            yield from value.servers


@pytest.fixture(scope="session", params=["sqlite", "kafka+mongodb"])
def engines(request: pytest.FixtureRequest) -> Engines:
    """What servers stand on: every test runs on each, but for those marked `files`."""
    name: str = request.param
    return Engines(
        name,
        request.getfixturevalue("kafka_url") if "kafka" in name else None,
        request.getfixturevalue("mongo_url") if "mongodb" in name else None,
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what is about files where there are none."""
    items[:] = [
        item for item in items if item.get_closest_marker("files") is None or "kafka+mongodb" not in item.name
    ]


@pytest.fixture
def serve(tmp_path: Path, engines: Engines) -> Iterator[Nursery]:
    """Starts servers for one test."""
    with ExitStack() as stack:
        yield Nursery(tmp_path, engines, stack)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, engines: Engines) -> Iterator[Server]:
    """One server for a module's tests. It must end well, whatever they did to it."""
    with Server(tmp_path_factory.mktemp("server"), engines) as running:
        yield running.start()
        assert running.stop() == 0
        assert "Traceback" not in running.stderr, running.stderr


@pytest.fixture
async def client(server: Server) -> AsyncIterator[Client]:
    """A client of the module's server with the development credential."""
    async with Client(server) as opened:
        yield opened

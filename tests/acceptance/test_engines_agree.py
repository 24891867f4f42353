"""Files, and Kafka with MongoDB: the same statements make the same bytes of reports.

But for `through`, and for the moment at which the rules of each were made.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from schemas.unit import gazetteer
from tests.acceptance.client import Client
from tests.acceptance.engines import Engines
from tests.acceptance.figures import settled
from tests.acceptance.server import Server

_MOMENTS = re.compile(rb'("(?:through|created|since)":")[^"]*"|(?<=,)[0-9-]{10}T[0-9:.]+Z(?=[,\r\n]|$)')
PERIODS = ("total", "2025", "2025-04", "2025-04-18", "2025-08", "2026-03")
RUNS = {
    "quang-nam": ("simulate", "quang-nam-launch", "--august"),
    "nation": ("simulate", "nation", "--learners", "700"),
}


@pytest.fixture
def pair(tmp_path: Path, kafka_url: str, mongo_url: str) -> Iterator[list[Server]]:
    """A server on files, and one on Kafka and MongoDB."""
    both = (Engines("sqlite"), Engines("kafka+mongodb", kafka_url, mongo_url))
    with ExitStack() as stack:
        servers = []
        for engines in both:
            folder = tmp_path / engines.name
            folder.mkdir()
            servers.append(stack.enter_context(Server(folder, engines)))
        yield servers


def _paths() -> Iterator[str]:
    for scheme in ("vn-2004", "vn-2025"):
        for period in PERIODS:
            yield f"provinces?scheme={scheme}&period={period}"
        yield f"provinces?scheme={scheme}&group=cadres"
        yield f"provinces?scheme={scheme}&format=csv"
        for code in sorted(unit.province for unit in gazetteer().provinces(scheme)):
            yield f"provinces/{scheme}/{code}"
    yield "targets"
    yield "targets?format=csv"


async def _reports(server: Server) -> dict[str, bytes]:
    async with Client(server) as client:
        found = {}
        for path in _paths():
            answer = await client.send("GET", f"/reports/{path}")
            assert answer.status == 200, (path, answer.body)
            found[path] = _MOMENTS.sub(rb"\1", answer.body)
        return found


@pytest.mark.timeout(400)
@pytest.mark.parametrize("run", RUNS)
async def test_the_same_statements_make_the_same_reports(pair: list[Server], run: str) -> None:
    reports = []
    for server in pair:
        server.start()
        await asyncio.to_thread(server.lrs, *RUNS[run], "--url", server.url, timeout=300)
        await settled(server, patience=300)
        reports.append(await _reports(server))
        assert server.stop() == 0
    files, cluster = reports
    assert any(b'"registered":3444' in body for body in files.values()) is (run == "quang-nam")
    assert len(files) > 100
    for path, body in files.items():
        assert body == cluster[path], path

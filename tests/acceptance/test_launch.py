"""The launch morning in Quảng Nam, end to end: 3,444 learners registered, whatever dies meanwhile."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import time

import pytest

from tests.acceptance.client import Client
from tests.acceptance.figures import assert_recounted, metrics, settled, total
from tests.acceptance.nursery import Nursery
from tests.acceptance.server import Server

SIMULATION = ("simulate", "quang-nam-launch")


def _free_port() -> str:
    """A port that a server can come back to."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        return str(reserved.getsockname()[1])


async def _assert_launched(server: Server, *, august: bool) -> None:
    await settled(server, patience=300)
    async with Client(server) as client:
        before = await client.report("provinces/vn-2004/49")
        after = await client.report("provinces/vn-2025/48")
        day = await client.report("provinces", scheme="vn-2004", period="2025-04-18")
        targets = await client.report("targets", plan="quang-nam-2025")
        assert before["totals"]["registered"] == after["totals"]["registered"] == 3444
        (line,) = [it for it in day["lines"] if it["code"] == "49"]
        assert line["registered"] == day["nation"]["registered"] == 3444
        months = {it["month"]: it["active"] for it in after["months"]["lines"]}
        assert ("2025-08" in months) is august
        assert targets["plans"]
    found = await assert_recounted(server)
    assert found.figures["g|vn-2004/49|*|total|registered"] == 3444


async def _ended(process: subprocess.Popen[bytes], server: Server) -> None:
    assert await asyncio.to_thread(process.wait, 300) == 0, server.stderr


async def _acknowledged(server: Server, count: int) -> None:
    """Wait until so many statements are in the log."""
    deadline = time.monotonic() + 60
    async with Client(server) as client:
        while total(await metrics(client), "lrs_statements_total", outcome="appended") < count:
            assert time.monotonic() < deadline, server.stderr
            await asyncio.sleep(0.02)


async def test_the_launch_with_august_outlives_the_server(serve: Nursery) -> None:
    server = serve(port=_free_port())
    process = server.begin(*SIMULATION, "--august")
    await _acknowledged(server, 5000)
    server.kill()
    await asyncio.to_thread(server.start)
    await _ended(process, server)
    await _assert_launched(server, august=True)


@pytest.mark.soak
@pytest.mark.timeout(900)
async def test_the_launch_run_again_and_again_while_everything_dies_is_one_launch(serve: Nursery) -> None:
    server = serve(port=_free_port())
    for august in (False, False, True):
        process = server.begin(*SIMULATION, *(["--august"] if august else []))
        for victim in ("statements", "provinces", "server"):
            await asyncio.sleep(2)
            if victim == "server":
                server.kill()
                await asyncio.to_thread(server.start)
            else:
                await asyncio.to_thread(server.kill_child, victim)
        await _ended(process, server)
        await _assert_launched(server, august=august)
    await asyncio.to_thread(server.lrs, "rebuild")
    await _assert_launched(server, august=True)


@pytest.mark.soak
@pytest.mark.timeout(900)
async def test_the_nation_is_counted_as_the_recount_does(serve: Nursery) -> None:
    server = serve(port=_free_port())
    await asyncio.to_thread(server.lrs, "simulate", "nation", "--learners", "3000", timeout=600)
    await settled(server, patience=300)
    await assert_recounted(server)
    async with Client(server) as client:
        assert (await client.report("provinces"))["nation"]["registered"] == 3000

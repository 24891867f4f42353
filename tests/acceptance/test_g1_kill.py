"""G1, G2, G4: kill -9 of any process at any moment loses nothing, doubles nothing, and tears no batch."""

from __future__ import annotations

import asyncio
from itertools import cycle, islice
from random import Random

import pytest

from tests.acceptance.client import Client
from tests.acceptance.figures import assert_recounted
from tests.acceptance.load import Load
from tests.acceptance.nursery import Nursery
from tests.acceptance.server import Server

VICTIMS = ("server", "statements", "provinces", "lrs.endpoint.workers")
"""The server and its children: consumers, workers."""
SQLITE = ("writing", "reading")
"""Children that are there where the log and the store are files."""


@pytest.mark.timeout(300)
async def test_g1_a_kill_of_each_process_under_load_loses_and_doubles_nothing(serve: Nursery) -> None:
    await _outlived(serve(), kills=len(VICTIMS + SQLITE), seed=1)


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_g1_fifty_kills_under_load_lose_and_double_nothing(serve: Nursery) -> None:
    await _outlived(serve(), kills=50, seed=2, pause=0.04)


async def _outlived(server: Server, *, kills: int, seed: int, pause: float = 0.01) -> None:
    random = Random(seed)
    victims = VICTIMS + SQLITE if server.engines.embedded else VICTIMS
    async with Client(server) as client:
        async with Load(client, seed, pause=pause) as load:
            for victim in islice(cycle(victims), kills):
                await asyncio.sleep(random.uniform(0.2, 0.8))
                await asyncio.to_thread(_kill, server, victim)
                await load.acknowledged_more()
        found = await assert_recounted(server)
        load.assert_kept(found.ids)
        listed = await client.listing()
    assert len(listed) == len(set(listed))
    assert set(listed) == found.ids - found.voided
    assert len(load.acknowledged) > 10 * kills


def _kill(server: Server, victim: str) -> None:
    if victim == "server":
        server.kill()
        server.start()
    else:
        server.kill_child(victim)

"""The primary of a real replica set steps down."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import AutoReconnect

from tests.conftest import MakeCluster
from tests.faults.pipelines import Pipelines
from tests.faults.row import Row
from tests.faults.trial import trial

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]
AWAY = 20
"""Seconds for which the one that stepped down is no candidate."""


async def test_the_primary_of_the_store_steps_down(
    kafka_cluster: MakeCluster, pipelines: Pipelines, row: Row
) -> None:
    row.fault = "the primary of MongoDB's replica set steps down"
    row.done = f"`replSetStepDown` for {AWAY} s; another member takes over"
    url = os.environ.get("LRS_TEST_MONGODB")
    if url is None or await asyncio.to_thread(_members, url) < 3:
        pytest.skip("needs a replica set of three members in LRS_TEST_MONGODB")
    kafka = await asyncio.to_thread(kafka_cluster)
    pipeline = await asyncio.to_thread(pipelines(kafka.url, url).start)
    async with trial(pipeline, row, seed=51) as it:
        it.broken()
        await asyncio.to_thread(_step_down, url)
        it.mended()
        await asyncio.sleep(5)


def _members(url: str) -> int:
    with MongoClient[dict[str, Any]](url) as client:
        return len(client.admin.command("hello").get("hosts", ()))


def _step_down(url: str) -> None:
    with MongoClient[dict[str, Any]](url) as client, suppress(AutoReconnect):
        client.admin.command("replSetStepDown", AWAY)

"""G13: whoever has posted, reads it at once."""

from __future__ import annotations

import asyncio
import time
from uuid import uuid4

from tests.acceptance.client import Client
from tests.acceptance.load import Load
from tests.acceptance.making import statement
from tests.acceptance.nursery import Nursery


async def test_g13_a_statement_is_read_by_its_id_and_by_filter_right_after_it_was_posted(
    client: Client,
) -> None:
    for n in range(100):
        registration = str(uuid4())
        given = statement(f"reader-{n}", context={"registration": registration})
        await client.store(given)
        if n % 2:
            assert (await client.get(statementId=given["id"])).json()["actor"] == given["actor"]
        assert (await client.get(registration=registration)).ids == [given["id"]]


async def test_g13_many_who_write_and_read_at_once_each_read_their_own(client: Client) -> None:
    async def write_and_read() -> None:
        for _ in range(10):
            registration = str(uuid4())
            batch = [statement(context={"registration": registration}) for _ in range(5)]
            await client.store(*batch)
            found = (await client.get(registration=registration, ascending="true")).ids
            # a batch is stored in one millisecond, and ties have an order of each store's own
            assert sorted(found) == sorted(it["id"] for it in batch)

    async with asyncio.TaskGroup() as group:
        for _ in range(10):
            group.create_task(write_and_read())


async def test_g13_a_read_waits_for_nothing_that_is_written_after_it(serve: Nursery) -> None:
    async with Client(serve(read_your_writes="20")) as client, Load(client, seed=13, pause=0) as load:
        await load.acknowledged_more()
        began = time.monotonic()
        assert (await client.get(limit="1")).status == 200
        assert time.monotonic() - began < 10


async def test_g13_a_put_is_read_right_after_it(client: Client) -> None:
    given = statement()
    assert (await client.put(given, given["id"])).status == 204
    assert (await client.get(statementId=given["id"])).status == 200

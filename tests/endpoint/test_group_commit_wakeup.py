"""A request that comes while a flush ends is flushed too (G1, G11)."""

from __future__ import annotations

import asyncio

from lrs.endpoint.commit import GroupCommit
from schemas.ports import EventLog
from schemas.record import STATEMENTS, NewRecord

RECORD = NewRecord(b"{}")


async def test_a_request_that_comes_as_the_flush_ends_is_not_left_waiting(log: EventLog) -> None:
    """Each request is handed over by the answer to the one before it: at the very end of its flush."""
    commit = GroupCommit(log, STATEMENTS, await log.partitions(STATEMENTS))
    for _ in range(50):
        await asyncio.wait_for(commit.append([RECORD]), 5)
        await asyncio.sleep(0)
        await asyncio.wait_for(commit.append([RECORD]), 5)
    await commit.close()


async def test_close_flushes_what_was_handed_over_last(log: EventLog) -> None:
    commit = GroupCommit(log, STATEMENTS, await log.partitions(STATEMENTS))
    first = commit.append([RECORD])
    await first
    last = commit.append([RECORD])
    await asyncio.sleep(0)
    await commit.close()
    partition, offset = await asyncio.wait_for(last, 5)
    assert (partition, offset) != first.result()

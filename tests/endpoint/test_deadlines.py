"""Waiting with an end."""

from __future__ import annotations

import asyncio

import pytest

from lrs.endpoint.deadlines import Deadlines


async def test_who_is_told_in_time_waits_no_longer() -> None:
    deadlines = Deadlines(0.05)
    futures = [deadlines.future() for _ in range(3)]
    futures[1].set_result(None)
    futures[0].set_result(None)
    await asyncio.gather(futures[0], futures[1])
    async with asyncio.timeout(5):
        with pytest.raises(TimeoutError):
            await futures[2]


async def test_each_has_its_own_end_and_none_comes_before_it() -> None:
    deadlines, loop = Deadlines(0.1), asyncio.get_running_loop()
    ends = []

    async def wait(after: float) -> None:
        await asyncio.sleep(after)
        began = loop.time()
        with pytest.raises(TimeoutError):
            await deadlines.future()
        ends.append(loop.time() - began)

    async with asyncio.timeout(5):
        # the last one begins when nobody waits any more
        await asyncio.gather(*(wait(it) for it in (0, 0.03, 0.06, 0.3)))
    assert len(ends) == 4
    assert min(ends) >= 0.099


async def test_who_gives_up_is_forgotten() -> None:
    deadlines = Deadlines(0.02)
    for _ in range(1000):
        deadlines.future().cancel()
    assert len(deadlines._waiting) == 1
    last = deadlines.future()
    async with asyncio.timeout(5):
        with pytest.raises(TimeoutError):
            await last
    assert not deadlines._waiting

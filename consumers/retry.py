"""The one retry policy: what does not answer is asked again, ever more slowly, until it answers or we are
told to stop.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from schemas.errors import Unavailable

FIRST, LONGEST = 0.05, 5.0
"""Seconds before the second attempt, and the longest pause; each pause is drawn between half of that and
all of it.
"""
GRACE = 10.0
"""Seconds that a call has to finish after we were told to stop."""

log = logging.getLogger(__name__)
T = TypeVar("T")


class Stopped(Exception):
    """The consumer was told to stop while it waited for another attempt."""


async def patiently(call: Callable[[], Awaitable[T]], stop: asyncio.Event) -> T:
    """The result of `call`, called again as long as it raises Unavailable. Raises Stopped once `stop` is
    set; a call that is under way then has GRACE seconds to finish.
    """
    pause = FIRST
    while True:
        try:
            return await _finished(call, stop)
        except Unavailable as error:
            log.warning("%s; trying again in at most %.1f s", error or type(error).__name__, pause)
        with suppress(TimeoutError):
            async with asyncio.timeout(pause * random.uniform(0.5, 1)):  # noqa: S311 - no secret
                await stop.wait()
        if stop.is_set():
            raise Stopped
        pause = min(pause * 2, LONGEST)


async def _finished(call: Callable[[], Awaitable[T]], stop: asyncio.Event) -> T:
    """The result of one call. What it waits for may be away for hours, and we be told to stop."""
    calling = asyncio.ensure_future(call())
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({calling, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not calling.done():
            await asyncio.wait({calling}, timeout=GRACE)
        if not calling.done():
            raise Stopped
        return await calling
    finally:
        for task in (calling, stopping):
            task.cancel()
        await asyncio.gather(calling, stopping, return_exceptions=True)

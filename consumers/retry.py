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

log = logging.getLogger(__name__)
T = TypeVar("T")


class Stopped(Exception):
    """The consumer was told to stop while it waited for another attempt."""


async def patiently(call: Callable[[], Awaitable[T]], stop: asyncio.Event) -> T:
    """The result of `call`, called again as long as it raises Unavailable. Raises Stopped once `stop` is
    set.
    """
    pause = FIRST
    while True:
        try:
            return await call()
        except Unavailable as error:
            log.warning("%s; trying again in at most %.1f s", error or type(error).__name__, pause)
        with suppress(TimeoutError):
            async with asyncio.timeout(pause * random.uniform(0.5, 1)):  # noqa: S311 - no secret
                await stop.wait()
        if stop.is_set():
            raise Stopped
        pause = min(pause * 2, LONGEST)

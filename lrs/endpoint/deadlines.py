"""Waiting with an end, by one timer for everybody who waits equally long."""

from __future__ import annotations

import asyncio
from collections import deque


class Deadlines:
    """Makes futures that are waited for no longer than `seconds`.

    A timer for each request (`asyncio.timeout`) costs a tenth of what the endpoint does for it, and next to
    none of them ever runs out.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._waiting: deque[tuple[float, asyncio.Future[None]]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def future(self) -> asyncio.Future[None]:
        """A future that raises TimeoutError where nobody has made it done in time."""
        loop = asyncio.get_running_loop()
        self._forget_done()
        future: asyncio.Future[None] = loop.create_future()
        self._waiting.append((loop.time() + self._seconds, future))
        if self._timer is None:
            self._timer = loop.call_later(self._seconds, self._expire)
        return future

    def _expire(self) -> None:
        loop = asyncio.get_running_loop()
        self._forget_done()
        while self._waiting and self._waiting[0][0] <= loop.time():
            self._waiting.popleft()[1].set_exception(TimeoutError())
            self._forget_done()
        self._timer = loop.call_at(self._waiting[0][0], self._expire) if self._waiting else None

    def _forget_done(self) -> None:
        waiting = self._waiting
        while waiting and waiting[0][1].done():
            waiting.popleft()

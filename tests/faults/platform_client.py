"""A platform that remembers when it was answered what."""

from __future__ import annotations

import time
from itertools import pairwise

import aiohttp

from tests.acceptance.client import Answer, Client
from tests.acceptance.making import Json
from tests.acceptance.server import Server


class Platform(Client):
    """A client whose posts are timed. Where the server may fail, 500 too is for it a reason to try again."""

    def __init__(self, server: Server, *, may_fail: bool = False) -> None:
        super().__init__(server)
        self._may_fail = may_fail
        self.acknowledged: list[float] = []
        """When (`time.monotonic`) posts were answered 200."""
        self.refused: list[float] = []
        self.unanswered: list[float] = []
        self.failed: list[float] = []

    async def __aenter__(self) -> Platform:
        await super().__aenter__()
        return self

    async def post(self, body: Json | list[Json], url: str | None = None) -> Answer:
        try:
            answer = await super().post(body, url)
        except (aiohttp.ClientError, ConnectionError, TimeoutError):
            self.unanswered.append(time.monotonic())
            raise
        if answer.status == 200:
            self.acknowledged.append(time.monotonic())
        elif answer.status == 503:
            self.refused.append(time.monotonic())
        elif answer.status == 500 and self._may_fail:
            self.failed.append(time.monotonic())
            raise ConnectionError("the server has failed")
        return answer

    async def get(self, **parameters: str) -> Answer:
        answer = await super().get(**parameters)
        if answer.status == 500 and self._may_fail:
            raise ConnectionError("the server has failed")
        return answer

    def outage(self, since: float) -> float:
        """The longest time without an acknowledgement after `since`, until the last one."""
        moments = [since, *(it for it in self.acknowledged if it > since)]
        return max((later - earlier for earlier, later in pairwise(moments)), default=0.0)

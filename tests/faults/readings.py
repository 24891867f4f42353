"""What a reader was told is complete, to be compared with what came to be stored (G5)."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import TracebackType

import aiohttp

from schemas.xapi import format_timestamp, parse_timestamp
from tests.acceptance.client import Answer, Client
from tests.recount.statement import Json

PAUSE = 0.2


class Readings:
    """Reads from `async with` to its end, again and again, what was stored since its last reading."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._readings: list[tuple[int, int, set[str]]] = []
        """Each of what was stored after the first and before the second millisecond."""
        self._through = 0
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Readings:
        self._task = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._task is not None
        if self._task.done():
            self._task.result()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    def assert_true(self, listed: list[Json]) -> None:
        """Nothing that is listed now was missing where a reader was told that it had all."""
        assert len(self._readings) > 3
        stored = {it["id"]: parse_timestamp(it["stored"]) for it in listed}
        for since, through, found in self._readings:
            missing = {it for it, moment in stored.items() if since < moment < through} - found
            assert not missing, f"a reader of ({since}, {through}) was not told of {sorted(missing)[:5]}"

    async def _read(self) -> None:
        while True:
            with suppress(aiohttp.ClientError, ConnectionError, TimeoutError):
                await self._reading()
            await asyncio.sleep(PAUSE)

    async def _reading(self) -> None:
        since = self._through
        asked = {"since": format_timestamp(since), "ascending": "true"}
        answer = await self._client.get(**asked)
        if not self._answered(answer):
            return
        through = answer.through
        assert through >= since, "consistent-through went back"
        found = set(answer.ids)
        while (more := answer.json()["more"]) and _last(answer) < through:
            answer = await self._client.send("GET", more)
            if not self._answered(answer):
                return
            found.update(answer.ids)
        self._readings.append((since, through, found))
        self._through = max(since, through - 1)

    @staticmethod
    def _answered(answer: Answer) -> bool:
        assert answer.status in (200, 503), (answer.status, answer.body)
        return answer.status == 200


def _last(answer: Answer) -> int:
    return parse_timestamp(answer.json()["statements"][-1]["stored"])

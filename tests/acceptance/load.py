"""Load: tasks that post one batch after another and remember what they were told."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from random import Random
from types import TracebackType
from uuid import UUID

import aiohttp

from tests.acceptance.client import Client
from tests.acceptance.making import DA_NANG, LAM_DONG, QUANG_NAM, Json, account, statement, void
from tests.acceptance.server import PATIENCE

_VERBS = ("registered", "initialized", "completed", "progressed", "passed", "attended", "asked")
_UNITS = (
    QUANG_NAM,
    DA_NANG,
    LAM_DONG,
    {**QUANG_NAM, "commune": "20335"},
    {**DA_NANG, "province": "99"},
    None,
)
_GROUPS = (["cadres"], ["secondary-pupils"], ["enterprise-leaders", "party-members"], None)


class Load:
    """Posts from `async with` to its end. Batches that were never answered are *in doubt*.

    A batch without an answer is sent again as it is, or given up for another one, as the dice fall. A few
    statements void others.
    """

    def __init__(self, client: Client, seed: int, *, tasks: int = 5, largest: int = 20, pause: float = 0.01):
        self.acknowledged: list[list[str]] = []
        self.in_doubt: list[list[str]] = []
        self.about: dict[str, set[str]] = defaultdict(set)
        """By learner the statements about nobody else."""
        self._client = client
        self._random = Random(seed)
        self._count = tasks
        self._largest = largest
        self._pause = pause
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = False

    async def __aenter__(self) -> Load:
        self._tasks = [asyncio.create_task(self._post()) for _ in range(self._count)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping = True
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*self._tasks)

    def assert_kept(self, ids: set[str]) -> None:
        """All that was acknowledged is there, every batch whole or absent, and nothing else."""
        known = {it for batch in self.acknowledged for it in batch}
        assert known - ids == set()
        for batch in self.in_doubt:
            there = ids.intersection(batch)
            assert there in (set(), set(batch))
            known |= there
        assert ids - known == set()

    async def acknowledged_more(self) -> None:
        """Wait until another batch is acknowledged."""
        before = len(self.acknowledged)
        async with asyncio.timeout(PATIENCE):
            while len(self.acknowledged) == before:  # noqa: ASYNC110 - a poll is all that a test needs
                await asyncio.sleep(0.01)

    async def _post(self) -> None:
        while not self._stopping:
            batch = self._batch()
            ids = [it["id"] for it in batch]
            if await self._acknowledged(batch):
                self.acknowledged.append(ids)
            else:
                self.in_doubt.append(ids)
            await asyncio.sleep(self._random.uniform(0, 2 * self._pause))

    async def _acknowledged(self, batch: list[Json]) -> bool:
        while True:
            try:
                answer = await self._client.post(batch)
            except (aiohttp.ClientError, ConnectionError, TimeoutError):
                if self._stopping or self._random.random() < 0.3:
                    return False
            else:
                if answer.status == 200:
                    assert answer.ids == [it["id"] for it in batch]
                    return True
                assert answer.status == 503, (answer.status, answer.body)
                assert answer.headers["Retry-After"]
            await asyncio.sleep(0.05)

    def _batch(self) -> list[Json]:
        return [self._statement() for _ in range(self._random.randint(1, self._largest))]

    def _statement(self) -> Json:
        random = self._random
        identifier = str(UUID(int=random.getrandbits(128), version=4))
        if self.acknowledged and random.random() < 0.02:
            return void(random.choice(random.choice(self.acknowledged)), identifier=identifier)
        learner = f"learner-{random.randrange(1000)}"
        month, day, hour = random.randint(4, 9), random.randint(1, 28), random.randrange(24)
        more: Json = {}
        if random.random() < 0.1:
            members = [account(str(n), "https://class.example") for n in random.sample(range(300), 3)]
            more["actor"] = {"objectType": "Group", "member": members}
        if not more:
            self.about[learner].add(identifier)
        return statement(
            learner,
            random.choice(_VERBS),
            identifier=identifier,
            at=f"2025-{month:02d}-{day:02d}T{hour:02d}:00:00+07:00",
            topic=random.choice((None, 1, 2, 3, 10)),
            unit=random.choice(_UNITS),
            groups=random.choice(_GROUPS),
            channel=random.choice((None, "online", "in-person")),
            **more,
        )

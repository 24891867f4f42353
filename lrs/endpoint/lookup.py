"""Looks statements up in the store, many requests in one question: while one is under way the next one
gathers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from schemas.document import StoredStatement
from schemas.ports import StatementStore

MOST = 2000
"""Ids asked for at once."""


class Lookup:
    """Coalesced `StatementStore.find`."""

    def __init__(self, store: StatementStore) -> None:
        self._store = store
        self._waiting: list[tuple[Sequence[str], asyncio.Future[Mapping[str, StoredStatement]]]] = []
        self._asking: asyncio.Task[None] | None = None

    async def find(self, ids: Sequence[str]) -> Mapping[str, StoredStatement]:
        """What is stored under these ids, and perhaps under others."""
        answer: asyncio.Future[Mapping[str, StoredStatement]] = asyncio.get_running_loop().create_future()
        self._waiting.append((ids, answer))
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        return await answer

    async def _ask(self) -> None:
        while self._waiting:
            count = taken = 0
            for ids, _ in self._waiting:
                if taken and count + len(ids) > MOST:
                    break
                count += len(ids)
                taken += 1
            asked, self._waiting = self._waiting[:taken], self._waiting[taken:]
            try:
                found = await self._store.find([it for ids, _ in asked for it in ids])
            except Exception as error:
                for _, answer in asked:
                    if not answer.done():
                        answer.set_exception(error)
                continue
            for _, answer in asked:
                if not answer.done():
                    answer.set_result(found)

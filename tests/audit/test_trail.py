"""The audit trail beside requests: what is noted is written, alike together, and never without room."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from lrs.adapters.sqlite import SqliteStore
from lrs.audit.trail import Trail
from lrs.auth.principal import Principal
from lrs.problem import Problem
from schemas.audit import Entry, What
from schemas.credential import Scope
from schemas.errors import Unavailable

CALLER = Principal("one", "key", frozenset({Scope.READ}))


class Flaky:
    """A store that can be away."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store
        self.away = False

    async def audit(self, entries: Sequence[Entry]) -> None:
        if self.away:
            raise Unavailable("away")
        await self._store.audit(entries)

    async def audited(self, after: int, limit: int) -> Sequence[Entry]:
        return await self._store.audited(after, limit)

    async def forget_audit(self, before: int) -> int:
        return await self._store.forget_audit(before)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Flaky]:
    inner = await SqliteStore.open(tmp_path / "store.db")
    yield Flaky(inner)
    await inner.close()


async def entries(store: Flaky) -> list[tuple[str, int, int]]:
    return [(it.about, it.amount, it.times) for it in await store.audited(0, 100)]


async def test_what_is_noted_is_written_soon(store: Flaky) -> None:
    trail = Trail(store, pause=0.01)
    await trail.start()
    trail.note(CALLER, What.READ_STATEMENTS, 5, {"verb": "v"})
    async with asyncio.timeout(10):
        while not await entries(store):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await trail.close()
    assert await entries(store) == [('{"verb":"v"}', 5, 1)]


async def test_alike_are_one_with_how_often(store: Flaky) -> None:
    trail = Trail(store, pause=60)
    await trail.start()
    for amount in (5, 2):
        trail.note(CALLER, What.READ_STATEMENTS, amount, {"verb": "v"})
    trail.note(CALLER, What.READ_AGENT, 1, {"verb": "v"})
    await trail.close()
    assert await entries(store) == [('{"verb":"v"}', 7, 2), ('{"verb":"v"}', 1, 1)]


async def test_what_the_store_did_not_take_waits_for_it(store: Flaky) -> None:
    trail = Trail(store, pause=0.01)
    await trail.start()
    store.away = True
    trail.note(CALLER, What.READ_STATEMENTS, 1, {})
    await asyncio.sleep(0.1)
    trail.note(CALLER, What.READ_STATEMENTS, 1, {})
    store.away = False
    async with asyncio.timeout(10):
        while not await entries(store):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await trail.close()
    assert await entries(store) == [("{}", 2, 2)]


async def test_what_is_being_written_when_it_closes_is_written_once(store: Flaky) -> None:
    trail = Trail(store, pause=0)
    await trail.start()
    began, go_on = asyncio.Event(), asyncio.Event()

    async def slow(entries: Sequence[Entry]) -> None:
        await Flaky.audit(store, entries)
        began.set()
        await go_on.wait()

    store.audit = slow  # type: ignore[method-assign]
    trail.note(CALLER, What.READ_STATEMENTS, 1, {})
    await began.wait()
    closing = asyncio.create_task(trail.close())
    await asyncio.sleep(0)
    go_on.set()
    await closing
    assert await entries(store) == [("{}", 1, 1)]


async def test_without_room_nothing_is_read(store: Flaky) -> None:
    trail = Trail(store, pause=60, room=2)
    await trail.start()
    for n in range(2):
        trail.check_room()
        trail.note(CALLER, What.READ_STATEMENTS, 1, {"verb": str(n)})
    with pytest.raises(Problem) as refused:
        trail.check_room()
    assert (refused.value.status, refused.value.code) == (503, "audit-behind")
    await trail.close()
    trail.check_room()

"""The port `PlanStore`, over every adapter."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from schemas.errors import Fenced
from schemas.plan_import import ImportedFile, PlanImport
from schemas.ports import Store
from tests.adapters.factories import StoreFactory

FILES = (ImportedFile("plans.csv", "00" * 32), ImportedFile("Mẫu số.xlsx", "ff" * 32))
FIRST = PlanImport(1, 1_700_000_000_000, "an", FILES, 3, b'{"plans":[]}')
SECOND = PlanImport(2, 1_700_000_000_001, "bình", FILES[:1], 0, bytes(range(256)) * 4000)


async def test_imports_are_kept_whole_and_the_latest_is_in_force(store_factory: StoreFactory) -> None:
    store = await store_factory()
    assert await store.plan_import() is None
    assert await store.plan_import(1) is None
    assert list(await store.plan_imports()) == []
    await store.add_plan_import(FIRST)
    assert await store.plan_import() == FIRST
    await store.add_plan_import(SECOND)
    await store.close()
    again = await store_factory()
    assert await again.plan_import() == await again.plan_import(2) == SECOND
    assert await again.plan_import(1) == FIRST
    assert await again.plan_import(3) is None
    assert list(await again.plan_imports()) == [replace(it, content=b"") for it in (FIRST, SECOND)]


async def test_a_number_that_is_not_the_next_is_fenced_and_nothing_is_kept(store: Store) -> None:
    for number in (0, 2):
        with pytest.raises(Fenced):
            await store.add_plan_import(replace(FIRST, number=number))
    await store.add_plan_import(FIRST)
    for number in (0, 1, 3):
        with pytest.raises(Fenced):
            await store.add_plan_import(replace(SECOND, number=number))
    assert await store.plan_import() == FIRST
    assert len(await store.plan_imports()) == 1


async def test_of_several_imports_at_once_one_is_kept(store_factory: StoreFactory) -> None:
    stores = [await store_factory() for _ in range(4)]
    asked = [replace(FIRST, by=str(n)) for n in range(4)]
    done = await asyncio.gather(
        *(store.add_plan_import(it) for store, it in zip(stores, asked, strict=True)), return_exceptions=True
    )
    assert [type(it) for it in done if it is not None] == [Fenced] * 3
    assert await stores[0].plan_import() == asked[done.index(None)]

"""The port `AgreementStore`, over every adapter."""

from __future__ import annotations

import asyncio

from tests.adapters.factories import StoreFactory


async def test_the_first_value_holds(store_factory: StoreFactory) -> None:
    store = await store_factory()
    assert await store.agreed("name") is None
    assert await store.agree("name", "one") == "one"
    assert await store.agree("name", "two") == "one"
    await store.close()
    again = await store_factory()
    assert await again.agreed("name") == "one"
    assert await again.agreed("format") is None, "what a store says of itself was not agreed"
    assert await again.agree("other", "three") == "three"


async def test_of_many_at_once_all_are_told_the_same(store_factory: StoreFactory) -> None:
    stores = [await store_factory() for _ in range(2)]
    told = await asyncio.gather(*(stores[it % 2].agree("name", str(it)) for it in range(16)))
    assert len(set(told)) == 1
    assert await stores[0].agreed("name") == told[0]

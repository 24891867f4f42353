"""The port `EditionStore`, over every adapter."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from schemas.edition import Edition, EditionHead
from schemas.errors import Fenced
from schemas.ports import Store
from tests.adapters.factories import StoreFactory


def edition(number: int, text: bytes = b"{}") -> Edition:
    head = EditionHead(
        number, f"2025-04-{number:02d}", 1_745_000_000_000 + number, 1_744_999_000_000, "ab" * 32
    )
    return Edition(head, text, b"\x00frozen", b"\xffmemory")


async def test_editions_are_kept_byte_for_byte(store_factory: StoreFactory) -> None:
    store = await store_factory()
    assert list(await store.editions(None, 10)) == []
    assert await store.edition(1) is None
    large = edition(1, bytes(range(256)) * 4_000)
    await store.add_edition(large)
    await store.close()
    again = await store_factory()
    assert await again.edition(1) == large
    assert await again.edition(2) is None


async def test_the_latest_are_listed_first_page_by_page(store: Store) -> None:
    for number in range(1, 8):
        await store.add_edition(edition(number))
    heads = [edition(number).head for number in range(7, 0, -1)]
    assert list(await store.editions(None, 10)) == heads
    assert list(await store.editions(None, 3)) == heads[:3]
    assert list(await store.editions(5, 3)) == heads[3:6]
    assert list(await store.editions(1, 3)) == []
    assert list(await store.editions(None, 0)) == []


async def test_a_number_is_taken_once_and_nothing_changes_it(store: Store) -> None:
    await store.add_edition(edition(1))
    for other in (edition(1), replace(edition(1), public=b"[]")):
        with pytest.raises(Fenced, match="edition 1"):
            await store.add_edition(other)
    assert await store.edition(1) == edition(1)
    assert len(await store.editions(None, 10)) == 1


async def test_of_two_who_publish_at_once_one_does(store_factory: StoreFactory) -> None:
    stores = [await store_factory(), await store_factory()]
    texts = [b"one", b"two"]
    outcomes = await asyncio.gather(
        *(store.add_edition(edition(3, text)) for store, text in zip(stores, texts, strict=True)),
        return_exceptions=True,
    )
    assert sorted(type(it).__name__ for it in outcomes) == ["Fenced", "NoneType"]
    kept = await stores[0].edition(3)
    assert kept is not None and kept.public == texts[outcomes.index(None)]

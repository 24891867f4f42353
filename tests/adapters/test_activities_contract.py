"""The port `StatementStore`: what is known of activities, over every adapter."""

from __future__ import annotations

import asyncio

from schemas.activity import MOST, Known, definition
from schemas.ports import Store
from tests.adapters.factories import StoreFactory

LESSON = "https://one.example/lesson"


def named(moment: int, **names: str) -> Known:
    return {f"name|{tag}": [[moment, "id"], name] for tag, name in names.items()}


async def known(store: Store, activity: str = LESSON) -> dict[str, object]:
    return definition((await store.definitions([activity]))[activity])


async def test_nothing_is_known_of_what_nobody_defined(store: Store) -> None:
    await store.define({LESSON: named(1, vi="Bài")})
    assert list(await store.definitions([LESSON, "https://one.example/other"])) == [LESSON]
    assert await store.definitions([]) == {}


async def test_what_is_known_is_merged_whatever_comes_first(store: Store) -> None:
    await store.define({LESSON: named(5, vi="Bài 1")})
    await store.define({LESSON: named(3, vi="Bài cũ", en="Lesson 1"), "x:other": named(3, en="Other")})
    await store.define({LESSON: named(7, en="Lesson one") | {"type": [[7, "id"], "x:lesson"]}})
    assert await known(store) == {"name": {"vi": "Bài 1", "en": "Lesson one"}, "type": "x:lesson"}
    assert await known(store, "x:other") == {"name": {"en": "Other"}}


async def test_an_id_may_be_long_and_of_any_letters(store: Store) -> None:
    identifier = f"https://one.example/{'bài' * 2_000}"
    await store.define({identifier: named(1, vi="dài")})
    assert await known(store, identifier) == {"name": {"vi": "dài"}}


async def test_what_is_too_much_leaves_what_was_known(store: Store) -> None:
    await store.define({LESSON: named(1, vi="Bài")})
    await store.define({LESSON: named(2, en="x" * MOST)})
    assert await known(store) == {"name": {"vi": "Bài"}}
    await store.define({LESSON: named(3, en="Lesson")})
    assert await known(store) == {"name": {"vi": "Bài", "en": "Lesson"}}


async def test_of_many_at_once_nothing_is_lost(store_factory: StoreFactory) -> None:
    stores = [await store_factory(), await store_factory()]
    tags = [f"x-{n}" for n in range(8)]
    await asyncio.gather(
        *(stores[n % 2].define({LESSON: named(n, **{tag: tag, "vi": tag})}) for n, tag in enumerate(tags))
    )
    assert await known(stores[0]) == {"name": {**{tag: tag for tag in tags}, "vi": "x-7"}}

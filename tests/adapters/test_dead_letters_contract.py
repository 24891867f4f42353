"""The port `StatementStore`: dead letters, over every adapter (G8)."""

from __future__ import annotations

from dataclasses import replace

from schemas.deadletter import DeadLetter
from schemas.ports import Store
from schemas.record import STATEMENTS
from tests.adapters.factories import StoreFactory


def letter(offset: int, platform: str = "one", code: str = "malformed") -> DeadLetter:
    return DeadLetter(
        topic=STATEMENTS,
        log="log",
        partition=1,
        offset=offset,
        platform=platform,
        code=code,
        reason="not JSON",
        buried=7,
        value=b"\x00%d" % offset,
        headers=(("platform", b"one"), ("x", b"")),
        key=None if offset % 2 else b"key",
    )


async def test_letters_are_kept_as_they_were(store_factory: StoreFactory) -> None:
    store = await store_factory()
    given = [letter(offset) for offset in range(4)]
    await store.bury(given)
    await store.close()
    again = await store_factory()
    listed = await again.dead_letters(10)
    assert [replace(kept, number=0) for kept in listed] == given
    numbers = [kept.number for kept in listed]
    assert numbers == sorted(set(numbers)) and numbers[0] > 0


async def test_letters_are_listed_page_by_page(store: Store) -> None:
    await store.bury([letter(offset) for offset in range(7)])
    listed: list[DeadLetter] = []
    while page := await store.dead_letters(3, listed[-1].number if listed else 0):
        assert len(page) <= 3
        listed += page
    assert [kept.offset for kept in listed] == list(range(7))


async def test_a_repeat_changes_nothing_also_after_a_removal(store: Store) -> None:
    await store.bury([letter(1), letter(2)])
    first, second = await store.dead_letters(10)
    await store.bury([replace(letter(1), reason="another"), letter(3)])
    assert list(await store.dead_letters(10))[:2] == [first, second]
    assert await store.mark_requeued(first.number)
    await store.bury([letter(1)])
    assert [kept.offset for kept in await store.dead_letters(10)] == [2, 3]


async def test_a_letter_is_taken_out_once(store: Store) -> None:
    await store.bury([letter(1)])
    (kept,) = await store.dead_letters(10)
    assert await store.mark_requeued(kept.number)
    assert not await store.mark_requeued(kept.number)
    assert not await store.mark_requeued(99)
    assert list(await store.dead_letters(10)) == []


async def test_letters_are_counted_by_platform_and_code(store: Store) -> None:
    assert await store.dead_letter_counts() == {}
    await store.bury([letter(1), letter(2), letter(3, "two"), letter(4, code="other")])
    assert await store.dead_letter_counts() == {
        (STATEMENTS, "one", "malformed"): 2,
        (STATEMENTS, "two", "malformed"): 1,
        (STATEMENTS, "one", "other"): 1,
    }
    (kept, *_) = await store.dead_letters(1)
    await store.mark_requeued(kept.number)
    assert (await store.dead_letter_counts())[STATEMENTS, "one", "malformed"] == 1

"""The port `AuditStore`, over every adapter."""

from __future__ import annotations

from schemas.audit import Entry, What
from schemas.ports import Store
from tests.adapters.factories import StoreFactory


def entry(n: int, moment: int | None = None) -> Entry:
    at = 1_000 + n if moment is None else moment
    return Entry(at, f"key-{n}", "one", What.READ_STATEMENTS, n, f'{{"verb":"{n}"}}', n + 1)


async def test_entries_are_kept_in_their_order_as_they_are(store: Store) -> None:
    await store.audit([entry(1), entry(2)])
    await store.audit([])
    await store.audit([entry(3, moment=5)])
    found = await store.audited(0, 10)
    assert [it._replace(number=0) for it in found] == [entry(1), entry(2), entry(3, moment=5)]
    numbers = [it.number for it in found]
    assert numbers == sorted(set(numbers))
    assert numbers[0] > 0


async def test_parts_of_any_size_find_all(store: Store) -> None:
    await store.audit([entry(n) for n in range(7)])
    after, found = 0, []
    while page := await store.audited(after, 3):
        assert len(page) <= 3
        found += [it.who for it in page]
        after = page[-1].number
    assert found == [f"key-{n}" for n in range(7)]
    assert list(await store.audited(0, 0)) == []


async def test_what_is_old_is_forgotten_and_its_number_is_not_given_again(store: Store) -> None:
    await store.audit([entry(n) for n in range(4)])
    last = (await store.audited(0, 10))[-1].number
    assert await store.forget_audit(1_002) == 2
    assert [it.moment for it in await store.audited(0, 10)] == [1_002, 1_003]
    assert await store.forget_audit(9_999) == 2
    assert await store.forget_audit(9_999) == 0
    await store.audit([entry(9)])
    assert (await store.audited(0, 10))[0].number > last


async def test_entries_outlive_a_restart(store_factory: StoreFactory) -> None:
    store = await store_factory()
    await store.audit([entry(1)])
    await store.close()
    assert [it.who for it in await (await store_factory()).audited(0, 10)] == ["key-1"]

"""The rules that a check goes by are those that live at this moment."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lrs.adapters.sqlite import SqliteStore
from lrs.check.living import REMEMBERED, LivingRules
from lrs.registry import ensure_living, register
from schemas.errors import NotPrepared
from schemas.ports import Store
from schemas.reading import Outcome
from schemas.registration import Registration
from tests.consumers.factories import fact


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await SqliteStore.open(tmp_path / "store.db", create=True)
    yield opened
    await opened.close()


async def test_without_rules_nothing_is_judged(store: Store) -> None:
    with pytest.raises(NotPrepared):
        await LivingRules(store).of("one")


async def test_a_registration_holds_from_its_next_check_on(store: Store) -> None:
    await ensure_living(store)
    living = LivingRules(store)
    said = fact(1, platform="one", unit="vn-2025/48")
    assert (await living.of("one")).read(said).outcome is Outcome.PROVINCE_NOT_ALLOWED
    await register(store, Registration(name="one", provinces=None))
    assert (await living.of("one")).read(said).outcome is Outcome.COUNTED
    ruleset = (await store.living()).model_copy(update={"revision": 0, "platforms": {}})
    changed = ruleset.registering(Registration(name="one", provinces=frozenset({"vn-2025/01"})))
    await store.switch(await store.begin_filling(changed, floor={}, starts={}))
    assert (await living.of("one")).read(said).outcome is Outcome.PROVINCE_NOT_ALLOWED


async def test_a_trial_is_judged_as_if_it_counted(store: Store) -> None:
    await ensure_living(store)
    await register(store, Registration(name="one", provinces=None, trial=True))
    reading = (await LivingRules(store).of("one")).read(fact(1, platform="one", unit="vn-2025/48"))
    assert (reading.outcome, reading.trial) == (Outcome.COUNTED, False)


async def test_the_rules_are_kept_ready_for_a_bounded_number_of_platforms(store: Store) -> None:
    await ensure_living(store)
    living = LivingRules(store)
    first = await living.of("first")
    for number in range(REMEMBERED - 1):
        await living.of(f"platform-{number}")
    assert await living.of("first") is first
    for number in range(REMEMBERED):
        await living.of(f"other-{number}")
    assert await living.of("first") is not first

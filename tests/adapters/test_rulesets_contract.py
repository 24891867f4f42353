"""The port `AggregateStore`: rulesets, over every adapter."""

from __future__ import annotations

import time

import pytest

from schemas.errors import Fenced, NotPrepared
from schemas.ports import Store
from schemas.record import Position
from schemas.registration import Registration
from schemas.ruleset import Ruleset, TrainedRule
from tests.adapters.factories import StoreFactory

RULES = Ruleset(created=1_700_000_000_000, revision=3, trained=TrainedRule(topics=2))
FLOOR = {"abcd/0": 10, "abcd/1": 0}
STARTS = {0: Position("facts", 0, 4), 1: Position("facts", 1, 0, 5, 6)}


async def stages(store: Store) -> dict[int, str]:
    return {state.number: state.stage for state in await store.rulesets()}


async def test_a_new_store_has_no_living_ruleset(store: Store) -> None:
    assert list(await store.rulesets()) == []
    with pytest.raises(NotPrepared):
        await store.living()
    with pytest.raises(KeyError):
        await store.load_ruleset(1)


async def test_a_ruleset_is_filled_and_then_lives(store_factory: StoreFactory) -> None:
    store = await store_factory()
    number = await store.begin_filling(RULES, FLOOR, STARTS)
    assert await store.load_ruleset(number) == RULES.model_copy(update={"number": number})
    assert await store.aggregate_positions(number) == STARTS
    (state,) = await store.rulesets()
    assert (state.number, state.revision, state.stage, state.created, state.floor) == (
        (number, 3, "filling", RULES.created, FLOOR)
    )
    with pytest.raises(NotPrepared):
        await store.living()
    await store.switch(number)
    await store.close()
    again = await store_factory()
    assert await again.living() == RULES.model_copy(update={"number": number})


async def test_a_switch_retires_the_one_before(store: Store) -> None:
    first = await store.begin_filling(RULES, {}, {})
    await store.switch(first)
    second = await store.begin_filling(RULES, {}, {})
    assert await stages(store) == {first: "living", second: "filling"}
    await store.switch(second)
    assert await stages(store) == {first: "retired", second: "living"}
    assert (await store.living()).number == second
    for number in (first, second, 99):
        with pytest.raises(Fenced):
            await store.switch(number)


async def test_another_one_being_filled_is_dropped(store: Store) -> None:
    first = await store.begin_filling(RULES, {}, STARTS)
    async with store.aggregation(first, 0) as aggregation:
        await aggregation.save({"a": b"A"}, {"x": 1}, {}, None)
    second = await store.begin_filling(RULES, {}, {})
    assert second != first
    assert await stages(store) == {second: "filling"}
    assert await store.cells(first, "") == {}
    assert await store.aggregate_positions(first) == {}


async def test_a_change_of_rules_that_live_no_more_is_not_begun(store: Store) -> None:
    with pytest.raises(Fenced):
        await store.begin_filling(RULES, {}, {}, 1)
    first = await store.begin_filling(RULES, {}, {})
    await store.switch(first)
    second = await store.begin_filling(RULES, {}, {}, first)
    with pytest.raises(Fenced):
        await store.begin_filling(RULES, {}, {}, second)
    await store.switch(second)
    with pytest.raises(Fenced):
        await store.begin_filling(RULES, {}, {}, first)
    assert await stages(store) == {first: "retired", second: "living"}


async def test_a_dropped_ruleset_leaves_nothing_and_its_number_is_not_given_again(store: Store) -> None:
    first = await store.begin_filling(RULES, {}, STARTS)
    async with store.aggregation(first, 0) as aggregation:
        cells = {f"cell/{number}": 1 for number in range(12_000)}
        await aggregation.save({"a": b"A"}, cells, {("one", "r"): ["i"]}, None)
    await store.drop_ruleset(first)
    await store.drop_ruleset(first)
    assert list(await store.rulesets()) == []
    assert await store.cells(first, "") == {}
    assert await store.examples(first, "one") == {}
    assert await store.aggregate_positions(first) == {}
    assert await store.begin_filling(RULES, {}, {}) != first


async def test_the_living_ruleset_is_not_dropped(store: Store) -> None:
    number = await store.begin_filling(RULES, {}, {})
    await store.switch(number)
    with pytest.raises(Fenced):
        await store.drop_ruleset(number)
    assert (await store.living()).number == number


async def test_a_ruleset_is_extended_from_what_was_read(store: Store) -> None:
    number = await store.begin_filling(RULES, {}, {})
    await store.switch(number)
    read = await store.living()
    extended = read.registering(Registration(name="one"))
    await store.extend(extended)
    assert await store.living() == extended
    (state,) = await store.rulesets()
    assert (state.revision, state.stage) == (4, "living")
    for late in (
        read.registering(Registration(name="two")),
        read,
        extended.model_copy(update={"number": 99}),
    ):
        with pytest.raises(Fenced):
            await store.extend(late)
    assert await store.living() == extended


async def test_what_lived_and_when_is_kept_when_a_ruleset_is_dropped(store_factory: StoreFactory) -> None:
    store = await store_factory()
    assert list(await store.series()) == []
    before = time.time_ns() // 1_000_000
    first = await store.begin_filling(RULES, {}, {})
    assert list(await store.series()) == []
    await store.switch(first)
    extended = (await store.living()).registering(Registration(name="one"))
    await store.extend(extended)
    (only,) = await store.series()
    assert (only.number, only.ended, only.rules) == (first, None, extended)
    second = await store.begin_filling(extended.model_copy(update={"trained": TrainedRule()}), {}, {})
    await store.switch(second)
    await store.drop_ruleset(first)
    left = await store.begin_filling(extended, {}, {})
    await store.drop_ruleset(left)
    await store.close()
    again = await store_factory()
    ended, living = await again.series()
    assert [list(await again.series(it)) for it in (first, second, left)] == [[ended], [living], []]
    assert (ended.number, ended.rules, ended.created) == (first, extended, RULES.created)
    assert (living.number, living.ended, living.rules.trained) == (second, None, TrainedRule())
    assert living.began == ended.ended
    assert before <= ended.began <= living.began <= time.time_ns() // 1_000_000

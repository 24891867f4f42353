"""Erasures, whatever meets in whatever order (G7)."""

from __future__ import annotations

from contextlib import suppress
from itertools import permutations

import orjson
import pytest

from consumers.aggregator import Aggregator
from consumers.projector import Projector
from schemas.document import term
from schemas.query import StatementQuery
from schemas.record import STATEMENTS
from tests.consumers.factories import HOME, Json, agent, group, number, said, void
from tests.consumers.watched import Crash, CrashAt, Once, watched_log, watched_store
from tests.consumers.world import PROFILE, World

IDENTIFIED: Json = {"objectType": "Group", "account": {"homePage": HOME, "name": "class"}}
LEARNING = (said(1, "registered", unit="vn-2004/49/20335"), said(2, topic=1), said(3, topic=2))
CLASS = said(4, "attended", actor=group("an", "binh", "chi"), unit="vn-2025/48", topic=1)


@pytest.fixture
def world(world_of_either: World) -> World:
    return world_of_either


async def total(world: World, measure: str, line: str = "vn-2025/48") -> int:
    return (await world.figures(f"g|{line}|*|total|{measure}")).get(f"g|{line}|*|total|{measure}", 0)


async def found_by(world: World, name: str) -> int:
    """How many statements are found by an agent."""
    terms = frozenset({term("related-agent", f"account:{HOME}|{name}")})
    page = await world.store.query(StatementQuery(terms=terms, limit=50))
    return len(page.texts)


async def is_erased(world: World, name: str) -> None:
    """Nothing names the learner, and every figure is right without them."""
    for stored in (await world.store.find(sorted(world.ids))).values():
        assert f'"{name}"'.encode() not in stored.text
    assert await found_by(world, name) == 0
    assert not await world.wrong()
    assert not await world.unbalanced()


@pytest.mark.parametrize("aggregating", ["each time", "at the end"])
@pytest.mark.parametrize("partition", [0, 3])
@pytest.mark.parametrize("order", ["after", "before", "same batch", "between"])
async def test_a_learner_is_taken_out_whenever_it_comes(
    world: World, order: str, partition: int, aggregating: str
) -> None:
    for step in {
        "after": ["learning", "class", "erasure"],
        "before": ["erasure", "learning", "class"],
        "same batch": ["learning+erasure", "class"],
        "between": ["class", "erasure", "learning"],
    }[order]:
        if "learning" in step:
            await world.post(*LEARNING, partition=0)
        if "class" in step:
            await world.post(CLASS, said(5, learner="chi", unit="vn-2025/48"), partition=1)
        if "erasure" in step:
            await world.erase("an", partition=partition)
        await world.project()
        if aggregating == "each time":
            await world.aggregate()
    await world.aggregate()
    assert await total(world, "registered") == 2, "the others of the class, inferred"
    assert await total(world, "active") == 2
    assert await total(world, "statements") == 2, "the class is still a statement, another learner's first"
    assert await world.store.tombstones() == {"onetouch": 3}
    await is_erased(world, "an")


async def test_what_is_left_names_the_others(world: World) -> None:
    teaching = said(6, learner="chi", unit="vn-2025/48")
    teaching["context"] |= {"instructor": agent("an"), "team": group("an", "dung")}
    about = said(7, "liked", "chi") | {"object": agent("an")}
    await world.post(CLASS, teaching, about)
    await world.settle()
    await world.erase("an")
    await world.settle()
    await is_erased(world, "an")
    class_, taught, liked = (orjson.loads(text) for text in await texts(world, 4, 6, 7))
    assert class_["actor"]["member"] == [agent("binh"), agent("chi")]
    assert "instructor" not in taught["context"]
    assert taught["context"]["team"]["member"] == [agent("dung")]
    assert liked["object"]["account"]["name"] == "erased"
    for it in (class_, taught, liked):
        assert {"id", "actor", "verb", "object", "stored", "timestamp", "authority"} <= it.keys()
    assert await found_by(world, "chi") == 3


async def texts(world: World, *numbers: int) -> list[bytes]:
    found = await world.store.find([number(n) for n in numbers])
    return [found[number(n)].text for n in numbers]


async def test_a_retry_is_a_duplicate_and_brings_nothing_back(world: World) -> None:
    await world.post(*LEARNING, CLASS)
    await world.settle()
    await world.erase("an")
    await world.post(*LEARNING, CLASS, partition=2)
    await world.settle()
    counts = await world.store.counts(Projector.name)
    assert counts["onetouch", "duplicate"] == 4
    assert not await world.store.conflicts(None, 10)
    await is_erased(world, "an")


async def test_late_is_erased_and_later_begins_anew(world: World) -> None:
    await world.post(*LEARNING)
    await world.erase("an", until="2026-01-01T00:00:00Z")
    await world.settle()
    late = said(11, "passed", unit="vn-2025/48", at="2025-12-31T10:00:00Z")
    anew = said(12, "registered", unit="vn-2025/48", at="2026-02-01T10:00:00Z")
    await world.post(late, anew, partition=1)
    await world.settle()
    assert await total(world, "registered") == 1
    assert await total(world, "statements") == 1
    assert [bool(text) for text in await texts(world, 11, 12)] == [False, True]
    assert not await world.wrong()
    assert not await world.unbalanced()
    await world.erase("an")
    await world.settle()
    await is_erased(world, "an")


async def test_a_void_by_somebody_erased_holds(world: World) -> None:
    await world.post(void(9, 2, "an"), partition=1)
    await world.settle()
    await world.erase("an")
    await world.settle()
    await world.post(said(2, learner="chi", unit="vn-2025/48"))
    await world.settle()
    assert (await world.store.find([number(2)]))[number(2)].voided
    assert await total(world, "active") == 0


async def test_what_refers_to_a_tombstone_is_not_found_by_it(world: World) -> None:
    reference = {"objectType": "StatementRef", "id": number(1)}
    await world.post(*LEARNING, said(20, "liked", "chi") | {"object": reference})
    await world.settle()
    assert await found_by(world, "an") == 4
    await world.erase("an")
    await world.settle()
    await is_erased(world, "an")
    await world.post(said(21, "liked", "chi") | {"object": reference})
    await world.settle()
    await is_erased(world, "an")


async def test_conflicts_and_dead_letters_are_erased_too(world: World) -> None:
    async def set_aside() -> tuple[list[bytes], list[bytes]]:
        conflicts = [it.text for it in await world.store.conflicts(None, 10)]
        return conflicts, [it.value for it in await world.store.dead_letters(10)]

    other = said(4, "passed", actor=group("an", "binh"))
    broken: Json = said(31)
    del broken["verb"]
    for erased in (False, True):
        await world.post(CLASS)
        await world.post(other, said(4), partition=1)
        await world.raw(orjson.dumps(broken))
        await world.raw(orjson.dumps(broken | {"actor": group("an", "chi")}))
        await world.settle()
        conflicts, letters = await set_aside()
        if erased:
            break
        assert len(conflicts) == len(letters) == 2
        assert all(b'"an"' in it for it in conflicts + letters)
        await world.erase("an", partition=2)
        await world.project()
        conflicts, letters = await set_aside()
        assert sorted(map(bool, conflicts)) == [False, True]
        assert len(letters) == 1
        assert not any(b'"an"' in it for it in conflicts + letters)
    assert sorted(map(bool, conflicts)) == [False, False, True, True]
    assert len(letters) == 2
    assert not any(b'"an"' in it for it in conflicts + letters)


@pytest.mark.parametrize("dies", [False, True])
@pytest.mark.parametrize("when", ["before project", "after project", "before append", "before move"])
async def test_a_paused_projector_brings_nothing_back(world: World, when: str, dies: bool) -> None:
    """It has read the statements, and goes on or begins again after another one has erased their learner."""

    async def other() -> None:
        await world.erase("an", partition=1)
        (asked,) = await world.records(STATEMENTS, 1)
        beginning = await world.beginning(STATEMENTS, 1)
        await Projector(world.log, world.store, PROFILE).handle([asked], beginning)
        await world.aggregate()
        if dies:
            raise Crash

    await world.post(CLASS, *LEARNING, said(5, learner="binh", unit="vn-2025/48"), partition=2)
    once = Once(when, other)
    log, store = watched_log(world.log, once), watched_store(world.store, once)
    with suppress(Crash):
        await Projector(log, store, PROFILE).handle(
            await world.records(STATEMENTS, 2), await world.beginning(STATEMENTS, 2)
        )
    assert once.done
    await world.settle()
    assert await total(world, "statements") == 2
    await is_erased(world, "an")
    living = await world.figures()
    await world.rebuild()
    assert await world.figures() == living


@pytest.mark.parametrize("order", list(permutations("abc")))
async def test_two_learners_of_one_class(world: World, order: tuple[str, ...]) -> None:
    for partition, step in enumerate(order):
        if step == "a":
            await world.post(CLASS, partition=partition)
        else:
            await world.erase({"b": "an", "c": "chi"}[step], partition=partition)
        await world.project()
    await world.aggregate()
    (text,) = await texts(world, 4)
    assert orjson.loads(text)["actor"]["member"] == [agent("binh")]
    assert await total(world, "active") == 1
    await is_erased(world, "an")
    await is_erased(world, "chi")
    await world.erase("binh")
    await world.settle()
    assert await total(world, "statements") == 0
    assert await texts(world, 4) == [b""]
    await is_erased(world, "binh")


async def test_a_retry_in_the_middle_of_an_erasure(world: World) -> None:
    """The projector of a client's retry finds the statement before who erases it does."""
    await world.post(CLASS, *LEARNING)
    await world.settle()
    await world.erase("an", partition=1)
    await world.post(CLASS, *LEARNING, partition=2)

    async def other() -> None:
        await Projector(world.log, world.store, PROFILE).handle(
            await world.records(STATEMENTS, 2), await world.beginning(STATEMENTS, 2)
        )

    once = Once("after note_erasure", other)
    await Projector(watched_log(world.log, once), watched_store(world.store, once), PROFILE).handle(
        await world.records(STATEMENTS, 1), await world.beginning(STATEMENTS, 1)
    )
    assert once.done
    await world.settle()
    assert await total(world, "active") == 2
    assert (await world.store.counts(Projector.name))["onetouch", "duplicate"] == 4
    await is_erased(world, "an")


async def test_of_two_erasures_one_dies_before_it_tells(world: World) -> None:
    async def dies() -> None:
        raise Crash

    await world.post(said(4, "attended", actor=group("an", "binh"), unit="vn-2025/48"))
    await world.settle()
    await world.erase("an", partition=1)
    once = Once("before append", dies)
    with suppress(Crash):
        await Projector(watched_log(world.log, once), watched_store(world.store, once), PROFILE).handle(
            await world.records(STATEMENTS, 1), await world.beginning(STATEMENTS, 1)
        )
    assert once.done
    await world.erase("binh", partition=0)
    await world.settle()
    assert await total(world, "active") == await total(world, "statements") == 0
    await is_erased(world, "an")
    await is_erased(world, "binh")


async def test_another_statement_under_the_id_is_a_conflict_still(world: World) -> None:
    """G3: who was in a class that somebody was taken out of is known by the others."""
    await world.post(CLASS)
    await world.settle()
    await world.erase("an")
    await world.settle()
    await world.post(CLASS, said(4, "completed", "chi", unit="vn-2025/48", topic=3), partition=1)
    await world.settle()
    counts = await world.store.counts(Projector.name)
    assert counts["onetouch", "duplicate"] == counts["onetouch", "conflict"] == 1
    assert len(await world.store.conflicts(None, 5)) == 1
    await is_erased(world, "an")


async def test_a_class_that_is_itself_erased_leaves_its_members(world: World) -> None:
    await world.post(said(4, "attended", actor=IDENTIFIED | {"member": [agent("binh")]}, unit="vn-2025/48"))
    await world.settle()
    await world.erase("class")
    await world.settle()
    assert orjson.loads((await texts(world, 4))[0])["actor"] == group("binh")
    assert await total(world, "active") == 1
    await is_erased(world, "class")


async def test_a_class_without_its_last_member_stays_a_statement(world: World) -> None:
    """G9: also after a rebuild."""
    await world.post(
        said(4, "attended", actor=IDENTIFIED | {"member": [agent("an")]}, unit="vn-2025/48"),
        said(5, "attended", "binh", unit="vn-2025/48"),
    )
    await world.settle()
    await world.erase("an")
    await world.settle()
    await is_erased(world, "an")
    assert await total(world, "statements") == 2
    living = await world.figures()
    await world.rebuild()
    assert await world.figures() == living


@pytest.mark.parametrize("value", [{"timestamp": "yesterday"}, {"timestamp": 5}, []])
@pytest.mark.parametrize("first", ["letter", "erasure"])
async def test_what_nobody_can_read_stops_nobody(world: World, value: Json | list[Json], first: str) -> None:
    """G8: neither the partition, nor the erasure."""
    broken = said(31, unit="vn-2025/48")
    letter = orjson.dumps([broken] if isinstance(value, list) else broken | value)
    for step in (first, *({"letter", "erasure"} - {first})):
        if step == "letter":
            await world.raw(letter)
        else:
            await world.erase("an")
    await world.post(said(40, learner="chi", unit="vn-2025/48"))
    await world.post(said(41, unit="vn-2025/48"), partition=1)
    await world.settle()
    assert not await world.store.dead_letters(5)
    assert [bool(text) for text in await texts(world, 40, 41)] == [True, False]
    await is_erased(world, "an")


async def test_a_learner_of_many_statements_in_parts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consumers.projector.AT_ONCE", 3)
    many = [said(100 + n, topic=n % 4 + 1, unit="vn-2025/48") for n in range(10)]
    await world.post(*many, CLASS)
    await world.settle()
    await world.erase("an")
    await world.settle()
    assert await world.store.tombstones() == {"onetouch": 10}
    await is_erased(world, "an")


async def test_a_crash_at_any_call_of_either_consumer(world: World) -> None:
    round_, call = 0, 1
    while call:
        first, name = round_ * 10 + 1000, f"learner-{round_}"
        await world.post(said(first, "registered", name, unit="vn-2025/48"), partition=1)
        await world.post(
            said(first + 1, "attended", actor=group(name, "binh"), unit="vn-2025/48"),
            void(first + 8, first + 2),
        )
        await world.erase(name, partition=round_ % 2)
        await world.post(said(first + 2, "passed", name), said(first + 3, learner=name), partition=2)
        crash = CrashAt(call)
        log, store = watched_log(world.log, crash), watched_store(world.store, crash)
        try:
            await world.consume(Projector(log, store, PROFILE))
            await world.consume(Aggregator(log, store, PROFILE))
        except Crash:
            await world.settle()
            call += 1
        else:
            call = 0
        await is_erased(world, name)
        round_ += 1
    assert round_ > 30
    living = await world.figures()
    await world.rebuild()
    assert await world.figures() == living

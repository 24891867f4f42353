"""One person with several accounts, whatever meets in whatever order (G7)."""

from __future__ import annotations

from contextlib import suppress
from itertools import permutations
from random import Random

import pytest

from consumers.aggregator import Aggregator
from consumers.projector import PERSON_KEYS, Projector
from schemas.errors import NotPrepared, Unavailable
from schemas.record import FACTS, STATEMENTS
from tests.consumers.factories import EXT, Json, confirmation, group, record, said, subject, void
from tests.consumers.watched import Crash, CrashAt, Once, Unreliable, watched_log, watched_store
from tests.consumers.world import PERSON_SECRET, PROFILE, World

AN = (
    said(1, "registered", "an", unit="vn-2004/49/20335", groups=["cadres"]),
    said(2, learner="an", topic=1, unit="vn-2004/49"),
)
BINH = (
    said(3, "registered", "binh", unit="vn-2025/46", at="2025-06-01T08:00:00+07:00"),
    said(4, learner="binh", topic=2, at="2025-06-02T08:00:00+07:00", result=confirmation("confirmed")),
)
CLASS = said(5, "attended", actor=group("an", "binh", "chi"), unit="vn-2025/48", topic=3)


@pytest.fixture
def world(world_of_either: World) -> World:
    return world_of_either


async def national(world: World, measure: str) -> int:
    """A measure of all provinces of vn-2025 and of what is not stated."""
    figures = await world.figures("g|vn-2025/")
    return sum(
        count
        for key, count in figures.items()
        if key.split("|")[1].count("/") == 1 and key.split("|")[2:] == ["*", "total", measure]
    )


async def drained(world: World) -> None:
    """Read the facts until nobody tells anybody anything more."""
    ends = None
    while ends != (now := await world.log.ends(FACTS)):
        ends = now
        await world.aggregate()


async def is_right(world: World) -> None:
    """Every figure is a recount's, and a rebuild's."""
    await drained(world)
    assert not await world.wrong()
    assert not await world.unbalanced()
    living = await world.figures()
    await world.rebuild()
    await drained(world)
    assert await world.figures() == living


@pytest.mark.parametrize("aggregating", ["each time", "at the end"])
@pytest.mark.parametrize("order", list(permutations("abl")))
async def test_two_accounts_are_one_person(world: World, order: tuple[str, ...], aggregating: str) -> None:
    for partition, step in enumerate(order):
        if step == "l":
            await world.link("p", "an", "binh", partition=partition)
        else:
            await world.post(*{"a": AN, "b": BINH}[step], partition=partition)
        await world.project()
        if aggregating == "each time":
            await world.aggregate()
    await world.aggregate()
    assert await national(world, "registered") == await national(world, "persons") == 1
    assert await national(world, "linked") == 2
    assert await national(world, "statements") == 4
    await is_right(world)
    await world.link(None, "an")
    await world.settle()
    assert await national(world, "registered") == 2
    assert await national(world, "persons") == await national(world, "linked") == 1
    await is_right(world)
    await world.link(None, "binh", partition=2)
    await world.settle()
    assert await national(world, "registered") == 2
    assert await national(world, "persons") == await national(world, "linked") == 0
    await is_right(world)


async def test_both_accounts_in_one_class(world: World) -> None:
    await world.link("p", "an", "binh")
    await world.post(CLASS, *AN, *BINH, partition=1)
    await world.settle()
    assert await national(world, "registered") == 2, "the person and chi"
    assert await national(world, "statements") == 5
    await is_right(world)


async def test_from_one_person_to_another_and_back(world: World) -> None:
    await world.post(*AN, *BINH, CLASS)
    for person in ("p", "q", None, "p", "p"):
        await world.link(person, "an", partition=1)
        await world.link("q", "binh")
        await world.settle()
        await drained(world)
        assert not await world.wrong()
    assert await national(world, "persons") == 2
    await is_right(world)


async def test_a_link_names_nobody(world: World) -> None:
    await world.link("012345678901", "an")
    (asked,) = await world.records(STATEMENTS)
    assert b"012345678901" not in asked.value
    assert b'"an"' not in asked.value


async def test_an_erased_account_leaves_its_person(world: World) -> None:
    await world.post(*AN, *BINH, CLASS)
    await world.link("p", "an", "binh", partition=2)
    await world.settle()
    await world.erase("an", partition=1)
    await world.settle()
    assert await national(world, "linked") == 1
    await is_right(world)


@pytest.mark.parametrize("dies", [False, pytest.param(True, marks=pytest.mark.steps)])
@pytest.mark.parametrize("who", ["link", "unlink", "void", "void, link", "erase, link"])
@pytest.mark.parametrize(
    "when", ["before project", "after project", "after links", "before append", "after append", "before move"]
)
@pytest.mark.parametrize("absorbed", [pytest.param(False, marks=pytest.mark.steps), True])
async def test_a_paused_projector(world: World, when: str, who: str, *, absorbed: bool, dies: bool) -> None:
    """It goes on, or begins again, after another one has linked or unlinked a learner of its statements, and
    whoever was told of that has made themselves anew: what it has appended is beyond its position still.
    """

    async def other() -> None:
        if absorbed:
            await drained(world)
        for it in await world.records(STATEMENTS, 1):
            positions = await world.store.positions(Projector.name)
            position = positions.get(1) or await world.beginning(STATEMENTS, 1)
            if it.offset >= position.offset:
                projector = Projector(world.log, world.store, PROFILE)
                await projector.positions()
                await projector.handle([it], position)
            if absorbed:
                await drained(world)
        await drained(world)
        if dies:
            raise Crash

    if who == "unlink":
        await world.link("p", "an", "binh", partition=1)
        await world.settle()
    await world.post(*BINH, partition=0)
    await world.settle()
    if who == "void":
        await world.post(void(9, 2), partition=1)
    elif who == "void, link":
        await world.post(void(9, 2), void(8, 5), partition=1)
        await world.link("p", "an", "binh", partition=1)
    elif who == "erase, link":
        await world.erase("an", partition=1)
        await world.link("p", "binh", "chi", partition=1)
    else:
        await world.link("p" if who == "link" else None, "an", "binh", partition=1)
    await world.post(*AN, CLASS, partition=2)
    once = Once(when, other)
    log, store = watched_log(world.log, once), watched_store(world.store, once)
    with suppress(Crash):
        await Projector(log, store, PROFILE).handle(
            await world.records(STATEMENTS, 2), await world.beginning(STATEMENTS, 2)
        )
    assert once.done
    await world.settle()
    if who == "void":
        await world.link("p", "an", "binh", partition=1)
        await world.settle()
    await is_right(world)


@pytest.mark.parametrize("seed", range(12))
async def test_any_interleaving(world: World, seed: int) -> None:
    """Statements, links, unlinks, voids and erasures, projected and aggregated by whoever comes, dying now
    and then, with a rebuild in between: the figures of a recount from scratch.
    """
    random = Random(seed)
    names = ["an", "binh", "chi", "dung"]
    unreliable = Unreliable(random, crashes=0.02, failures=0.02)
    log, store = watched_log(world.log, unreliable), watched_store(world.store, unreliable)
    for n in range(1, 50):
        partition = random.randrange(4)
        step = random.random()
        if step < 0.45:
            await world.post(anything(random, 10 * n, names), partition=partition)
        elif step < 0.65:
            person = random.choice(["p", "q", None])
            await world.link(person, *random.sample(names, random.randint(1, 2)), partition=partition)
        elif step < 0.72:
            await world.post(void(10 * n, 10 * random.randint(1, 49)), partition=partition)
        elif step < 0.74:
            await world.erase(random.choice(names), partition=partition)
        elif step < 0.76:
            await world.rebuild()
        elif step < 0.9:
            with suppress(Crash, Unavailable):
                await world.consume(Projector(log, store, PROFILE))
        else:
            with suppress(Crash, Unavailable):
                await world.consume(Aggregator(log, store, PROFILE))
    await world.settle()
    assert not await world.store.dead_letters(5)
    await is_right(world)


def anything(random: Random, n: int, names: list[str]) -> Json:
    day = f"2025-{random.randint(4, 6):02d}-{random.randint(1, 28):02d}T08:00:00+07:00"
    units = ["vn-2004/49", "vn-2025/48", "vn-2025/46", "vn-2004/44"]
    more: Json = {} if random.random() < 0.3 else {"unit": random.choice(units)}
    if random.random() < 0.5:
        more["groups"] = random.choice([["cadres"], ["students"], ["adults"]])
    if random.random() < 0.3:
        actor = group(*random.sample(names, random.randint(2, 3)))
        return said(n, "attended", actor=actor, at=day, topic=random.randint(1, 4), **more)
    verb = random.choice(["registered", "completed", "passed", "initialized"])
    return said(n, verb, random.choice(names), at=day, topic=random.randint(1, 4), **more)


async def test_a_crash_at_any_call_of_either_consumer(world: World) -> None:
    round_, call = 0, 1
    while call:
        first, one, two = round_ * 10 + 1000, f"one-{round_}", f"two-{round_}"
        await world.post(said(first, "registered", one, unit="vn-2025/48"), partition=1)
        await world.post(said(first + 1, "attended", actor=group(one, two), unit="vn-2025/48"))
        await world.link("p" if round_ % 3 else f"p-{round_}", one, two, partition=round_ % 3)
        await world.post(said(first + 2, "passed", two), void(first + 3, first + 1), partition=2)
        await world.link("q" if round_ % 2 else None, one, partition=(round_ + 1) % 3)
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
        await drained(world)
        assert not await world.wrong()
        round_ += 1
    assert round_ > 30
    await is_right(world)


async def test_a_fact_that_comes_to_a_key_that_its_account_has_left(world: World) -> None:
    """It was appended before the link was kept, and is read after it."""
    await world.post(*AN)
    await world.project()
    await world.link("p", "an", partition=1)
    await world.project()
    facts = [fact for fact in await world.facts() if fact.subject == subject("an")]
    assert [fact.kind for fact in facts] == ["statement", "statement", "linked"]
    await world.aggregate()
    told = [fact for fact in await world.facts() if fact.subject != subject("an")]
    assert {fact.kind for fact in told} == {"linked"}
    assert await national(world, "registered") == 1
    await is_right(world)
    ends = await world.log.ends(FACTS)
    await world.aggregate()
    assert await world.log.ends(FACTS) == ends, "it comes to an end"


def claiming(n: int, learner: str, person: object, **more: object) -> Json:
    statement = said(n, learner=learner, unit="vn-2025/48", **more)  # type: ignore[arg-type]
    statement["context"]["extensions"][f"{EXT}person"] = person
    return statement


async def post_claims(world: World, *statements: Json, allowed: bool = True, partition: int = 0) -> None:
    world.ids.update(statement["id"] for statement in statements)
    records = [record(statement) for statement in statements]
    if allowed:
        records = [it._replace(headers=(*it.headers, (PERSON_KEYS, b"1"))) for it in records]
    await world.log.append(STATEMENTS, {partition: records})


async def claimed(world: World, *statements: Json, allowed: bool = True, partition: int = 0) -> None:
    """Post as the endpoint does, and project with the secret."""
    await post_claims(world, *statements, allowed=allowed, partition=partition)
    await world.consume(Projector(world.log, world.store, PROFILE, PERSON_SECRET))
    await world.aggregate()


async def test_a_platform_that_may_says_whose_an_account_is(world: World) -> None:
    await claimed(world, claiming(1, "an", "p"), claiming(2, "binh", "p"), claiming(3, "an", "p"))
    assert await national(world, "persons") == await national(world, "registered") == 1
    assert await national(world, "linked") == 2
    assert len(await world.store.linked([subject("an")])) == 1, "what is said again is not kept again"
    await claimed(world, claiming(4, "binh", "q"), partition=1)
    assert await national(world, "persons") == 1, "the earliest claim holds"
    await world.link(None, "binh")
    await claimed(world, claiming(5, "binh", "p"))
    assert await national(world, "registered") == 2, "what an operator took back stays so"


@pytest.mark.parametrize("person", [5, "", "x" * 300, "012345678901", ["p"]])
async def test_what_is_no_key_is_not_heeded(world: World, person: object) -> None:
    await claimed(world, claiming(1, "an", person), claiming(2, "binh", person))
    assert await national(world, "registered") == 2
    assert await national(world, "persons") == 0


async def test_under_another_secret_the_projector_stops(world: World) -> None:
    await claimed(world, claiming(1, "an", "p"))
    await post_claims(world, claiming(2, "binh", "p"))
    with pytest.raises(NotPrepared, match="LRS_PERSON_SECRET"):
        await world.consume(Projector(world.log, world.store, PROFILE, b"another secret of somebody"))
    assert await world.store.linked([subject("binh")]) == []
    await world.consume(Projector(world.log, world.store, PROFILE, PERSON_SECRET))
    await drained(world)
    assert await national(world, "persons") == 1, "nothing was passed over"


async def test_who_may_not_says_nothing(world: World) -> None:
    await claimed(world, claiming(1, "an", "p"), allowed=False)
    group_ = claiming(2, "an", "p", actor=group("an", "binh"))
    other = claiming(1, "an", "q")
    await claimed(world, group_, other, partition=1)
    assert await national(world, "persons") == 0, "no group, and no conflict either"

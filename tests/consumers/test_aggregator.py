"""The aggregator: every fact counts once, whatever is repeated, interleaved, fenced or switched (G2, G8)."""

from __future__ import annotations

import asyncio
from random import Random

import pytest

from consumers.aggregator import Aggregator
from consumers.runner import Runner
from schemas.deadletter import DeadLetter
from schemas.errors import Fenced
from schemas.fact import Fact, decode, partition_of
from schemas.reading import Reading, Rules
from schemas.record import FACTS, STATEMENTS, Position, Record
from tests.consumers.factories import NARROW, agent, fact, number, said, subject, void
from tests.consumers.watched import Crash, CrashAt, watched_log, watched_store
from tests.consumers.world import PROFILE, World

AN = partition_of(subject("an"), 4)


async def post_lessons(world: World) -> None:
    """Statements of five learners, spread over the partitions."""
    for n in range(1, 41):
        learner = f"learner-{n % 5}"
        unit = ("vn-2004/49/20335", "vn-2025/48", "vn-2025/44")[n % 3]
        when = f"2025-05-{n % 28 + 1:02d}T08:00:00+07:00"
        await world.post(said(n, "passed", learner, at=when, unit=unit, topic=n % 9 + 1), partition=n % 4)


async def aggregator(world: World) -> tuple[Aggregator, dict[int, Position]]:
    """One that has read where it stands."""
    made = Aggregator(world.log, world.store, PROFILE)
    kept = await made.positions()
    beginnings = {at: await world.beginning(FACTS, at) for at in await world.log.partitions(FACTS)}
    return made, {**beginnings, **kept}


async def state_of(world: World) -> tuple[object, ...]:
    living = (await world.store.living()).number
    return (
        await world.figures(),
        await world.store.aggregate_positions(living),
        [await world.store.examples(living, name) for name in ("onetouch", "moodle", "quang-binh")],
    )


async def test_the_figures_are_those_of_a_recount(world: World) -> None:
    await post_lessons(world)
    await world.settle()
    assert not await world.wrong()
    assert not await world.unbalanced()
    assert (await world.figures())["g|vn-2025/48|*|total|registered"] == 3


@pytest.mark.parametrize("seed", range(4))
async def test_facts_repeated_and_partitions_interleaved(world: World, seed: int) -> None:
    """A projector that begins again appends facts from an earlier place on; others append in between."""
    random = Random(seed)
    await post_lessons(world)
    await world.post(void(90, 7), void(91, 12), partition=2)
    await world.project()
    by_source: dict[str, list[Fact]] = {}
    for it in await world.facts():
        by_source.setdefault(it.source, []).append(it)
    for theirs in by_source.values():
        theirs.sort(key=lambda it: it.offset)
    reached = dict.fromkeys(by_source, 0)
    while any(reached[name] < len(theirs) for name, theirs in by_source.items()):
        name = random.choice(list(by_source))
        start = random.randint(0, reached[name])
        end = random.randint(start, len(by_source[name]))
        reached[name] = max(reached[name], end)
        for it in by_source[name][start:end]:
            await world.append_facts(partition_of(it.subject, 4), it.encode())
        if random.random() < 0.3:
            await world.aggregate()
    await world.aggregate()
    assert not await world.wrong()


@pytest.mark.parametrize("size", [1, 3, 1000])
async def test_batches_of_any_size_make_the_same(
    world: World, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("consumers.runner.BATCH", size)
    await post_lessons(world)
    await world.settle()
    assert not await world.wrong()


async def test_a_fenced_one_writes_nothing(world: World) -> None:
    await world.post(said(1, unit="vn-2025/48"), said(2, unit="vn-2025/99"))
    await world.project()
    zombie, at = await aggregator(world)
    living, _ = await aggregator(world)
    records = await world.records(FACTS, AN)
    moved = await living.handle(records, at[AN])
    before = await state_of(world)
    with pytest.raises(Fenced):
        await zombie.handle(records, at[AN])
    with pytest.raises(Fenced):
        await zombie.handle(records, moved._replace(log="another"))
    with pytest.raises(Fenced):
        await zombie.bury(records[0], at[AN], ValueError())
    assert await state_of(world) == before
    assert moved == (await world.store.aggregate_positions((await world.store.living()).number))[AN]


async def test_two_at_once_count_once(world: World) -> None:
    await post_lessons(world)
    await world.project()
    one, at = await aggregator(world)
    other, _ = await aggregator(world)
    for partition in at:
        for record in await world.records(FACTS, partition):
            results = [await _handled(it, record, at[partition]) for it in (one, other)]
            assert results.count(None) == 1
            at[partition] = next(it for it in results if it)
    assert not await world.wrong()


async def _handled(it: Aggregator, record: Record, position: Position) -> Position | None:
    """Where it stands afterwards, None where it was fenced."""
    try:
        return await it.handle([record], position)
    except Fenced:
        return None


async def test_it_takes_up_the_ruleset_that_lives_now(world: World) -> None:
    await post_lessons(world)
    await world.project()
    stale, at = await aggregator(world)
    platforms = {
        **(await world.rules()).platforms,
        "onetouch": NARROW.model_copy(update={"name": "onetouch"}),
    }
    number_ = await world.rebuild(platforms=platforms)
    before = await state_of(world)
    with pytest.raises(Fenced):
        await stale.handle(await world.records(FACTS, AN) or await world.records(FACTS, 0), at[AN])
    assert await state_of(world) == before
    await world.post(said(100, learner="late", unit="vn-2025/44"))
    await world.project()
    await world.consume(stale)
    assert (await world.store.living()).number == number_
    assert not await world.wrong()


async def test_a_runner_goes_on_with_the_ruleset_switched_under_it(world: World) -> None:
    await post_lessons(world)
    await world.settle()
    running = Runner(world.log, Aggregator(world.log, world.store, PROFILE), asyncio.Event())
    await running.catch_up()
    for n in range(3):
        await world.rebuild()
        await world.post(said(100 + n, learner=f"late-{n}", unit="vn-2025/44"), partition=n)
        await world.project()
        while await running.sweep():
            pass
        assert not await world.wrong()


@pytest.mark.parametrize("value", [b"", b"{}", b"[1,2]", b'[99,"statement"]', b"null"])
async def test_what_is_no_fact_is_set_aside(world: World, value: bytes) -> None:
    await world.append_facts(AN, value)
    await world.post(said(1, unit="vn-2025/48"))
    await world.project()
    await world.append_facts(AN, value)
    await world.post(said(2, unit="vn-2025/48", topic=1))
    await world.settle()
    letters = await world.store.dead_letters(10)
    assert [(it.topic, it.partition, it.offset, it.value) for it in letters] == [
        (FACTS, AN, offset, value) for offset in (0, 2)
    ]
    assert not await world.wrong()


async def requeue(world: World, letter: DeadLetter) -> None:
    again = decode(letter.value)._replace(kind="requeued")
    await world.append_facts(letter.partition, again.encode())
    assert await world.store.mark_requeued(letter.number)


@pytest.mark.parametrize("poison", [(1,), (2,), (3,), (1, 3), (1, 2, 3), (9,)])
async def test_a_poison_fact_is_set_aside_and_repaired_when_requeued(
    world: World, poison: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Rules.read

    def failing(self: Rules, it: Fact) -> Reading:
        if it.statement in {number(n) for n in poison}:
            raise ZeroDivisionError
        return read(self, it)

    await world.post(said(1, "registered", unit="vn-2004/49"), said(2, unit="vn-2004/49", topic=1))
    await world.post(said(3, "passed", unit="vn-2004/49", topic=2), said(4, learner="binh"), void(9, 4))
    await world.project()
    with monkeypatch.context() as patch:
        patch.setattr(Rules, "read", failing)
        await world.aggregate()
    letters = await world.store.dead_letters(10)
    assert {decode(it.value).statement for it in letters} == {number(n) for n in poison}
    assert {it.code for it in letters} == {"ZeroDivisionError"}
    assert await world.wrong()
    for letter in letters:
        await requeue(world, letter)
        await world.aggregate()
    assert not await world.wrong()
    assert not await world.store.dead_letters(10)


async def test_a_void_of_a_statement_whose_fact_was_poison(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.append_facts(AN, fact(1, statement=number(1), offset=0).encode()[:-1])
    await world.post(said(1, unit="vn-2025/48"), void(9, 1))
    await world.settle()
    assert len(await world.store.dead_letters(10)) == 1
    assert not await world.wrong()


async def test_a_requeued_fact_of_somebody_nobody_knows_changes_nothing(world: World) -> None:
    stranger = fact(1, kind="requeued", learner="nobody")
    await world.append_facts(0, stranger.encode(), stranger.encode())
    await world.aggregate()
    assert not await world.store.dead_letters(10)
    assert not await world.figures()


async def test_what_is_through_is_in_the_cells(world: World) -> None:
    """A position promises what its `through` says, also while it is behind."""
    await post_lessons(world)
    await world.project()
    made, _ = await aggregator(world)
    for n in range(3):
        await world.consume(made)
        await world.post(*(said(n * 50 + i + 100, learner=f"learner-{i}") for i in range(40)), partition=n)
        await world.project()
        ends = await world.log.ends(FACTS)
        await made.sweep()
        for partition, at in (await made.positions()).items():
            assert at.offset < ends[partition]
            promised = {it.statement for it in await world.facts() if it.stored < at.through}
            later = (await world.records(FACTS, partition))[at.offset :]
            assert not promised & {decode(it.value).statement for it in later}
    assert max(at.through for at in (await made.positions()).values()) > 0


async def test_a_crash_at_any_call_counts_nothing_twice(world: World) -> None:
    round_, call = 0, 1
    while call:
        name = f"learner-{round_}"
        first = round_ * 10
        await world.post(said(first + 1, learner=name), said(first + 2, "passed", actor=agent(name), topic=1))
        await world.post(void(first + 3, first + 1), partition=1)
        await world.project()
        crash = CrashAt(call)
        try:
            await world.consume(
                Aggregator(watched_log(world.log, crash), watched_store(world.store, crash), PROFILE)
            )
        except Crash:
            await world.aggregate()
        call = call + 1 if crash.calls >= call else 0
        round_ += 1
    assert round_ > 20, "a crash was tried at every call, and one round had none"
    assert not await world.wrong()
    assert sum((await world.log.ends(STATEMENTS)).values()) == 3 * round_

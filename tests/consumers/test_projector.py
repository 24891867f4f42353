"""The projector: statements are stored once, their facts appended, duplicates and conflicts counted once
(G1, G2, G3, G5, G8).
"""

from __future__ import annotations

import pytest

from consumers.projector import Projector
from schemas.document import same_content
from schemas.errors import Fenced
from schemas.fact import Fact
from schemas.profile import Origin, Profile
from schemas.record import FACTS, KIND, STATEMENTS, TICK, NewRecord, Position
from schemas.xapi import parse_timestamp
from tests.consumers.factories import Json, agent, group, number, placed, record, said, void
from tests.consumers.watched import Crash, CrashAt, watched_log, watched_store
from tests.consumers.world import PROFILE, World


async def counts(world: World, platform: str = "onetouch") -> dict[str, int]:
    found = await world.store.counts(Projector.name)
    return {kind: count for (name, kind), count in found.items() if name == platform}


async def test_a_statement_is_stored_as_the_log_has_it_with_stored_spliced_in(world: World) -> None:
    await world.post(said(1))
    await world.project()
    (kept,) = await world.records(STATEMENTS)
    found = (await world.store.find([number(1)]))[number(1)]
    assert found.text.startswith(kept.value[:-1] + b',"stored":"')
    assert (found.stored, found.partition, found.offset) == (kept.timestamp, 0, 0)


async def test_without_a_timestamp_it_is_the_moment_of_the_append(world: World) -> None:
    appended = await world.post(said(1, at=None))
    await world.project()
    (statement,) = await world.statements()
    assert statement["timestamp"] == statement["stored"]
    assert parse_timestamp(statement["timestamp"]) == appended.timestamp


async def test_everybody_of_a_group_gets_a_fact_and_one_of_them_the_volume(world: World) -> None:
    await world.post(said(1, actor=group("an", "binh", "an", "chi")))
    await world.project()
    facts = await world.facts()
    assert len({fact.subject for fact in facts}) == len(facts) == 3
    assert [fact.first for fact in facts].count(True) == 1


async def test_facts_of_one_learner_lie_in_one_partition_in_order(world: World) -> None:
    for n in range(1, 9):
        await world.post(said(n), said(n + 10, learner="binh"))
        await world.project()
    for partition in range(4):
        kept = await world.records(FACTS, partition)
        assert len({it.key for it in kept}) <= 2
    facts = [fact for fact in await world.facts() if fact.statement < number(10)]
    assert [fact.offset for fact in facts] == sorted(fact.offset for fact in facts)
    assert len(facts) == 8


async def test_one_id_twice_in_a_batch_is_a_duplicate_or_a_conflict(world: World) -> None:
    await world.post(said(1), said(1), said(1, "passed"), said(2))
    await world.project()
    assert await counts(world) == {"received": 4, "duplicate": 1, "conflict": 1}
    assert len(await world.facts()) == 2
    (lost,) = await world.store.conflicts("onetouch", 10)
    assert (lost.id, lost.offset, b"passed" in lost.text) == (number(1), 2, True)


async def test_of_two_partitions_the_first_projected_wins(world: World) -> None:
    await world.post(said(1), partition=1)
    await world.post(said(1, "passed"), partition=0)
    await world.post(said(1, "passed"), platform="moodle", partition=2)
    await world.project()
    (statement,) = await world.statements()
    assert statement["verb"]["id"].endswith("passed")
    assert await counts(world) == {"received": 2, "conflict": 1}
    assert await counts(world, "moodle") == {"received": 1, "duplicate": 1}


async def test_a_timestamp_that_the_store_gave_is_no_part_of_the_content(world: World) -> None:
    await world.post(said(1, at=None))
    await world.project()
    await world.post(said(1, at=None))
    await world.project()
    assert await counts(world) == {"received": 2, "duplicate": 1}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"timestamp": "t1", "stored": "s"}, {"timestamp": "t2", "stored": "s"}, False),
        ({"timestamp": "s", "stored": "s"}, {"timestamp": "t2", "stored": "t3"}, True),
        ({"timestamp": "t1", "stored": "s"}, {"timestamp": "t1", "stored": "other"}, True),
    ],
)
def test_content_is_compared_without_what_the_store_adds(
    one: dict[str, str], other: dict[str, str], same: bool
) -> None:
    base = said(1, at=None)
    instants = {"t1": "2025-04-18T01:00:00Z", "t2": "2025-04-18T02:00:00Z", "t3": "2025-04-18T03:00:00Z"}
    first, second = (
        {**base, **{key: instants.get(value, "2025-05-01T00:00:00.000Z") for key, value in it.items()}}
        for it in (one, other)
    )
    assert same_content(first, second) is same


async def test_ticks_move_the_watermark_and_nothing_else(world: World) -> None:
    ticks = [await world.tick(1) for _ in range(3)]
    await world.project()
    position = (await world.store.positions(Projector.name))[1]
    assert (position.offset, position.stored) == (3, max(tick.timestamp for tick in ticks))
    assert not await world.store.counts(Projector.name)
    assert not await world.facts()


async def test_stored_never_steps_back_though_the_clock_does(world: World) -> None:
    beginning = await world.beginning(STATEMENTS)
    projector = Projector(world.log, world.store, PROFILE)
    at = await projector.handle(
        [placed(record(said(n)), n, timestamp) for n, timestamp in enumerate([5_000, 3_000, 6_000])],
        beginning,
    )
    tick = NewRecord(b"", ((KIND, TICK),))
    at = await projector.handle([placed(tick, 3, 4_000)], at)
    at = await projector.handle([placed(record(said(4)), 4, 1_000)], at)
    found = await world.store.find([number(n) for n in (0, 1, 2, 4)])
    assert [found[number(n)].stored for n in (0, 1, 2, 4)] == [5_000, 5_000, 6_000, 6_000]
    assert at == (await world.store.positions(Projector.name))[0]
    assert (at.offset, at.stored) == (5, 6_000)


@pytest.mark.parametrize("place", [0, 2, 4])
async def test_poison_is_set_aside_and_its_neighbours_go_on(world: World, place: int) -> None:
    for n in range(5):
        if n == place:
            await world.raw(b'{"id": ')
        else:
            await world.post(said(n, learner=f"learner-{n}"))
    await world.settle()
    (letter,) = await world.store.dead_letters(10)
    assert (letter.topic, letter.offset, letter.platform) == (STATEMENTS, place, "onetouch")
    assert letter.value == b'{"id": '
    assert len(await world.statements()) == 4
    assert await counts(world) == {"received": 4}
    assert (await world.store.positions(Projector.name))[0].offset == 5
    assert not await world.wrong()


async def test_all_of_it_poison(world: World) -> None:
    for value in (b"", b"null", b"[]", b"{}", b'{"id":1}', b"\xff"):
        await world.raw(value, platform=b"\xff")
    await world.project()
    assert len(await world.store.dead_letters(10)) == 6
    assert (await world.store.positions(Projector.name))[0].offset == 6


async def test_a_zombie_moves_nothing_and_counts_nothing(world: World) -> None:
    await world.post(said(1), said(1), said(2, actor=agent("binh")))
    records = await world.records(STATEMENTS)
    beginning = await world.beginning(STATEMENTS)
    zombie, living = (Projector(world.log, world.store, PROFILE) for _ in range(2))
    await living.handle(records, beginning)
    before = await counts(world), await world.store.positions(Projector.name)
    for stale in (beginning, Position("other", 0, 0), beginning._replace(offset=2)):
        with pytest.raises(Fenced):
            await zombie.handle(records, stale)
    with pytest.raises(Fenced):
        await zombie.bury(records[0], beginning, ValueError())
    assert (await counts(world), await world.store.positions(Projector.name)) == before
    await world.aggregate()
    assert not await world.wrong()
    assert not await world.unbalanced()


async def _crash(world: World, call: int) -> int:
    """Project with a crash at this call of a port, then again without; how many calls were made."""
    crash = CrashAt(call)
    try:
        await world.consume(
            Projector(watched_log(world.log, crash), watched_store(world.store, crash), PROFILE)
        )
    except Crash:
        await world.project()
    return crash.calls


async def test_a_crash_at_any_call_changes_no_count(world: World) -> None:
    """Among the calls: after the facts were appended and before the position moves."""
    expected = {"received": 4, "duplicate": 1, "conflict": 1}
    round_, call = 0, 1
    while call:
        first = round_ * 10
        learner = f"learner-{round_}"
        await world.post(said(first + 1, learner=learner), said(first + 1, learner=learner))
        await world.post(said(first + 1, "passed", learner), said(first + 2, learner=learner), partition=1)
        calls = await _crash(world, call)
        round_ += 1
        assert await counts(world) == {kind: count * round_ for kind, count in expected.items()}
        assert len(await world.store.conflicts(None, 1000)) == round_
        call = call + 1 if calls >= call else 0
    assert round_ > 15
    assert len(await world.facts()) > 2 * round_, "some facts were appended twice"
    await world.aggregate()
    assert not await world.wrong()
    assert not await world.unbalanced()


async def test_a_statement_that_was_poison_counts_once_when_it_is_requeued(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = Profile.facts

    def failing(self: Profile, statement: Json, origin: Origin) -> list[Fact]:
        if statement["id"] == number(2):
            raise ZeroDivisionError
        return facts(self, statement, origin)

    with monkeypatch.context() as patch:
        patch.setattr(Profile, "facts", failing)
        await world.post(said(1), said(2, unit="vn-2025/48"), void(9, 2), said(3))
        await world.settle()
    (letter,) = await world.store.dead_letters(10)
    assert (letter.offset, letter.code) == (1, "ZeroDivisionError")
    for _ in range(2):
        await world.log.append(STATEMENTS, {0: [NewRecord(letter.value, letter.headers, letter.key)]})
        await world.settle()
    assert (await world.store.find([number(2)]))[number(2)].voided, "its void waited for it"
    assert await counts(world) == {"received": 5, "duplicate": 1}
    assert not await world.wrong()
    assert not await world.unbalanced()

"""What was appended here and is not yet projected answers for its ids, within a bound (G3, G11)."""

from __future__ import annotations

import asyncio

from lrs.adapters.sqlite.log import SqliteLog
from lrs.endpoint.unprojected import PAGE, Unprojected
from schemas.record import KIND, STATEMENTS, TICK, NewRecord, Position
from tests.endpoint.making import at_ends, identifier, records

IDS = [identifier(n) for n in range(10)]


async def test_a_claim_waits_for_whoever_has_one_of_the_ids() -> None:
    unprojected = Unprojected(100)
    await unprojected.claim(IDS[:3])
    second = asyncio.create_task(unprojected.claim(IDS[2:5]))
    third = asyncio.create_task(unprojected.claim(IDS[5:]))
    await asyncio.sleep(0.01)
    assert (second.done(), third.done()) == (False, True)
    unprojected.release(IDS[:3])
    await second
    assert len(unprojected) == 8


async def test_of_many_claims_of_one_id_one_has_it_at_a_time() -> None:
    unprojected, holders, most = Unprojected(100), 0, 0

    async def hold(ids: list[str]) -> None:
        nonlocal holders, most
        await unprojected.claim(ids)
        holders += 1
        most = max(most, holders)
        await asyncio.sleep(0)
        holders -= 1
        unprojected.release(ids)

    await asyncio.gather(*(hold([IDS[0], IDS[n % 3 + 1]]) for n in range(30)))
    assert (most, len(unprojected)) == (1, 0)


async def test_what_is_appended_is_found_until_the_projector_has_passed_it() -> None:
    unprojected = Unprojected(100)
    unprojected.appended(IDS[:4], 1, 10)
    unprojected.appended(IDS[4:6], 1, 14)
    unprojected.appended(IDS[6:8], 2, 0)
    assert unprojected.find(IDS) == {
        **{it: (1, n) for n, it in enumerate(IDS[:6], 10)},
        **{it: (2, n) for n, it in enumerate(IDS[6:8])},
    }
    unprojected.projected({1: Position("log", 1, 13)})
    assert unprojected.find(IDS[:4]).keys() == set(IDS[:4])
    unprojected.projected({1: Position("log", 1, 15)})
    assert unprojected.find(IDS).keys() == set(IDS[4:8])
    unprojected.projected({1: Position("log", 1, 16), 2: Position("log", 2, 2)})
    assert (len(unprojected), unprojected.find(IDS)) == (0, {})


async def test_an_id_appended_again_is_found_where_it_came_first() -> None:
    unprojected = Unprojected(100)
    unprojected.appended(IDS[:1], 0, 5)
    unprojected.appended(IDS[:1], 1, 0)
    unprojected.projected({1: Position("log", 1, 1)})
    assert unprojected.find(IDS) == {IDS[0]: (0, 5)}
    unprojected.projected({0: Position("log", 0, 6)})
    assert len(unprojected) == 0


async def test_the_bound_counts_what_is_in_flight_and_what_is_appended() -> None:
    unprojected = Unprojected(5)
    await unprojected.claim(IDS[:2])
    unprojected.appended(IDS[2:4], 0, 0)
    assert unprojected.has_room(1)
    assert not unprojected.has_room(2)
    unprojected.projected({0: Position("log", 0, 2)})
    assert unprojected.has_room(3)


async def test_it_takes_up_what_was_appended_before_and_nobody_projected(log: SqliteLog) -> None:
    await log.append(STATEMENTS, {0: records(0, 1, 2), 1: records(3)})
    tick = NewRecord(b"null", ((KIND, TICK),))
    await log.append(STATEMENTS, {0: [tick], 1: [*records(4), tick, *records(5)]})
    unprojected = Unprojected(100)
    assert await unprojected.load(log, {0: Position(await log.log_id(STATEMENTS), 0, 2)})
    expected = {2: (0, 2), 3: (1, 0), 4: (1, 1), 5: (1, 3)}
    assert unprojected.find(IDS) == {IDS[n]: at for n, at in expected.items()}
    unprojected.projected(await at_ends(log))
    assert len(unprojected) == 0


async def test_it_takes_up_more_than_a_page(log: SqliteLog) -> None:
    count = PAGE + 7
    await log.append(STATEMENTS, {3: records(*range(count))})
    unprojected = Unprojected(count)
    assert await unprojected.load(log, {})
    assert unprojected.find([identifier(count - 1)]) == {identifier(count - 1): (3, count - 1)}


async def test_more_than_the_bound_is_not_taken_up(log: SqliteLog) -> None:
    await log.append(STATEMENTS, {0: records(0, 1, 2)})
    unprojected = Unprojected(2)
    assert not await unprojected.load(log, {})
    assert len(unprojected) == 0
    assert await unprojected.load(log, {0: Position(await log.log_id(STATEMENTS), 0, 1)})


async def test_g8_a_record_that_is_no_statement_is_passed_over(log: SqliteLog) -> None:
    poison = [NewRecord(it) for it in (b"no json", b"[]", b"{}", b'{"id":[]}', b'"\xff"')]
    await log.append(STATEMENTS, {0: [*records(0), *poison, *records(1)]})
    unprojected = Unprojected(100)
    assert await unprojected.load(log, {})
    assert unprojected.find(IDS) == {IDS[0]: (0, 0), IDS[1]: (0, 6)}

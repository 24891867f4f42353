"""The sweeper: data that no statement came to name goes when it is old, and nothing else."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator

import pytest

from consumers import sweeper
from consumers.sweeper import sweep
from schemas.errors import WrongLog
from schemas.ports import PROJECTOR
from schemas.record import Position
from tests.consumers.factories import Json, said
from tests.consumers.world import World

FIRST = "0" * 64
"""Before every hash."""


async def keep(world: World, data: bytes) -> str:
    """Keep data as the endpoint does; its hash."""

    async def pieces() -> AsyncIterator[bytes]:
        yield data

    sha2 = hashlib.sha256(data).hexdigest()
    await world.store.keep_attachment(sha2, pieces(), "moodle")
    return sha2


def naming(number: int, *hashes: str) -> Json:
    """A statement with attachments."""
    attachments = [
        {"usageType": "urn:x", "display": {}, "contentType": "text/plain", "length": 1, "sha2": it}
        for it in hashes
    ]
    return {**said(number), "attachments": attachments}


async def swept(world: World, *, age: int = -1000) -> str:
    """Sweep what is of any age."""
    return await sweep(world.log, world.store, age=age, patience=0)


async def kept(world: World, *hashes: str) -> list[str]:
    there = await world.store.attachments(hashes)
    return [it for it in hashes if it in there]


async def test_what_a_stored_statement_names_stays_and_the_rest_goes(world: World) -> None:
    named, voided, unnamed = [await keep(world, it) for it in (b"named", b"voided", b"unnamed")]
    await world.post(naming(1, named), naming(2, voided.upper()))
    await world.post({**said(3, "voided"), "object": {"objectType": "StatementRef", "id": said(2)["id"]}})
    await world.project()
    assert await swept(world) == ""
    assert await kept(world, named, voided, unnamed) == [named, voided]


async def test_what_is_young_stays(world: World) -> None:
    sha2 = await keep(world, b"young")
    await swept(world, age=60_000)
    assert await kept(world, sha2) == [sha2]


async def test_while_the_projector_is_behind_nothing_goes(world: World) -> None:
    sha2, unnamed = await keep(world, b"named"), await keep(world, b"unnamed")
    await world.post(naming(1, sha2))
    assert await sweep(world.log, world.store, FIRST, age=-1000, patience=0) == FIRST
    assert await kept(world, sha2, unnamed) == [sha2, unnamed]
    await world.project()
    await swept(world)
    assert await kept(world, sha2, unnamed) == [sha2]


async def test_what_a_dead_letter_names_stays_until_it_is_requeued(world: World) -> None:
    sha2 = await keep(world, b"named by a letter")
    await world.raw(b'{"attachments":[{"sha2":"%s"}]' % sha2.upper().encode())
    await world.project()
    (letter,) = await world.store.dead_letters(10)
    await swept(world)
    assert await kept(world, sha2) == [sha2]
    await world.store.mark_requeued(letter.number)
    await swept(world)
    assert await kept(world, sha2) == []


async def test_what_is_requeued_and_not_yet_projected_stays(world: World) -> None:
    """It is in the log again before it leaves the list, so the projector must pass it first."""
    sha2 = await keep(world, b"requeued")
    await world.raw(b'{"attachments":[{"sha2":"%s"}]' % sha2.encode())
    await world.project()
    (letter,) = await world.store.dead_letters(10)
    await world.post(naming(1, sha2))
    await world.store.mark_requeued(letter.number)
    assert await sweep(world.log, world.store, FIRST, age=-1000, patience=0) == FIRST
    assert await kept(world, sha2) == [sha2]
    sweeping = asyncio.create_task(sweep(world.log, world.store, age=-1000))
    await world.project()
    assert await sweeping == ""
    assert await kept(world, sha2) == [sha2]


async def test_what_a_conflict_names_stays(world: World) -> None:
    won, lost = await keep(world, b"won"), await keep(world, b"lost")
    await world.post(naming(1, won))
    await world.post(naming(1, lost.upper()), partition=1)
    await world.project()
    assert len(await world.store.conflicts(None, 5)) == 1
    await swept(world)
    assert await kept(world, won, lost) == [won, lost]


async def test_a_sweep_goes_on_where_the_one_before_ended(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeper, "MOST", 4)
    monkeypatch.setattr(sweeper, "PAGE", 2)
    hashes = sorted([await keep(world, b"%d" % number) for number in range(10)])
    named = hashes[::3]
    await world.post(naming(1, *named))
    await world.project()
    after, sweeps = "", 0
    while True:
        after = await sweep(world.log, world.store, after, age=-1000, patience=0)
        sweeps += 1
        if not after:
            break
    assert sweeps == 3
    assert await kept(world, *hashes) == named


async def test_positions_of_another_log_sweep_nothing(world: World) -> None:
    sha2 = await keep(world, b"unnamed")
    await world.post(said(1))
    await world.store.move(PROJECTOR, None, Position("another", 0, 1), {})
    with pytest.raises(WrongLog, match="another"):
        await swept(world)
    assert await kept(world, sha2) == [sha2]

"""What links would change, and asking the log for them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from lrs.exports.link import held
from schemas.link import Link, Said, holding
from schemas.ports import PROJECTOR, EventLog, Store
from schemas.record import STATEMENTS, Appended, NewRecord

AT_ONCE = 1_000


class Change(NamedTuple):
    """What is to be said, without what holds already. `linked`: accounts that are nobody's now; `moved`:
    those that are another person's; `unlinked`: those that are a person's and will be nobody's.
    """

    said: tuple[Said, ...]
    linked: int
    moved: int
    unlinked: int
    unchanged: int


async def change(store: Store, said: Sequence[Said]) -> Change:
    """What these would change, as things stand."""
    wanted = {it.account: it for it in said}
    accounts = list(wanted)
    held: dict[str, Link] = {}
    for at in range(0, len(accounts), AT_ONCE):
        held |= holding(await store.linked(accounts[at : at + AT_ONCE]))
    fresh: list[Said] = []
    numbers = {"linked": 0, "moved": 0, "unlinked": 0, "unchanged": 0}
    for account, it in wanted.items():
        before = held[account].person if account in held else None
        if before == it.person:
            numbers["unchanged"] += 1
            continue
        numbers["linked" if before is None else "unlinked" if it.person is None else "moved"] += 1
        fresh.append(it)
    return Change(tuple(fresh), **numbers)


async def accounts_of(store: Store, person: str) -> list[Link]:
    """What holds of every account of a person's subject."""
    found: list[Link] = []
    while page := await store.links_by_person((person, found[-1].account if found else ""), AT_ONCE):
        theirs = [it for it in page if it.person == person]
        found += theirs
        if len(theirs) < len(page):
            break
    return found


async def of_import(store: Store, origin: str) -> list[Link]:
    """What an import said and still holds, of accounts that are a person's."""
    return [it async for it in held(store) if it.origin == origin]


def new_origin() -> str:
    """A name for an import, by which it is found and taken back."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"


async def ask(log: EventLog, store: Store, records: Sequence[NewRecord]) -> Appended:
    """Append control records, all or none; where the projector must pass them.

    Raises ValueError where no projector has begun.
    """
    positions = await store.positions(PROJECTOR)
    if not positions:
        raise ValueError("no consumer has read lrs.statements yet: there is nothing to be erased or linked")
    partition = min(positions)
    return (await log.append(STATEMENTS, {partition: records}))[partition]

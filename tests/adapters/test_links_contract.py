"""The port `StatementStore`: whose accounts are, over every adapter (G7)."""

from __future__ import annotations

import asyncio

import pytest

from schemas.link import Link, claim, pseudonym, said
from schemas.ports import Store
from schemas.ruleset import Ruleset
from tests.adapters.making import BASE
from tests.consumers.factories import HOME, subject

P, Q = (pseudonym(person, b"secret") for person in "pq")
AN, BINH, CHI = (subject(name) for name in ("an", "binh", "chi"))


def link(name: str, person: str | None, moment: int, offset: int = 0) -> Link:
    account, terms, person = said(f"account:{HOME}|{name}", person)
    return Link(account, terms, person, BASE + moment, offset, "import-1")


@pytest.fixture
async def living(store: Store) -> Store:
    """A store with a ruleset."""
    await store.switch(await store.begin_filling(Ruleset(), {}, {}))
    return store


async def seen(store: Store) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Whose the accounts are, and the accounts of the persons, as an aggregation sees both."""
    async with store.aggregation((await store.living()).number, 0) as transaction:
        links = await transaction.links([AN, BINH, CHI])
        accounts = await transaction.accounts_of([P, Q])
    assert links == await store.links([AN, BINH, CHI])
    return dict(links), {person: sorted(theirs) for person, theirs in accounts.items()}


async def test_nobody_is_linked_at_first(living: Store) -> None:
    assert await seen(living) == ({}, {P: [], Q: []})
    assert await living.linked([AN]) == []
    assert await living.links_by_person(("", ""), 5) == []
    assert not await living.has_links()


async def test_who_was_linked_once_is_known_for_ever(living: Store) -> None:
    await living.note_links([link("an", None, 1)])
    assert not await living.has_links()
    await living.note_links([link("an", P, 2)])
    assert await living.has_links()
    await living.note_links([link("an", None, 3)])
    assert await living.has_links()


async def test_the_latest_holds_in_any_order(living: Store) -> None:
    said = [link("an", P, 1), link("an", Q, 3), link("an", None, 2), link("binh", Q, 1), link("chi", P, 1)]
    for it in reversed(said):
        await living.note_links([it])
    assert await seen(living) == ({AN: Q, BINH: Q, CHI: P}, {P: [CHI], Q: sorted([AN, BINH])})
    assert [it.moment - BASE for it in await living.linked([AN])] == [1, 2, 3]
    await living.note_links([link("an", None, 4)])
    assert await seen(living) == ({BINH: Q, CHI: P}, {P: [CHI], Q: [BINH]})


async def test_of_one_moment_the_later_record_holds(living: Store) -> None:
    await living.note_links([link("an", P, 1, 8), link("an", Q, 1, 7)])
    assert (await seen(living))[0] == {AN: P}


async def test_a_platforms_claim_gives_way_to_an_operator_and_to_an_earlier_one(living: Store) -> None:
    identifier = f"account:{HOME}|an"
    for moment, person in ((5, Q), (3, P), (4, Q)):
        await living.note_links([claim(identifier, person, BASE + moment, 0, "one")])
    assert (await seen(living))[0] == {AN: P}
    await living.note_links([link("an", None, 1)])
    assert (await seen(living))[0] == {}
    assert [it.claimed for it in await living.linked([AN])] == [True, True, True, False]


async def test_everybody_it_was_ever_said_to_be_is_told_also_again(living: Store) -> None:
    assert await living.note_links([link("an", P, 1)]) == {AN: tuple(sorted([AN, P]))}
    every = {AN: tuple(sorted([AN, P, Q]))}
    assert await living.note_links([link("an", Q, 2)]) == every
    assert await living.note_links([link("an", Q, 2)]) == every
    assert await living.note_links([link("an", None, 3)]) == every
    assert len(await living.linked([AN])) == 3


async def test_of_two_at_once_one_sees_both(living: Store) -> None:
    told = await asyncio.gather(living.note_links([link("an", P, 1)]), living.note_links([link("an", Q, 2)]))
    assert any(set(it[AN]) == {AN, P, Q} for it in told)


async def test_what_was_said_is_kept_whole(living: Store) -> None:
    said = [link("an", P, 1, 9), link("an", None, 2)]
    await living.note_links(said)
    assert list(await living.linked([AN, BINH])) == said


async def test_they_are_listed_in_parts(living: Store) -> None:
    names = [f"learner-{n}" for n in range(7)]
    await living.note_links([link(name, P if n % 2 else Q, 1) for n, name in enumerate(names)])
    await living.note_links([link(names[0], None, 2), link(names[1], Q, 2), link(names[2], Q, 3)])
    found: list[Link] = []
    after = ("", "")
    while page := await living.links_by_person(after, 2):
        assert len(page) <= 2
        found += page
        after = (page[-1].person or "", page[-1].account)
    assert len(found) == 6
    assert [(it.person, it.account) for it in found] == sorted((it.person or "", it.account) for it in found)
    assert {it.account for it in found if it.person == P} == {subject(names[n]) for n in (3, 5)}

"""The port `StatementStore`: references and voids in any order of arrival, against the model (G6)."""

from __future__ import annotations

import asyncio
import random
from itertools import permutations

import pytest

from schemas.document import Document
from schemas.ports import Store
from schemas.query import LONGEST_CHAIN, StatementQuery
from tests.adapters.factories import StoreFactory
from tests.adapters.making import BASE, document
from tests.adapters.model import Model

TERMS = [bytes([number]) * 16 for number in range(4)]


async def check(store: Store, model: Model, generator: random.Random) -> None:
    """The store answers as the model does: what is voided, and queries drawn at random."""
    found = await store.find(list(model.documents))
    assert {identifier: s.text for identifier, s in found.items()} == {
        identifier: d.text for identifier, d in model.documents.items()
    }
    assert {identifier for identifier, s in found.items() if s.voided} == model.voided()
    assert await store.ignored_voids() == model.ignored_voids()
    for _ in range(25):
        query = StatementQuery(
            terms=frozenset(generator.sample(TERMS, generator.choice((0, 1, 1, 2, 3)))),
            platform=generator.choice((None, None, "one", "two")),
            since=generator.choice((None, None, BASE + generator.randrange(20))),
            until=generator.choice((None, None, BASE + generator.randrange(20))),
            limit=1_000,
            ascending=generator.choice((True, False)),
        )
        texts = list((await store.query(query)).texts)
        expected = model.query(query)
        assert sorted(texts) == sorted(expected), query
        stored = {d.text: d.stored for d in model.documents.values()}
        assert [stored[text] for text in texts] == [stored[text] for text in expected]


def draw(generator: random.Random, count: int) -> list[Document]:
    """Statements that refer to and void one another at random: cycles, chains, targets that are not there."""
    documents = []
    for number in range(count):
        kind = generator.choice(("plain", "refers", "refers", "voids"))
        target = generator.randrange(count + 2)
        documents.append(
            document(
                number,
                platform=generator.choice(("one", "one", "two")),
                terms=generator.sample(TERMS, generator.randrange(4)),
                refers_to=target if kind == "refers" else None,
                voids=target if kind == "voids" else None,
                voids_any=generator.random() < 0.3,
                stored=BASE + generator.randrange(20),
            )
        )
    return documents


@pytest.mark.parametrize("seed", range(12))
async def test_any_order_over_any_calls_comes_to_the_same(store: Store, seed: int) -> None:
    generator = random.Random(seed)
    documents = draw(generator, 14)
    generator.shuffle(documents)
    model = Model()
    at = 0
    while at < len(documents):
        size = generator.randrange(1, 6)
        # what came before comes again, as after a crash
        part = documents[max(0, at - generator.randrange(3)) : at + size]
        at += size
        model.project(part)
        projection = await store.project(part)
        assert {told.id for told in projection.voided} == model.reported(part)
    await check(store, model, generator)


@pytest.mark.parametrize("seed", range(4))
async def test_two_projectors_at_once_come_to_the_same(store_factory: StoreFactory, seed: int) -> None:
    generator = random.Random(100 + seed)
    stores = [await store_factory(), await store_factory()]
    documents = draw(generator, 24)
    generator.shuffle(documents)
    model = Model()
    model.project(documents)

    async def run(store: Store, own: list[Document]) -> None:
        for at in range(0, len(own), 2):
            await store.project(own[at : at + 2])

    await asyncio.gather(run(stores[0], documents[::2]), run(stores[1], documents[1::2]))
    for store in stores:
        await check(store, model, generator)


async def test_every_order_of_a_chain_is_found_from_its_end(store_factory: StoreFactory) -> None:
    store = await store_factory()
    for round_, order in enumerate(permutations(range(4))):
        first = 10 * round_
        term = bytes([100 + round_]) * 16
        for link in order:
            await store.project(
                [document(first + link, terms=[term] if link == 0 else [], refers_to=first + link - 1)]
                if link
                else [document(first, terms=[term])]
            )
        page = await store.query(StatementQuery(frozenset([term]), ascending=True))
        assert list(page.texts) == [document(first + link).text for link in range(4)]


@pytest.mark.parametrize("cut", [1, 30, LONGEST_CHAIN, 100])
async def test_a_long_chain_is_followed_to_its_bound(store: Store, cut: int) -> None:
    term = TERMS[0]
    chain = [document(0, terms=[term])] + [document(n, refers_to=n - 1) for n in range(1, 150)]
    await store.project(chain[cut:])
    await store.project(chain[:cut])
    page = await store.query(StatementQuery(frozenset([term]), limit=1_000, ascending=True))
    assert list(page.texts) == [d.text for d in chain[: LONGEST_CHAIN + 1]]


@pytest.mark.parametrize("length", [1, 2, 3, 5])
async def test_a_cycle_is_found_from_everywhere_in_it(store: Store, length: int) -> None:
    for number in range(length):
        terms = TERMS[:1] if number == 0 else []
        await store.project([document(number, terms=terms, refers_to=(number + 1) % length)])
    page = await store.query(StatementQuery(frozenset(TERMS[:1]), ascending=True))
    assert list(page.texts) == [document(number).text for number in range(length)]

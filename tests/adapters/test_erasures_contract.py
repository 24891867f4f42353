"""The port `StatementStore`: erasures, over every adapter (G7)."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest

from schemas.deadletter import DeadLetter
from schemas.document import Document, term, terms, voided_id
from schemas.erasure import Erasure, erasure_record, named
from schemas.fact import Fact
from schemas.ports import Store
from schemas.profile import subjects_of
from schemas.projection import Conflict, Projection
from schemas.query import StatementQuery
from schemas.record import FACTS, STATEMENTS
from schemas.ruleset import Ruleset
from schemas.xapi import format_timestamp, statement_reference
from tests.adapters.factories import StoreFactory
from tests.adapters.making import BASE
from tests.consumers.factories import HOME, Json, agent, group, number, said, subject, void


def document(n: int, learner: str = "an", *, platform: str = "one", **more: Any) -> Document:
    """A real statement as it is stored, at the moment BASE + n."""
    return whole(n, said(n, learner=learner, at=None, **more), platform)


def whole(n: int, statement: Json, platform: str = "one") -> Document:
    stored = format_timestamp(BASE + n)
    statement = {"timestamp": stored, **statement, "stored": stored, "authority": agent("lrs")}
    return Document(
        id=statement["id"],
        log="log",
        partition=0,
        offset=n,
        stored=BASE + n,
        platform=platform,
        text=orjson.dumps(statement),
        terms=terms(statement),
        refers_to=statement_reference(statement),
        voids=voided_id(statement),
        voids_any=False,
        subjects=subjects_of(statement),
        named=named(statement),
    )


def erasure(learner: str, until: int = 1_000) -> Erasure:
    """The erasure of a learner up to BASE + `until`."""
    return Erasure.decode(erasure_record(f"account:{HOME}|{learner}").value, BASE + until)


async def erase(store: Store, learner: str, until: int = 1_000, limit: int = 100) -> dict[str, set[str]]:
    """Erase as a projector does; by statement who is to be told."""
    asked, after = erasure(learner, until), ""
    told: dict[str, set[str]] = {}
    await store.note_erasure(asked)
    while True:
        erased = await store.erase(asked, after, limit)
        told |= {it.id: set(it.subjects) for it in erased.statements}
        await store.forget(asked, [it.id for it in erased.statements])
        if erased.after is None:
            return told
        after = erased.after


async def project(store: Store, documents: list[Document]) -> Projection:
    """Project as a projector does that tells whom it concerns."""
    projection = await store.project(documents)
    for it, existing, left in zip(documents, projection.existing, projection.remains, strict=True):
        if left is not None and (existing is None or existing.is_of(it)):
            for learner in left.removed:
                await store.forget(projection.erasures[learner], [it.id])
    return projection


async def found_by(store: Store, learner: str) -> int:
    asked = frozenset({term("related-agent", f"account:{HOME}|{learner}")})
    return len((await store.query(StatementQuery(asked, limit=100))).texts)


async def counted_for(store: Store, learner: str) -> list[str]:
    """The statements that the aggregator reads for a learner."""
    async with store.aggregation((await store.living()).number, 0) as transaction:
        found = await transaction.statements_of([subject(learner)])
    return [it.id for it in found[subject(learner)]]


@pytest.fixture
async def living(store: Store) -> Store:
    """A store with a ruleset."""
    await store.switch(await store.begin_filling(Ruleset(), {}, {}))
    return store


async def test_a_statement_of_theirs_becomes_a_tombstone(living: Store) -> None:
    await living.project([document(1), document(2, "chi"), document(3, platform="two")])
    told = await erase(living, "an")
    assert told == {number(1): {subject("an")}, number(3): {subject("an")}}
    found = await living.find([number(n) for n in (1, 2, 3)])
    assert [bool(found[number(n)].text) for n in (1, 2, 3)] == [False, True, False]
    assert [found[number(n)].erased for n in (1, 2, 3)] == [True, False, True]
    assert [found[number(n)].voided for n in (1, 2, 3)] == [True, False, True]
    place = found[number(3)]
    assert (place.log, place.partition, place.offset) == ("log", 0, 3)
    assert (place.stored, place.platform) == (BASE + 3, "two")
    assert await living.tombstones() == {"one": 1, "two": 1}
    assert await found_by(living, "an") == 0
    assert await counted_for(living, "an") == []
    assert len((await living.query(StatementQuery(limit=10))).texts) == 1


async def test_of_several_only_they_are_taken_out(living: Store) -> None:
    await living.project([document(1, actor=group("an", "binh"))])
    assert await erase(living, "an") == {number(1): {subject("an"), subject("binh")}}
    found = (await living.find([number(1)]))[number(1)]
    assert orjson.loads(found.text)["actor"]["member"] == [agent("binh")]
    assert found.erased
    assert not found.voided
    assert await living.tombstones() == {}
    assert await found_by(living, "an") == 0
    assert await found_by(living, "binh") == 1
    assert await counted_for(living, "an") == []
    assert await counted_for(living, "binh") == [number(1)]
    await erase(living, "binh")
    assert (await living.find([number(1)]))[number(1)].text == b""
    assert await living.tombstones() == {"one": 1}


async def test_what_comes_later_is_erased_before_anybody_sees_it(living: Store) -> None:
    await living.note_erasure(erasure("an"))
    documents = [document(1), document(2, actor=group("an", "binh")), document(3, "chi"), document(1_001)]
    for _ in range(2):
        projection = await project(living, documents)
        alone, several, other, later = projection.remains
        assert alone is not None
        assert alone[:2] == (b"", ())
        assert alone.removed == {subject("an")}
        assert several is not None
        assert several.subjects == (subject("binh"),)
        assert orjson.loads(several.text)["actor"]["member"] == [agent("binh")]
        assert other is None
        assert later is None, "it was stored after the erasure"
    found = await living.find([number(n) for n in (1, 2, 3, 1_001)])
    assert [it.erased for _, it in sorted(found.items())] == [True, True, False, False]
    assert await living.tombstones() == {"one": 1}
    assert await found_by(living, "an") == 1
    assert await found_by(living, "binh") == 1
    assert await counted_for(living, "an") == [number(1_001)]


async def test_repeats_name_the_same_until_they_are_forgotten(store: Store) -> None:
    await store.project([document(1), document(2, actor=group("an", "binh"))])
    asked = erasure("an")
    await store.note_erasure(asked)
    first = await store.erase(asked, "", 10)
    assert await store.erase(asked, "", 10) == first
    await store.forget(asked, [number(1)])
    again = await store.erase(asked, "", 10)
    assert [it.id for it in again.statements] == [number(2)]
    assert set(again.statements[0].subjects) == {subject("an"), subject("binh")}
    await store.forget(asked, [number(2)])
    await store.forget(asked, [number(1), number(2)])
    assert (await store.erase(asked, "", 10)).statements == ()


async def test_a_retry_in_the_middle_leaves_the_telling_to_who_erases(living: Store) -> None:
    several, alone = document(1, actor=group("an", "binh")), document(2)
    await living.project([several, alone])
    asked = erasure("an")
    await living.note_erasure(asked)
    await project(living, [it._replace(partition=2, offset=900 + it.offset) for it in (several, alone)])
    told = {it.id for it in (await living.erase(asked, "", 10)).statements}
    assert told == {several.id, alone.id}


async def test_the_same_record_once_more_tells_by_itself(living: Store) -> None:
    several, alone = document(1, actor=group("an", "binh")), document(2)
    await living.project([several, alone])
    await living.note_erasure(erasure("an"))
    projection = await living.project([several, alone])
    assert all(left is not None for left in projection.remains)
    assert [bool(it.text) for it in (await living.find([alone.id])).values()] == [False]
    told = {it.id for it in (await living.erase(erasure("an"), "", 10)).statements}
    assert told == {several.id, alone.id}, "who has projected it may have died before it told"


async def test_of_two_erasures_each_tells(living: Store) -> None:
    """The first has died before it told; the second makes the tombstone."""
    await living.project([document(1, actor=group("an", "binh"))])
    asked = erasure("an")
    await living.note_erasure(asked)
    await living.erase(asked, "", 10)
    await erase(living, "binh")
    (again,) = (await living.erase(asked, "", 10)).statements
    assert subject("an") in again.subjects
    await living.forget(asked, [again.id])
    for learner in ("an", "binh"):
        assert (await living.erase(erasure(learner), "", 10)).statements == ()


async def test_what_still_names_them_is_not_forgotten(living: Store) -> None:
    await living.project([document(1), document(1_001)])
    await living.note_erasure(erasure("an"))
    await living.forget(erasure("an"), [number(1), number(1_001)])
    assert [it.id for it in (await living.erase(erasure("an"), "", 10)).statements] == [number(1)]
    assert await found_by(living, "an") == 1


async def test_a_group_without_its_last_member_counts_for_nobody(living: Store) -> None:
    """G9: it is among the subjects, so that a rebuild finds it."""
    identified = {"objectType": "Group", "account": {"homePage": HOME, "name": "class"}}
    statements = [document(n, actor=identified | {"member": [agent("an")]}) for n in (1, 2)]
    await living.project(statements[:1])
    (nobody,) = (await erase(living, "an"))[number(1)] - {subject("an")}
    (_, left) = (await project(living, statements)).remains
    assert left is not None
    assert {nobody, *left.subjects} <= set(await living.subjects("", 100))


async def test_erasures_are_found_by_learner(store: Store) -> None:
    assert await store.erasures([subject("an")]) == {}
    await store.note_erasure(erasure("an", 20))
    await store.note_erasure(erasure("binh"))
    assert await store.erasures([subject("an"), subject("chi")]) == {subject("an"): erasure("an", 20)}
    assert await store.erasures([]) == {}


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 50])
async def test_parts_of_any_size_find_all(store: Store, limit: int) -> None:
    await store.project([document(n) for n in range(1, 6)] + [document(n) for n in range(1_001, 1_004)])
    assert set(await erase(store, "an", limit=limit)) == {number(n) for n in range(1, 6)}
    assert await found_by(store, "an") == 3


async def test_the_moment_is_the_earlier_of_timestamp_and_stored(store: Store) -> None:
    early = said(1_001, at=format_timestamp(BASE + 5))
    ahead = said(2, at=format_timestamp(BASE + 5_000))
    await store.project([whole(1_001, early), whole(2, ahead), document(1_002)])
    assert set(await erase(store, "an")) == {number(1_001), number(2)}


async def test_the_latest_erasure_of_a_learner_holds(store: Store) -> None:
    for until in (50, 20):
        await store.note_erasure(erasure("an", until))
    left = (await store.project([document(40), document(60)])).remains
    assert [it is None for it in left] == [False, True]


async def test_a_tombstone_still_voids(store: Store) -> None:
    await store.project([whole(9, void(9, 2, "an"))])
    await erase(store, "an")
    (told,) = (await store.project([document(2, "chi")])).voided
    assert told.id == number(2)


@pytest.mark.parametrize("before", [True, False])
async def test_references_to_a_tombstone_do_not_find_it(store: Store, before: bool) -> None:
    reference = {"object": {"objectType": "StatementRef", "id": number(1)}}
    chain = [whole(2, said(2, learner="chi", at=None) | reference)]
    reference = {"object": {"objectType": "StatementRef", "id": number(2)}}
    chain.append(whole(3, said(3, learner="chi", at=None) | reference))
    await store.project([document(1), *(chain if before else ())])
    assert await found_by(store, "an") == (3 if before else 1)
    await erase(store, "an")
    await store.project(chain)
    assert await found_by(store, "an") == 0
    assert await found_by(store, "chi") == 2


async def test_of_what_refers_to_the_rest_only_they_are_forgotten(store: Store) -> None:
    reference = {"object": {"objectType": "StatementRef", "id": number(1)}}
    referring = whole(2, said(2, learner="chi", at=None) | reference)
    await store.project([document(1, actor=group("an", "binh")), referring])
    await erase(store, "an")
    assert await found_by(store, "an") == 0
    assert await found_by(store, "binh") == 2


def conflict(n: int, **more: Any) -> Conflict:
    it = document(n, **more)
    return Conflict(it.id, it.log, 1, n, it.stored, it.platform, it.text, it.named)


def letter(n: int, value: bytes, topic: str = STATEMENTS, key: bytes | None = None) -> DeadLetter:
    return DeadLetter(topic, "log", 0, n, "one", "KeyError", "?", BASE, value, (), key, 0, BASE + n)


@pytest.mark.parametrize("before", [True, False])
async def test_what_was_set_aside_is_erased_before_and_after(store: Store, before: bool) -> None:
    without_time = orjson.dumps({"actor": agent("an"), "object": {"id": "https://one.example/1"}})
    both = orjson.dumps({"actor": group("an", "binh"), "object": {"id": "https://one.example/1"}})
    kept = {
        "learner": subject("an"),
        "subject": subject("an"),
        "platform": "one",
        "statement": number(9),
        "source": "log/0",
        "offset": 3,
        "stored": BASE,
    }
    fact = Fact(kind="statement", timestamp=BASE, **kept).encode()  # type: ignore[arg-type]
    later = Fact(kind="statement", timestamp=BASE + 9_000, **(kept | {"stored": BASE + 9_000}))  # type: ignore[arg-type]
    letters = [
        letter(1, without_time),
        letter(1_001, without_time),
        letter(2, both),
        letter(3, b'{"verb":[{"mbox":{}},{"account":%b}]}' % orjson.dumps(agent("an")["account"])),
        letter(4, b"not JSON"),
        letter(5, fact, FACTS, subject("an").encode()),
        letter(6, later.encode(), FACTS, subject("an").encode()),
        letter(7, b"not a fact", FACTS, subject("chi").encode()),
    ]
    conflicts = [conflict(1), conflict(2, actor=group("an", "binh")), conflict(3, learner="chi")]
    if before:
        await store.note_erasure(erasure("an"))
    for _ in range(2):
        await store.keep_conflicts(conflicts)
        await store.bury(letters)
    if not before:
        assert len(await store.dead_letters(20)) == 8
        await store.note_erasure(erasure("an"))
    third, second, first = await store.conflicts(None, 10)
    assert first.text == b""
    assert orjson.loads(second.text)["actor"]["member"] == [agent("binh")]
    assert third.text == conflicts[2].text
    left = {it.offset: it.value for it in await store.dead_letters(20)}
    assert left.keys() == {1_001, 2, 4, 6, 7}
    assert orjson.loads(left[2])["actor"]["member"] == [agent("binh")]
    await store.bury(letters)
    assert len(await store.dead_letters(20)) == 5, "an erased letter is not buried again"


async def test_storing_and_erasing_at_once(store_factory: StoreFactory) -> None:
    """Whoever comes first: nobody who was erased is named, and everybody is told."""
    stores = [await store_factory(), await store_factory()]
    for round_ in range(12):
        learner = f"learner-{round_}"
        first = 20 * round_
        alone = document(first + 1, learner)
        several = document(first + 2, actor=group(learner, "binh"))
        projection, told = await asyncio.gather(
            project(stores[0], [alone, several]), erase(stores[1], learner, 100_000)
        )
        for it, left in zip((alone, several), projection.remains, strict=True):
            assert it.id in told or left is not None, "somebody has told"
        found = await stores[1].find([alone.id, several.id])
        assert found[alone.id].text == b""
        assert orjson.loads(found[several.id].text)["actor"]["member"] == [agent("binh")]
        assert await found_by(stores[0], learner) == 0


async def test_two_of_one_group_erased_at_once(store_factory: StoreFactory) -> None:
    stores = [await store_factory(), await store_factory()]
    for round_ in range(12):
        it = document(round_ + 1, actor=group("binh", f"an-{round_}", f"chi-{round_}"))
        reference = {"object": {"objectType": "StatementRef", "id": it.id}}
        await stores[0].project([it])
        await asyncio.gather(
            erase(stores[0], f"an-{round_}"),
            erase(stores[1], f"chi-{round_}"),
            stores[1].project([whole(500 + round_, said(500 + round_, learner="dung", at=None) | reference)]),
        )
        found = (await stores[0].find([it.id]))[it.id]
        assert orjson.loads(found.text)["actor"]["member"] == [agent("binh")]
        for gone in ("an", "chi"):
            assert await found_by(stores[0], f"{gone}-{round_}") == 0

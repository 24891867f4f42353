"""Values that are strange but good, and values that MongoDB can never hold."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from lrs.adapters.mongo import MongoStore
from lrs.adapters.mongo import query as module
from schemas.errors import Unacceptable
from schemas.query import StatementQuery
from schemas.record import Position
from schemas.ruleset import Ruleset
from tests.adapters.making import document, identifier
from tests.adapters.mongo_database import fresh

STRANGE = ["", ".", "$", "a.b", "$inc", "_id", "a\0b", "a/b-c", "Sở Giáo dục", "\U0010ffff", "0", "x" * 2_000]


@pytest.fixture
async def store(mongo_url: str) -> AsyncIterator[MongoStore]:
    async with fresh(mongo_url) as home:
        yield await home.open()


async def test_a_platform_may_have_any_name(store: MongoStore) -> None:
    documents = [
        document(number, platform=name, subjects=(f"subject {name}",)) for number, name in enumerate(STRANGE)
    ]
    voids = [document(100 + number, platform="other", voids=number) for number, _ in enumerate(STRANGE)]
    await store.project([*documents, *voids])
    assert await store.ignored_voids() == {"other": len(STRANGE)}
    for number, name in enumerate(STRANGE):
        assert (await store.query(StatementQuery(platform=name))).texts == (documents[number].text,)
        assert await store.last_seen(name) == documents[number].stored
    at: Position | None = None
    for offset, name in enumerate(STRANGE):
        to = Position("log", 0, offset)
        await store.move(name or "none", None, to, {})
        await store.move("all", at, to, {(name, kind): 1 for kind in STRANGE})
        at = to
    assert await store.counts("all") == {(name, kind): 1 for name in STRANGE for kind in STRANGE}
    assert await store.positions("x" * 2_000) == {0: Position("log", 0, len(STRANGE) - 1)}
    listed = [*await store.subjects("", 5)]
    while page := await store.subjects(listed[-1], 5):
        listed += page
    assert listed == sorted({*(f"subject {name}" for name in STRANGE), "subject"})


async def test_learners_cells_and_examples_may_have_any_name(store: MongoStore) -> None:
    number = await store.begin_filling(Ruleset(), {"a.b/$0": 1, "": 2}, {})
    async with store.aggregation(number, 0) as aggregation:
        named = {(platform, reason): ["x"] for platform in STRANGE for reason in STRANGE}
        cells = {name + end: 1 for name in STRANGE for end in ("", "|1")}
        await aggregation.save(dict.fromkeys(STRANGE, b"learner"), cells, named, None)
    async with store.aggregation(number, 0) as aggregation:
        assert (await aggregation.ruleset()).floor == {"a.b/$0": 1, "": 2}
        assert set(await aggregation.learners(STRANGE)) == set(STRANGE)
    for name in STRANGE:
        assert set(await store.examples(number, name)) == set(STRANGE)
        assert set(await store.cells(number, name)) == {key for key in cells if key.startswith(name)}
    some = ("a", "\U0010ffff", "a.", "x")
    assert set(await store.cells(number, *some)) == {key for key in cells if key.startswith(some)}


async def test_cells_hold_large_numbers(store: MongoStore) -> None:
    number = await store.begin_filling(Ruleset(), {}, {})
    for added in (2**31 - 1, 1, 2**40, -(2**41)):
        async with store.aggregation(number, 0) as aggregation:
            await aggregation.save({}, {"x": added}, {}, None)
    async with store.aggregation(number, 1) as aggregation:
        await aggregation.save({}, {"x": 2**31 - 1}, {}, None)
    assert await store.cells(number, "") == {"x": 2**31 + 2**40 - 2**41 + 2**31 - 1}


async def test_a_large_statement_is_stored_and_one_too_large_is_poison(store: MongoStore) -> None:
    large = document(1, text=b"1" * (15 * 2**20))
    await store.project([large])
    assert (await store.find([large.id]))[large.id].text == large.text
    larger = document(2, text=b"2" * (16 * 2**20))
    with pytest.raises(Unacceptable):
        await store.project([document(0), larger, document(3)])
    for one in (document(0), document(3)):
        assert (await store.project([one])).voided == ()
    assert set(await store.find([identifier(n) for n in range(4)])) == {identifier(n) for n in (0, 1, 3)}


@pytest.mark.parametrize(
    "change",
    [{"platform": "\ud800"}, {"subjects": ("\udfff",)}, {"offset": 2**63}, {"log": "\ud800"}],
)
async def test_what_cannot_be_held_is_poison(store: MongoStore, change: dict[str, object]) -> None:
    with pytest.raises(Unacceptable):
        await store.project([document(1)._replace(**change)])  # type: ignore[arg-type]
    await store.project([document(1)])


async def test_a_page_of_large_statements_ends_and_goes_on(
    store: MongoStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGEST_PAGE", 3_000)
    term = b"t" * 16
    given = [document(n, text=b"%04d" % n * 250, terms=[term]) for n in range(6)]
    given += [document(n, text=b"%04d" % n * 250, refers_to=n - 10) for n in range(10, 16)]
    await store.project(given)
    query = StatementQuery(frozenset([term]), ascending=True)
    pages = [await store.query(query)]
    while pages[-1].more is not None:
        pages.append(await store.query(replace(query, after=pages[-1].more)))
    assert [len(page.texts) for page in pages] == [3, 3, 3, 3]
    assert [text for page in pages for text in page.texts] == [one.text for one in given]


async def test_an_instant_outside_of_all_time_is_no_error(store: MongoStore) -> None:
    await store.project([document(1)])
    for since, until, found in (
        (-5, None, 1),
        (None, -5, 0),
        (2**70, None, 0),
        (None, 2**70, 1),
        (-9, -5, 0),
    ):
        page = await store.query(StatementQuery(since=since, until=until))
        assert len(page.texts) == found

"""Making a database: again and again, at once, and beside other versions of the program."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from lrs.adapters.mongo import migrate
from lrs.adapters.mongo.collections import COLLECTIONS
from lrs.adapters.mongo.migrate import FORMAT, has_transactions
from schemas.errors import FormatTooNew, NotPrepared, StoreError, Unacceptable
from tests.adapters.making import document, identifier
from tests.adapters.mongo_database import Fresh, fresh


@pytest.fixture
async def home(mongo_url: str) -> AsyncIterator[Fresh]:
    async with fresh(mongo_url) as home:
        yield home


@pytest.mark.parametrize(
    ("hello", "has"),
    [
        ({"isWritablePrimary": True, "setName": "rs0"}, True),
        ({"isWritablePrimary": True, "msg": "isdbgrid"}, True),
        ({"isWritablePrimary": True}, False),
    ],
)
def test_a_server_by_itself_has_no_transactions(hello: dict[str, object], has: bool) -> None:
    assert has_transactions(hello) is has


async def test_what_was_not_prepared_is_not_opened(home: Fresh) -> None:
    with pytest.raises(NotPrepared, match="lrs migrate"):
        await home.open(create=False)
    assert await home.raw.list_collection_names() == []


async def test_it_says_what_it_makes_and_makes_it_once(home: Fresh) -> None:
    lines = await migrate(home.url, database=home.name)
    for kept in COLLECTIONS:
        assert f"collection {kept.name}" in lines
        assert len([line for line in lines if line.endswith(f" on {kept.name}")]) == len(kept.indexes)
    said = await home.raw["meta"].find_one()
    assert said is not None and said["format"] == FORMAT and len(said["id"]) == 8
    assert await migrate(home.url, database=home.name) == []
    assert await home.raw["meta"].find_one() == said
    await home.open(create=False)


async def test_a_store_in_use_is_brought_up_to_date(home: Fresh) -> None:
    store = await home.open()
    await store.project([document(1)])
    await home.raw["statements"].drop_index("place")
    await home.raw.command("collMod", "cells", validator={})
    assert await migrate(home.url, database=home.name) == ["index place on statements", "validator of cells"]
    assert list(await store.find([identifier(1)])) == [identifier(1)]


async def test_two_at_once_make_one(home: Fresh) -> None:
    await asyncio.gather(*(migrate(home.url, database=home.name) for _ in range(3)))
    assert await home.count("meta") == 1
    await home.open(create=False)


async def test_a_newer_format_is_refused(home: Fresh) -> None:
    await home.open()
    await home.raw["meta"].update_one({}, {"$inc": {"format": 1}})
    for create in (True, False):
        with pytest.raises(FormatTooNew, match="newer program"):
            await home.open(create=create)


async def test_an_older_format_is_migrated(home: Fresh) -> None:
    await home.open()
    await home.raw["meta"].update_one({}, {"$inc": {"format": -1}})
    with pytest.raises(NotPrepared, match="lrs migrate"):
        await home.open(create=False)
    await home.open()


async def test_a_database_of_before_documents_gets_them(home: Fresh) -> None:
    await home.open()
    await home.raw.drop_collection("documents")
    await home.raw["meta"].update_one({}, {"$set": {"format": 1}})
    lines = await migrate(home.url, database=home.name)
    assert lines == [
        "collection documents",
        "index owner_modified_id on documents",
        "index learner on documents",
        f"format {FORMAT} in {home.name}",
    ]


async def test_what_is_not_sharded_is_not_taken_for_it(home: Fresh) -> None:
    with pytest.raises(StoreError, match="mongos"):
        await migrate(home.url, database=home.name, shard=True)


async def test_a_document_of_another_shape_is_unacceptable(home: Fresh) -> None:
    store = await home.open()
    strange = document(2)._replace(offset="nine")  # type: ignore[arg-type]
    with pytest.raises(Unacceptable):
        await store.project([document(1), strange])
    assert list(await store.find([identifier(1), identifier(2)])) == [identifier(1)]

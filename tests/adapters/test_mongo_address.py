"""Addresses of MongoDB: which database, which options, and that no password gets out."""

from __future__ import annotations

import asyncio

import pytest

from lrs.adapters.mongo import MongoStore
from lrs.adapters.mongo.address import connect, database_name
from schemas.errors import StoreError, Unavailable


@pytest.mark.parametrize(
    ("url", "given", "expected"),
    [
        ("mongodb://one:1,two:2/learning?replicaSet=a", None, "learning"),
        ("mongodb://one/le%20arn", None, "le arn"),
        ("mongodb://one", None, "lrs"),
        ("mongodb://one/?w=1", None, "lrs"),
        ("mongodb://one/learning", "other", "other"),
        ("mongodb+srv://one.example/learning", None, "learning"),
    ],
)
def test_the_database_is_named_by_the_address(url: str, given: str | None, expected: str) -> None:
    assert database_name(url, given) == expected


@pytest.mark.parametrize("url", ["sqlite:///data/store.db", "mongodb:///x", "nonsense", ""])
def test_another_address_is_refused(url: str) -> None:
    with pytest.raises(StoreError, match="no address of MongoDB"):
        database_name(url)


async def test_what_is_written_is_on_a_majority_whatever_the_address_says() -> None:
    client = connect("mongodb://127.0.0.1:1/?w=1&readConcernLevel=local&serverSelectionTimeoutMS=70")
    try:
        assert client.delegate.write_concern.document == {"w": "majority", "j": True, "wtimeout": 20_000}
        assert client.delegate.read_concern.level == "majority"
        options = client.delegate.options
        assert options.server_selection_timeout == 0.07, "times are the address's to say"
        assert options.pool_options.socket_timeout == 30
        assert options.retry_writes and options.retry_reads
    finally:
        client.close()


@pytest.mark.parametrize(
    "url",
    [
        "mongodb://user:secret@host:port/",
        "mongodb://user:sec/ret@host/",
        "mongodb://user:secret@host/?w=majority&tls=maybe&x=y",
        "mongodb://user:secret@host/?authMechanism=nonsense",
        "mongodb://user:secret@[host/",
    ],
)
async def test_no_message_has_a_password_in_it(url: str) -> None:
    with pytest.raises(StoreError) as raised:
        await MongoStore.open(url)
    error: BaseException | None = raised.value
    while error is not None:
        assert "sec" not in str(error)
        error = None if error.__suppress_context__ else error.__cause__ or error.__context__


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    url = "mongodb://user:secret@127.0.0.1:1/?serverSelectionTimeoutMS=100"
    async with asyncio.timeout(5):
        with pytest.raises(Unavailable) as raised:
            await MongoStore.open(url)
    assert "secret" not in str(raised.value)

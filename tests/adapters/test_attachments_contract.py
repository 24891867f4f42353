"""The port `AttachmentStore`, over every adapter."""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncIterator

import pytest

from schemas.attachment import PIECE, WrongHash
from schemas.document import term
from schemas.ports import Store
from tests.adapters.factories import StoreFactory
from tests.adapters.making import document

LATER = int(time.time() * 1000) + 3_600_000
"""A millisecond before which everything was kept."""


async def stream(data: bytes, size: int = 10_000) -> AsyncIterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


async def broken(data: bytes) -> AsyncIterator[bytes]:
    yield data
    raise ConnectionResetError


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def keep(store: Store, data: bytes, sender: str = "moodle") -> str:
    await store.keep_attachment(sha256(data), stream(data), sender)
    return sha256(data)


async def read(store: Store, sha2: str) -> bytes:
    return b"".join([piece async for piece in store.attachment(sha2)])


@pytest.mark.parametrize(
    "data",
    [b"", b"x", b"\r\n--\r\n\0\xff", os.urandom(PIECE), os.urandom(3 * PIECE + 1)],
    ids=["nothing", "a byte", "line ends", "a piece", "three pieces and a byte"],
)
@pytest.mark.parametrize("algorithm", ["sha224", "sha256", "sha384", "sha512"])
async def test_data_is_kept_byte_for_byte_under_its_hash(
    store_factory: StoreFactory, data: bytes, algorithm: str
) -> None:
    store = await store_factory()
    sha2 = hashlib.new(algorithm, data).hexdigest()
    await store.keep_attachment(sha2, stream(data), "moodle")
    await store.close()
    again = await store_factory()
    assert await again.attachments([sha2, "0" * len(sha2)]) == {sha2: len(data)}
    pieces = [piece async for piece in again.attachment(sha2)]
    assert b"".join(pieces) == data
    assert all(0 < len(piece) <= PIECE for piece in pieces)


async def test_there_is_no_data_that_nobody_kept(store: Store) -> None:
    assert await store.attachments([sha256(b"x")]) == {}
    assert await store.attachments([]) == {}
    with pytest.raises(KeyError):
        await read(store, sha256(b"x"))
    assert not await store.remove_attachment(sha256(b"x"), LATER)
    assert list(await store.attachments_before(LATER, "", 10)) == []
    assert await store.clear_attachments(LATER) == 0


async def test_other_data_than_the_hash_says_is_never_there(store: Store) -> None:
    sha2 = sha256(b"right")
    with pytest.raises(WrongHash):
        await store.keep_attachment(sha2, stream(b"wrong"), "moodle")
    assert await store.attachments([sha2]) == {}
    await store.keep_attachment(sha2, stream(b"right"), "moodle")
    with pytest.raises(WrongHash):
        await store.keep_attachment(sha2, stream(b"wrong"), "moodle")
    assert await read(store, sha2) == b"right"
    assert await store.clear_attachments(LATER) == 0


async def test_data_that_breaks_off_is_never_there(store: Store) -> None:
    data = os.urandom(2 * PIECE)
    with pytest.raises(ConnectionResetError):
        await store.keep_attachment(sha256(data), broken(data), "moodle")
    assert await store.attachments([sha256(data)]) == {}
    assert await store.clear_attachments(LATER) == 0


async def test_data_whose_keeping_is_given_up_is_never_there_and_is_cleared(store: Store) -> None:
    data, begun = os.urandom(2 * PIECE), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield data
        begun.set()
        await asyncio.Event().wait()

    keeping = asyncio.create_task(store.keep_attachment(sha256(data), slow(), "moodle"))
    await begun.wait()
    assert await store.clear_attachments(LATER - 7_200_000) == 0
    keeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeping
    await store.clear_attachments(LATER)
    assert await store.attachments([sha256(data)]) == {}
    assert await read(store, await keep(store, data)) == data
    assert await store.clear_attachments(LATER) == 0
    assert await read(store, sha256(data)) == data


async def test_several_may_keep_the_same_at_once(store_factory: StoreFactory) -> None:
    stores = [await store_factory() for _ in range(3)]
    data = os.urandom(2 * PIECE + 7)
    await asyncio.gather(*(keep(store, data) for store in stores for _ in range(3)))
    assert await read(stores[0], sha256(data)) == data
    assert await stores[1].remove_attachment(sha256(data), LATER)
    assert await stores[2].attachments([sha256(data)]) == {}
    assert await stores[0].clear_attachments(LATER) == 0


async def test_what_was_kept_before_is_listed_in_order_page_by_page(store: Store) -> None:
    hashes = sorted([await keep(store, b"%d" % number) for number in range(12)])
    listed: list[str] = []
    while page := await store.attachments_before(LATER, listed[-1] if listed else "", 5):
        assert len(page) <= 5
        listed += page
    assert listed == hashes
    assert list(await store.attachments_before(LATER - 7_200_000, "", 10)) == []
    assert list(await store.attachments_before(LATER, "", 0)) == []


async def test_what_is_kept_anew_is_not_removed_as_what_was_there_before(store: Store) -> None:
    await keep(store, b"x")
    await asyncio.sleep(0.02)
    between = time.time_ns() // 1_000_000
    await asyncio.sleep(0.02)
    sha2 = await keep(store, b"x")
    assert list(await store.attachments_before(between, "", 10)) == []
    assert not await store.remove_attachment(sha2, between)
    assert await read(store, sha2) == b"x"
    assert await store.remove_attachment(sha2, LATER)
    assert not await store.remove_attachment(sha2, LATER)
    with pytest.raises(KeyError):
        await read(store, sha2)


async def test_what_a_stored_statement_names_is_told_also_where_it_is_voided(store: Store) -> None:
    hashes = [sha256(b"%d" % number) for number in range(4)]
    named = [term("attachment", sha2) for sha2 in hashes]
    await store.project(
        [
            document(1, terms=[named[0]]),
            document(2, terms=[named[1]]),
            document(3, voids=2),
            document(4, refers_to=1, terms=[named[2]]),
        ]
    )
    assert await store.named_attachments(hashes) == frozenset(hashes[:3])
    assert await store.named_attachments([]) == frozenset()


async def test_data_is_known_to_be_of_those_who_sent_it(store: Store) -> None:
    for sender in ("moodle", "moodle-2", "moodle", "a.new"):
        sha2 = await keep(store, b"x", sender)
    hashes = [sha2, await keep(store, b"y", "another")]
    assert await store.attachments(hashes) == dict.fromkeys(hashes, 1)
    assert (
        await store.attachments(hashes, "moodle") == await store.attachments(hashes, "moodle-2") == {sha2: 1}
    )
    for sender in ("mood", "moodle-", "new", sha2):
        assert await store.attachments(hashes, sender) == {}
    assert list(await store.attachments_before(LATER, "", 9)) == sorted(hashes)
    assert await store.clear_attachments(LATER) == 0
    # a mistaken sender has sent nothing
    with pytest.raises(WrongHash):
        await store.keep_attachment(sha2, stream(b"wrong"), "another")
    assert await store.attachments([sha2], "another") == {}
    # what comes again after it was removed is of who sent it again
    assert await store.remove_attachment(sha2, LATER)
    await keep(store, b"x", "moodle-2")
    assert await store.attachments(hashes, "moodle") == {}
    assert await store.attachments(hashes, "moodle-2") == {sha2: 1}

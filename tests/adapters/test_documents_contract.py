"""The port `DocumentStore`, over every adapter."""

from __future__ import annotations

import asyncio
from itertools import product

import pytest

from schemas.ports import Store
from schemas.precondition import ABSENT, ALWAYS, ANY, Precondition, only
from schemas.resource_document import DocumentId, Owner, ResourceDocument, owner_digest, tag_of
from tests.adapters.factories import StoreFactory

LEARNER, OTHER = "1" * 32, "2" * 32
OWNER = Owner(owner_digest("state", "https://a.example/1", "mbox:mailto:an@a.example", None), LEARNER)
OWNERS = (
    OWNER,
    Owner(owner_digest("state", "https://a.example/2", "mbox:mailto:an@a.example", None), LEARNER),
    Owner(owner_digest("state", "https://a.example/1", "mbox:mailto:binh@a.example", None), OTHER),
    Owner(owner_digest("agent-profile", None, "mbox:mailto:an@a.example", None), LEARNER),
    Owner(owner_digest("activity-profile", "https://a.example/1", None, None), None),
)
NASTY = ("", " ", "a/b", "ngày 1", "\0", "x" * 1024, "$where", "a.b", "A", "a", "😀")
"""Ids of documents that somebody may think of."""


def kept(
    name: str = "a", content: bytes = b"\x00\xff", *, owner: Owner = OWNER, modified: int = 5
) -> ResourceDocument:
    return ResourceDocument(owner, name, tag_of(content), "image/x; a=b", modified, content)


async def load(store: Store, name: str = "a", owner: Owner = OWNER) -> ResourceDocument | None:
    return await store.load_document(owner.digest, name)


async def ids(store: Store, owner: Owner = OWNER, since: int | None = None) -> list[str]:
    return [it.id for it in await store.document_ids(owner.digest, since, 100)]


async def test_a_document_is_kept_byte_for_byte(store_factory: StoreFactory) -> None:
    store = await store_factory()
    given = [
        kept(name, bytes(range(256)) * n, owner=owner)
        for n, (name, owner) in enumerate(product(NASTY, OWNERS))
    ]
    for document in given:
        assert await store.save_document(document, ABSENT)
    await store.close()
    again = await store_factory()
    for document in given:
        assert await load(again, document.id, document.owner) == document
    for owner in OWNERS:
        assert sorted(await ids(again, owner)) == sorted(NASTY)
    assert await load(again, "b") is None


async def test_a_large_document_is_kept(store: Store) -> None:
    large = kept(content=bytes(15 * 1024 * 1024))
    assert await store.save_document(large, ALWAYS)
    assert await load(store) == large


async def test_what_is_saved_takes_the_place_of_what_was_there(store: Store) -> None:
    await store.save_document(kept(), ALWAYS)
    later = kept(content=b"later", modified=9)._replace(content_type="text/plain")
    await store.save_document(later, ALWAYS)
    assert await load(store) == later
    assert list(await store.document_ids(OWNER.digest, None, 9)) == [DocumentId("a", 9)]


THERE, GONE = tag_of(b"there"), tag_of(b"gone")
PRECONDITIONS: tuple[tuple[Precondition, bool, bool], ...] = (
    (ALWAYS, True, True),
    (ABSENT, False, True),
    (only(THERE), True, False),
    (only(GONE), False, False),
    (Precondition(match=ANY), True, False),
    (Precondition(match=frozenset()), False, False),
    (Precondition(match=frozenset({GONE, THERE})), True, False),
    (Precondition(none_match=frozenset()), True, True),
    (Precondition(none_match=frozenset({GONE})), True, True),
    (Precondition(none_match=frozenset({GONE, THERE})), False, True),
    (Precondition(match=ANY, none_match=ANY), False, False),
    (Precondition(match=ANY, none_match=frozenset({THERE})), False, False),
    (Precondition(match=frozenset({THERE}), none_match=frozenset({GONE})), True, False),
    (Precondition(match=frozenset({THERE}), none_match=frozenset({THERE})), False, False),
)
"""Each with whether it holds of the document with the tag THERE, and whether it does of none."""


@pytest.mark.parametrize(("precondition", "of_one", "of_none"), PRECONDITIONS)
async def test_a_write_whose_precondition_fails_changes_nothing(
    store: Store, precondition: Precondition, of_one: bool, of_none: bool
) -> None:
    there, new = kept("there", b"there"), b"new"
    await store.save_document(there, ALWAYS)
    await store.save_document(kept("other", b"other"), ALWAYS)

    assert await store.save_document(kept("there", new), precondition) is of_one
    assert await load(store, "there") == (kept("there", new) if of_one else there)
    assert await store.save_document(kept("none", new), precondition) is of_none
    assert await load(store, "none") == (kept("none", new) if of_none else None)

    await store.save_document(there, ALWAYS)
    await store.delete_document(OWNER.digest, "none", ALWAYS)
    assert await store.delete_document(OWNER.digest, "none", precondition) is of_none
    # a deletion that asks for nothing to be there is done where nothing is
    assert await store.delete_document(OWNER.digest, "there", precondition) is of_one
    assert await load(store, "there") == (None if of_one else there)
    assert await load(store, "other") == kept("other", b"other")


async def test_ids_are_those_modified_after_since_the_earliest_first(store: Store) -> None:
    for name, modified in (("late", 30), ("early", 10), ("middle", 20), ("also-middle", 20)):
        await store.save_document(kept(name, modified=modified), ALWAYS)
    await store.save_document(kept("foreign", owner=OWNERS[1], modified=25), ALWAYS)
    assert await ids(store) == ["early", "also-middle", "middle", "late"]
    assert await ids(store, since=10) == ["also-middle", "middle", "late"]
    assert await ids(store, since=20) == ["late"]
    assert await ids(store, since=30) == []
    assert await ids(store, since=-(10**13)) == await ids(store)
    limited = await store.document_ids(OWNER.digest, None, 2)
    assert limited == [DocumentId("early", 10), DocumentId("also-middle", 20)]
    assert list(await store.document_ids(OWNER.digest, None, 0)) == []
    await store.save_document(kept("early", modified=40), ALWAYS)
    assert await ids(store) == ["also-middle", "middle", "late", "early"]


async def test_all_of_an_owner_are_deleted_and_nobody_elses(store: Store) -> None:
    for owner in OWNERS:
        for name in "ab":
            await store.save_document(kept(name, owner=owner), ALWAYS)
    assert await store.delete_documents(OWNER.digest) == 2
    assert await store.delete_documents(OWNER.digest) == 0
    assert await ids(store) == []
    for owner in OWNERS[1:]:
        assert await ids(store, owner) == ["a", "b"]


async def test_an_erasure_takes_all_that_belongs_to_a_learner(store: Store) -> None:
    for owner in OWNERS:
        for name in "ab":
            await store.save_document(kept(name, owner=owner), ALWAYS)
    assert await store.erase_documents(LEARNER, 4) == 0
    await store.save_document(kept("later", modified=6), ALWAYS)
    assert await store.erase_documents(LEARNER, 5) == 6
    assert await store.erase_documents(LEARNER, 5) == 0
    assert await ids(store) == ["later"]
    assert await store.erase_documents(LEARNER, 6) == 1
    for owner in OWNERS:
        assert await ids(store, owner) == ([] if owner.learner == LEARNER else ["a", "b"])
    assert await store.erase_documents("", 9) == 0
    assert await store.save_document(kept(), ABSENT)
    assert await load(store) == kept()


@pytest.mark.parametrize("writers", [2, 5])
async def test_of_writes_at_once_that_ask_for_one_tag_one_is_done(
    store_factory: StoreFactory, writers: int
) -> None:
    stores = [await store_factory() for _ in range(2)]
    tag: str | None = None
    for round_ in range(30):
        drafts = [kept(content=b"%d of %d" % (n, round_)) for n in range(writers)]
        done = await asyncio.gather(
            *(stores[n % 2].save_document(draft, only(tag)) for n, draft in enumerate(drafts))
        )
        assert done.count(True) == 1
        winner = drafts[done.index(True)]
        for store in stores:
            assert await load(store) == winner
        tag = winner.tag


async def test_of_writes_and_deletions_at_once_that_ask_for_one_tag_one_is_done(
    store_factory: StoreFactory,
) -> None:
    stores = [await store_factory() for _ in range(2)]
    for round_ in range(30):
        before = kept(content=b"before %d" % round_)
        await stores[0].save_document(before, ALWAYS)
        after = kept(content=b"after %d" % round_)
        saved, deleted = await asyncio.gather(
            stores[0].save_document(after, only(before.tag)),
            stores[1].delete_document(OWNER.digest, "a", only(before.tag)),
        )
        assert saved is not deleted
        assert await load(stores[1]) == (after if saved else None)


async def test_writes_at_once_that_ask_for_nothing_are_all_done(store_factory: StoreFactory) -> None:
    stores = [await store_factory() for _ in range(2)]
    for round_ in range(20):
        drafts = [kept(f"{round_}", b"%d" % n) for n in range(4)]
        done = await asyncio.gather(
            *(stores[n % 2].save_document(draft, ALWAYS) for n, draft in enumerate(drafts))
        )
        assert all(done)
        assert await load(stores[0], f"{round_}") in drafts

"""What the ports promise of one learner: statements, documents and conflicts, over every adapter."""

from __future__ import annotations

import pytest

from schemas.document import term
from schemas.ports import Store
from schemas.precondition import ALWAYS
from schemas.query import LARGEST_PAGE
from schemas.resource_document import Owner
from tests.adapters.making import agent as named_agent
from tests.adapters.making import document, identifier
from tests.adapters.test_documents_contract import LEARNER, kept
from tests.adapters.test_erasures_contract import conflict
from tests.adapters.test_erasures_contract import document as said
from tests.consumers.factories import HOME, group, number

AN = term("related-agent", f"account:{HOME}|an")


@pytest.mark.parametrize("limit", [1, 2, 100])
async def test_all_that_name_somebody_are_found_voided_ones_too(store: Store, limit: int) -> None:
    await store.project(
        [
            said(1),
            said(2, "binh"),
            said(3, actor=group("an", "binh")),
            document(5, terms=[AN]),
            document(6, voids=5),
            document(7, refers_to=5),
        ]
    )
    found, after = [], ""
    while True:
        page, more = await store.found_by(AN, after, limit)
        assert len(page) <= limit
        found += [(it.id, it.voided) for it in page]
        if more is None:
            break
        after = more
    assert found == [(number(1), False), (number(3), False), (identifier(5), True)]
    assert await store.found_by(named_agent("nobody"), "", 5) == ([], None)


async def test_a_part_ends_where_its_statements_are_large(store: Store) -> None:
    large = b'{"x":"' + b"y" * (LARGEST_PAGE // 2) + b'"}'
    await store.project([document(n, terms=[AN], text=large) for n in range(3)])
    first, after = await store.found_by(AN, "", 100)
    assert 1 <= len(first) < 3
    assert after is not None
    rest, _ = await store.found_by(AN, after, 1)
    assert rest[0].offset == first[-1].offset + 1


async def test_documents_of_a_learner_are_of_whatever_owner(store: Store) -> None:
    for n, learner in enumerate((LEARNER, LEARNER, "f" * 32, None)):
        owner = Owner(bytes([n] * 16), learner)
        await store.save_document(kept("a")._replace(owner=owner), ALWAYS)
    found = [it async for it in store.documents_of(LEARNER)]
    assert {it.owner.digest for it in found} == {bytes([n] * 16) for n in (0, 1)}
    assert {(it.id, it.content) for it in found} == {("a", kept("a").content)}
    assert [it async for it in store.documents_of("0" * 32)] == []


async def test_every_conflict_is_gone_through(store: Store) -> None:
    assert [it async for it in store.each_conflict()] == []
    await store.keep_conflicts([conflict(n) for n in range(250)])
    found = [it async for it in store.each_conflict()]
    assert {it.offset for it in found} == set(range(250))
    assert len(found) == 250

"""Links as they are given out: whose accounts are, by pseudonyms."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from schemas.link import Link
from schemas.ports import Store
from schemas.xapi import format_timestamp

PAGE = 1000
"""Links read at once."""


async def held(store: Store) -> AsyncIterator[Link]:
    """What holds of every account that is a person's, by person and account."""
    after = ("", "")
    while page := await store.links_by_person(after, PAGE):
        for it in page:
            yield it
        after = (page[-1].person or "", page[-1].account)


def said(link: Link) -> dict[str, Any]:
    """A link. `account`: the pseudonym of its identifier (`schemas.fact.learner_key`); `person`: that of the
    person's key, None where it is nobody's; `by`: the import that said so, or where `claimed` the platform.
    """
    return {
        "account": link.account,
        "person": link.person,
        "since": format_timestamp(link.moment),
        "by": link.origin,
        "claimed": link.claimed,
    }

"""What is asked of the statement store, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.document import Term

LONGEST_CHAIN = 64
"""References that are followed from a statement. Every step costs the terms of what is there, so it has an
end.
"""


LARGEST_PAGE = 16 * 1024 * 1024
"""Bytes of texts after which a page ends, with a cursor for what follows."""


@dataclass(frozen=True, slots=True)
class StatementQuery:
    """A filter on statements that are not voided, and a page of the answer.

    A statement matches if all `terms` hold of it, or all of one statement down its chain of references,
    of which LONGEST_CHAIN are followed.
    `platform` restricts the answer to that platform's own statements, also on the way down the chain.
    `since` (exclusive) and `until` (inclusive) are milliseconds and are compared with the statement's own
    `stored`. `after` is the cursor of the page before, opaque and good for one adapter. The order is by
    `stored`, ties in one lasting order, newest first unless `ascending`.
    """

    terms: frozenset[Term] = frozenset()
    platform: str | None = None
    since: int | None = None
    until: int | None = None
    limit: int = 100
    ascending: bool = False
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Statements' exact texts, and the cursor of the next page where there is more."""

    texts: tuple[bytes, ...]
    more: str | None

"""A statement as the statement store keeps it: its exact text, and what queries need, computed once.

A query is a conjunction of *terms*. A term is a 16-byte digest of one thing that can be asked of a
statement (its verb, an agent in it, …), so every store needs one index, whatever the filter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Literal, NamedTuple

from schemas.xapi import (
    activities,
    agents,
    attachments,
    is_voiding,
    related_activities,
    related_agents,
    same_statement,
    statement_reference,
)

Term = bytes
TermKind = Literal[
    "verb", "agent", "related-agent", "activity", "related-activity", "registration", "attachment"
]


@lru_cache(maxsize=65_536)
def term(kind: TermKind, value: str) -> Term:
    """The 16 bytes under which a statement is found by `value`: an IRI, an inverse functional identifier, a
    UUID.
    """
    return blake2b(f"{kind}\0{value}".encode(), digest_size=16).digest()


def terms(statement: dict[str, Any]) -> frozenset[Term]:
    """Everything that the parameters of GET statements can ask of this statement (xAPI 2.0 Communication
    2.1.3), and the hashes of its attachments: who names them is asked before their data is removed.
    """
    found = {term("verb", statement["verb"]["id"])}
    kinds: tuple[tuple[TermKind, Callable[[dict[str, Any]], Iterable[str]]], ...] = (
        ("agent", agents),
        ("related-agent", related_agents),
        ("activity", activities),
        ("related-activity", related_activities),
    )
    for kind, of in kinds:
        for value in of(statement):
            found.add(term(kind, value))
    registration = statement.get("context", {}).get("registration")
    if registration is not None:
        found.add(term("registration", registration.lower()))
    for _, attachment in attachments(statement):
        found.add(term("attachment", attachment["sha2"].lower()))
    return frozenset(found)


class Document(NamedTuple):
    """A statement to be stored.

    `position` (log id, partition, offset) says which record it came from, and so which of several records
    with one id is the original. `stored`: milliseconds. `text`: the JSON as it is returned. `voids`: the id
    it voids, if it is a voiding statement. `voids_any`: its credential may void statements of other
    platforms. `subjects`: whom it counts for. `named`: whom it names (see `schemas.erasure.named`).
    """

    id: str
    log: str
    partition: int
    offset: int
    stored: int
    platform: str
    text: bytes
    terms: frozenset[Term]
    refers_to: str | None
    voids: str | None
    voids_any: bool
    subjects: tuple[str, ...]
    named: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StoredStatement:
    """A statement as the store gives it back.

    `voided`: a void of it took effect, or it is a tombstone, which has no text. `erased`: somebody was taken
    out of it (see `schemas.erasure`), so that it is no longer what was posted.
    """

    id: str
    log: str
    partition: int
    offset: int
    stored: int
    platform: str
    text: bytes
    voided: bool
    erased: bool = False

    def is_of(self, document: Document) -> bool:
        """Whether it came from the same record, so that the document is the original."""
        return (self.log, self.partition, self.offset) == (document.log, document.partition, document.offset)


def same_content(stored: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two statements as they are returned are the same content (G3).

    A `timestamp` equal to `stored` was given by the store, since the client gave none: it is then no part
    of the content.
    """
    given = all(it.get("timestamp") != it.get("stored") for it in (stored, other))
    return same_statement(stored, other, ignoring=() if given else ("timestamp",))


def voided_id(statement: dict[str, Any]) -> str | None:
    """The id that this statement voids, if it is a voiding statement (xAPI 2.0 Data 2.3.2)."""
    return statement_reference(statement) if is_voiding(statement) else None


def may_void(*, by: str, any_platform: bool, target_platform: str, target_is_void: bool) -> bool:
    """A void works on its own platform's statements (or on any with scope `all`), never on another void
    (G10).
    """
    return not target_is_void and (any_platform or by == target_platform)

"""What storing a batch of documents met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from schemas.document import StoredStatement
from schemas.erasure import Erasure, Remains


@dataclass(frozen=True, slots=True)
class Corrected:
    """A statement that a void has marked, or that somebody was taken out of, and everybody to be told:
    `log`, `partition` and `offset` are its place in the log.
    """

    id: str
    log: str
    partition: int
    offset: int
    stored: int
    platform: str
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Projection:
    """For each document what stood under its id before (None: it was stored now), and the voids in effect.

    `voided` has every statement that a void among these documents has marked, and every one of these
    documents that is marked: all of them, also on a repeat. `remains`: for each document what is left of it,
    where it names somebody who was erased (see `schemas.erasure.remains`). `erasures`: by learner those of
    all whom these documents name.
    """

    existing: tuple[StoredStatement | None, ...]
    voided: tuple[Corrected, ...]
    remains: tuple[Remains | None, ...]
    erasures: Mapping[str, Erasure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Erased:
    """A part of an erasure: the statements that the learner is out of now, and whom to tell; `after`: where
    the next part begins, None after the last one.
    """

    statements: tuple[Corrected, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A statement that came after another one with its id and other content, and was set aside.

    `named`: whom it names, to be looked for among who was erased; not kept.
    """

    id: str
    log: str
    partition: int
    offset: int
    stored: int
    platform: str
    text: bytes
    named: frozenset[str] = frozenset()

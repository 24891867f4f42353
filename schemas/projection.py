"""What storing a batch of documents met."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.document import StoredStatement


@dataclass(frozen=True, slots=True)
class VoidedStatement:
    """A statement that a void has marked, and everybody to be told: `source` and `offset` are the target's
    place in the log.
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
    documents that is marked: all of them, also on a repeat.
    """

    existing: tuple[StoredStatement | None, ...]
    voided: tuple[VoidedStatement, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A statement that came after another one with its id and other content, and was set aside."""

    id: str
    log: str
    partition: int
    offset: int
    stored: int
    platform: str
    text: bytes

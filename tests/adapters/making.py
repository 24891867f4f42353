"""Data for the contract suites."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from itertools import count

from schemas.document import Document, Term, term
from schemas.record import NewRecord

BASE = 1_700_000_000_000
_offsets = count()


def identifier(number: int) -> str:
    """The id of a statement by number."""
    return str(uuid.UUID(int=number + (0xA << 124)))


def verb(name: str) -> Term:
    return term("verb", name)


def agent(name: str) -> Term:
    return term("agent", name)


def document(
    number: int,
    *,
    platform: str = "one",
    terms: Iterable[Term] = (),
    refers_to: int | None = None,
    voids: int | None = None,
    voids_any: bool = False,
    stored: int | None = None,
    offset: int | None = None,
    subjects: tuple[str, ...] = ("subject",),
    text: bytes | None = None,
) -> Document:
    """A document; its number decides what is not said."""
    target = voids if refers_to is None else refers_to
    return Document(
        id=identifier(number),
        log="log",
        partition=0,
        offset=number if offset is None else offset,
        stored=BASE + number if stored is None else stored,
        platform=platform,
        text=b'{"number":%d}' % number if text is None else text,
        terms=frozenset(terms),
        refers_to=None if target is None else identifier(target),
        voids=None if voids is None else identifier(voids),
        voids_any=voids_any,
        subjects=subjects,
    )


def records(values: int, size: int = 8) -> list[NewRecord]:
    """So many records that share their headers, no value like another."""
    headers = (("platform", b"one"), ("version", b"2.0.0"))
    return [NewRecord(f"{next(_offsets):0{size}}".encode(), headers) for _ in range(values)]

"""A fact: what aggregation needs of one statement for one learner, free of rules, names and free text.

Facts travel on `lrs.facts`, keyed by subject, so that one learner has one writer.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Literal, NamedTuple

import orjson

FORMAT = 1
"""The first item of an encoded fact: the version of its layout."""

Kind = Literal["statement", "voided", "requeued", "erased", "linked"]


@lru_cache(maxsize=65_536)
def learner_key(identifier: str) -> str:
    """The pseudonym of an inverse functional identifier: 32 hexadecimal digits."""
    return blake2b(identifier.encode(), digest_size=16, person=b"learner").hexdigest()


def partition_of(subject: str, partitions: int) -> int:
    """The facts partition of a subject; it never changes, since the number of partitions does not."""
    return zlib.crc32(subject.encode()) % partitions


class Fact(NamedTuple):
    """One statement, as it concerns one learner.

    `kind` *requeued* says that the learner is to be made anew from their stored statements; *voided* says
    that a void of `statement` took effect, *erased* that somebody was taken out of it; both carry the ids and
    the position of the target alone. *linked* says that `subject` gained or lost the account `learner`, and
    that up to `offset` of `source` (`""`: nowhere) every statement is stored (see `schemas.link`).
    `learner`: the account that it concerns; `subject`: whom it counts for, a person or the account itself.
    `source` and `offset`: the statement's place in `lrs.statements` (`<log id>/<partition>`). `first`: of
    the learners of a Group actor one carries the statement's volume. `person`: there is an identified
    learner. `unit` (scheme, province, commune), `groups`, `topic` (scheme, code), `channel` and
    `confirmation` (kind, channel, status) are as the statement says them, unchecked; `malformed` names the
    extensions whose shape was wrong. `timestamp`, `stored`: milliseconds. `identity_number`: the account's
    name has the form of a citizen's number.
    """

    kind: Kind
    statement: str
    source: str
    offset: int
    learner: str
    subject: str
    platform: str
    stored: int
    timestamp: int = 0
    first: bool = True
    person: bool = True
    verb: str = ""
    activity: str | None = None
    activity_type: str | None = None
    unit: tuple[str, str, str | None] | None = None
    groups: tuple[str, ...] | None = None
    topic: tuple[str, str] | None = None
    channel: str | None = None
    success: bool | None = None
    completion: bool | None = None
    confirmation: tuple[str, str, str] | None = None
    malformed: tuple[str, ...] = ()
    identity_number: bool = False

    def encode(self) -> bytes:
        """The fact as a JSON array: the format's version, then the fields in order."""
        return orjson.dumps([FORMAT, *self])


_TUPLES = tuple(map(Fact._fields.index, ("unit", "groups", "topic", "confirmation", "malformed")))


def decode(value: bytes) -> Fact:
    """The fact of a record's value. Raises ValueError where it is none, or of a layout that is not known."""
    fields: Any = orjson.loads(value)
    if not isinstance(fields, list) or len(fields) != len(Fact._fields) + 1 or fields[0] != FORMAT:
        raise ValueError("not a fact of a known layout")
    del fields[0]
    for index in _TUPLES:
        if fields[index] is not None:
            fields[index] = tuple(fields[index])
    return Fact._make(fields)


def source(log: str, partition: int) -> str:
    """A partition of `lrs.statements` as facts and learners name it."""
    return f"{log}/{partition}"

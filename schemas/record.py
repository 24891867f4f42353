"""A record of the event log, and where it stands.

Three topics: `STATEMENTS` holds what platforms posted (and control records), `FACTS` what aggregation needs
of it, keyed by learner, and `PROVINCES` the figures of each province and group, of which the latest of a key
holds. `schemas/asyncapi.json` describes them. An offset counts records of one partition from 0 and is never
used again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

STATEMENTS = "lrs.statements"
FACTS = "lrs.facts"
PROVINCES = "lrs.provinces"
TOPICS = (STATEMENTS, FACTS, PROVINCES)

Headers = tuple[tuple[str, bytes], ...]
"""Names and values, in order. Records of one request share one tuple."""

KIND = "kind"
"""The header that tells a statement from a control record; without it a record is a statement (or a fact)."""
TICK = b"tick"
"""A control record that says nothing but the time: it carries the watermark of an idle partition on."""
ERASURE = b"erasure"
"""A control record that asks for the erasure of a learner (see `schemas.erasure`)."""
LINKS = b"links"
"""A control record that says whose accounts are (see `schemas.link`)."""


class NewRecord(NamedTuple):
    """A record to append. `key` places a fact with its learner; statements have none."""

    value: bytes
    headers: Headers = ()
    key: bytes | None = None


TICK_RECORD = NewRecord(b"null", ((KIND, TICK),))


class Record(NamedTuple):
    """A record as the log holds it. `timestamp`: milliseconds since the epoch, given by the log at the
    append.
    """

    partition: int
    offset: int
    timestamp: int
    value: bytes
    headers: Headers = ()
    key: bytes | None = None

    def header(self, name: str) -> bytes | None:
        """The value of the first header of that name."""
        for key, value in self.headers:
            if key == name:
                return value
        return None


@dataclass(frozen=True, slots=True)
class Appended:
    """Where a unit of records was appended: they have the offsets `first` … `first + count - 1`."""

    partition: int
    first: int
    count: int
    timestamp: int


class Position(NamedTuple):
    """How far a consumer is in one partition: `offset` is the next record to be read.

    `log` is the id of the log it was taken in. `stored` is the greatest `stored` given to a record before it
    (milliseconds; 0 where there was none): a partition is consistent up to, not including, this millisecond.
    `through` (the aggregator's): everything stored before this millisecond is in what this consumer has
    written.
    """

    log: str
    partition: int
    offset: int
    stored: int = 0
    through: int = 0

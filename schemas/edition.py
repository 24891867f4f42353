"""An edition: the public figures of a day, numbered and frozen, with what they were made from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EditionHead:
    """What is listed of an edition. Numbers begin with 1, without a gap.

    `day`: the day (`2025-04-18`) of Asia/Ho_Chi_Minh through whose end it is complete. `published`,
    `through`: milliseconds. `digest`: the SHA-256 of its public bytes, in hexadecimal.
    """

    number: int
    day: str
    published: int
    through: int
    digest: str


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition as it is kept, for good.

    `public`: what everybody reads, as canonical JSON. `frozen`: the cells that it was made from, whole, which
    are for the national role alone. `memory`: what the next edition has to know of what was published. The
    last two are packed by whoever publishes.
    """

    head: EditionHead
    public: bytes
    frozen: bytes
    memory: bytes

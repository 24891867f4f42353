"""A record that could not be processed, kept with its reason until somebody has mended the cause."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.record import Headers


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record set aside: where it stood, what it was, and why it could not be processed.

    `number` is given by the store (0 before). `code` is stable; `reason` is for people and holds nothing of
    the record's content. `buried`: milliseconds since the epoch.
    """

    topic: str
    log: str
    partition: int
    offset: int
    platform: str
    code: str
    reason: str
    buried: int
    value: bytes
    headers: Headers = ()
    key: bytes | None = None
    number: int = 0

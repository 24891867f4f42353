"""A record that could not be processed, kept with its reason until somebody has mended the cause."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.record import Headers, Record


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record set aside: where it stood, what it was, and why it could not be processed.

    `number` is given by the store (0 before). `stored`: that of the record (milliseconds). `code` is stable;
    `reason` is for people and holds nothing of the record's content. `buried`: milliseconds since the epoch.
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
    stored: int = 0

    @classmethod
    def of(
        cls,
        topic: str,
        log: str,
        record: Record,
        platform: str,
        error: Exception,
        *,
        stored: int,
        now: int,
    ) -> DeadLetter:
        """The letter of a record that failed with `error`; `stored`, `now`: milliseconds since the epoch."""
        return cls(
            topic=topic,
            log=log,
            partition=record.partition,
            offset=record.offset,
            platform=platform,
            code=type(error).__name__,
            reason="processing failed on this record by itself; the consumer's log says how",
            buried=now,
            value=record.value,
            headers=record.headers,
            key=record.key,
            stored=stored,
        )

"""What subjects are told through `lrs.facts`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from schemas.fact import Fact, partition_of
from schemas.ports import EventLog
from schemas.record import FACTS, NewRecord


async def append_facts(log: EventLog, facts: Sequence[Fact]) -> None:
    """Append facts, each with its subject."""
    partitions = await log.partitions(FACTS)
    by_partition: dict[int, list[NewRecord]] = defaultdict(list)
    for fact in facts:
        partition = partitions[partition_of(fact.subject, len(partitions))]
        by_partition[partition].append(NewRecord(fact.encode(), key=fact.subject.encode()))
    await log.append(FACTS, by_partition)


def linked(account: str, subject: str, *, source: str = "", offset: int = -1, stored: int = 0) -> Fact:
    """Tells a subject that they gained or lost an account, and that up to this place every statement is
    stored.
    """
    return Fact("linked", "", source, offset, account, subject, "", stored)

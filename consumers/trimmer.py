"""Trims the log: what every consumer has passed is forgotten after its retention, for it is about persons."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from consumers.standing import refuse_other_logs
from schemas.ports import PROJECTOR, EventLog, Store
from schemas.record import FACTS, STATEMENTS, Position

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Trimmed:
    """What of a topic was forgotten: `records` of them, and where each partition begins now that begins
    elsewhere.
    """

    topic: str
    records: int
    beginnings: Mapping[int, int]


async def trim(log_: EventLog, store: Store, before: int, *, dry: bool = False) -> list[Trimmed]:
    """Forget the records appended before this millisecond that every consumer has passed; with `dry` only
    say which.

    A ruleset that is being filled is a consumer too. Raises WrongLog where the positions are another log's.
    """
    projected = await store.positions(PROJECTOR)
    rulesets = [it.number for it in await store.rulesets() if it.stage != "retired"]
    aggregated = [await store.aggregate_positions(number) for number in rulesets]
    return [
        await _trim(log_, STATEMENTS, [projected], before, dry=dry),
        await _trim(log_, FACTS, aggregated, before, dry=dry),
    ]


async def _trim(
    log_: EventLog, topic: str, consumers: list[Mapping[int, Position]], before: int, *, dry: bool
) -> Trimmed:
    log_id = await log_.log_id(topic)
    for positions in consumers:
        refuse_other_logs(positions, topic, log_id)
    beginnings = await log_.beginnings(topic)
    to: dict[int, int] = {}
    for partition, old in (await log_.offsets_at(topic, before)).items():
        passed = [it[partition].offset if partition in it else 0 for it in consumers]
        offset = min([old, *passed]) if passed else 0
        if offset > beginnings.get(partition, offset):
            to[partition] = offset
        if offset < old:
            log.warning("%s/%d is kept past its retention: a consumer is at %d", topic, partition, offset)
    if not dry:
        await log_.trim(topic, to)
    return Trimmed(topic, sum(offset - beginnings[it] for it, offset in to.items()), to)

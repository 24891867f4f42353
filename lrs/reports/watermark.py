"""The watermark of the figures (G12): a moment up to which nothing stored is missing from them."""

from __future__ import annotations

from collections.abc import Mapping

from consumers.projector import Projector
from schemas.ports import EventLog, Store
from schemas.record import FACTS, Position


async def through(store: Store, log: EventLog, number: int) -> int:
    """Milliseconds: every statement stored before this moment is in the figures of ruleset `number`, if they
    are read after this has returned.

    The order of reading is what makes it true. A projector moves its position only after the facts of what
    lies before it are appended; so whatever was stored before W, the least of its positions' `stored`, has
    its facts before the ends of `lrs.facts` that are read *after* the positions. An aggregator whose
    position is at or past such an end has therefore aggregated all of it; one that is behind promises its
    own `through`. Read the other way round, an end could lie before a fact of a position that is read later,
    and the watermark would claim what nobody has aggregated. The ends come after the aggregators' positions,
    too: where accounts are linked, who reads a fact may tell another partition before its position moves,
    and nobody has aggregated that who is not past such an end. And the figures come last: aggregation only
    goes forward, so they hold all that the watermark says, and maybe more.
    """
    return (await read(store, log, number))[0]


async def read(store: Store, log: EventLog, number: int) -> tuple[int, Mapping[int, Position]]:
    """The watermark of `through`, and the positions of the aggregation that it was made from."""
    projected = await store.positions(Projector.name)
    aggregated = await store.aggregate_positions(number)
    ends = await log.ends(FACTS)
    beginnings = await log.beginnings(FACTS)
    log_id = await log.log_id(FACTS)
    return reached(projected, ends, aggregated, beginnings, log_id), aggregated


def reached(
    projected: Mapping[int, Position],
    ends: Mapping[int, int],
    aggregated: Mapping[int, Position],
    beginnings: Mapping[int, int],
    log_id: str,
) -> int:
    """The watermark that these values make; 0 promises nothing.

    A position that was taken in another log than `log_id` (`lrs.facts` was made anew) cannot be compared with
    an end, so it promises its own `through`.
    """
    everything = min((position.stored for position in projected.values()), default=0)

    def promised(partition: int) -> int:
        position = aggregated.get(partition)
        if position is None:
            return everything if ends[partition] == beginnings.get(partition) else 0
        if position.log == log_id and position.offset >= ends[partition]:
            return everything
        return min(everything, position.through)

    return min(map(promised, ends), default=0)

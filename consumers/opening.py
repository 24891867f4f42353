"""Opens partitions of statements for use: endpoints append to those alone that have a position in the store.

So everybody who looks at the store knows every partition that may hold a statement, whenever partitions are
added (G5).
"""

from __future__ import annotations

from contextlib import suppress

from consumers.standing import refuse_other_logs
from schemas.errors import Fenced, WrongLog
from schemas.ports import PROJECTOR, EventLog, StatementStore
from schemas.record import STATEMENTS, TICK_RECORD, Position


async def open_partitions(log: EventLog, store: StatementStore) -> list[int]:
    """See that every partition has a position, or gets one from the projector soon; which had none.

    Where no partition has one, nothing was ever appended by an endpoint, and all begin at 0. A partition that
    was added since gets a tick: the projector's position after it carries the time, so the watermark does
    not fall back. May be called at any time, by several at once. Raises WrongLog where the store stands in
    another log.
    """
    log_id = await log.log_id(STATEMENTS)
    positions = await store.positions(PROJECTOR)
    refuse_other_logs(positions, STATEMENTS, log_id)
    new = [it for it in await log.partitions(STATEMENTS) if it not in positions]
    if not positions:
        for partition in new:
            with suppress(Fenced):
                await store.move(PROJECTOR, None, Position(log_id, partition, 0), {})
    elif new:
        ends = await log.ends(STATEMENTS)
        await log.append(STATEMENTS, {it: [TICK_RECORD] for it in new if ends.get(it) == 0})
    return new


async def begin_new_log(log: EventLog, store: StatementStore) -> int:
    """Have the projector begin with this log, where the one it stands in is lost; how many positions moved.

    What the lost log had and the store has not is lost with it. Raises WrongLog where this log has fewer
    partitions than the lost one.
    """
    log_id = await log.log_id(STATEMENTS)
    partitions = await log.partitions(STATEMENTS)
    lost = [it for it in (await store.positions(PROJECTOR)).values() if it.log != log_id]
    if missing := {it.partition for it in lost} - set(partitions):
        raise WrongLog(f"the lost log had a partition {max(missing)}: give this one as many")
    for position in lost:
        to = Position(log_id, position.partition, 0, position.stored)
        await store.move(PROJECTOR, position, to, {})
    return len(lost)

"""Sweeps attachments: data that no statement came to name goes when it is old, for refused requests leave it
behind, and erased statements.

Data is in the store before its statement is in the log. So it is removed only when it was kept long ago, and
the projector has passed what was appended until a moment ago, and no statement in the store has its hash, nor
any dead letter, which may be requeued. What is kept anew at the same moment stays (`remove_attachment`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from consumers.standing import refuse_other_logs
from schemas.ports import PROJECTOR, EventLog, Store
from schemas.record import STATEMENTS

AGE = 24 * 3600 * 1000
"""Milliseconds for which data waits for its statement: far longer than any request."""
RECENT = 60_000
"""Milliseconds that the projector may be behind."""
MOST, PAGE = 10_000, 200
"""Hashes looked at in one sweep, and at once."""

log = logging.getLogger(__name__)


async def sweep(
    log_: EventLog, store: Store, after: str = "", *, age: int = AGE, recent: int = RECENT
) -> str:
    """Look at hashes from after `after` on, and remove what nobody names; where the next sweep goes on, `""`
    at the end. Removes nothing, and returns `after`, while the projector is behind.

    Raises WrongLog where the projector's positions are another log's.
    """
    now = time.time_ns() // 1_000_000
    if not await _has_passed(log_, store, now - recent):
        log.warning("attachments are not swept: the projector is behind")
        return after
    before, removed, looked = now - age, await store.clear_attachments(now - age), 0
    while page := await store.attachments_before(before, after, PAGE):
        after = page[-1]
        looked += len(page)
        named = await store.named_attachments(page)
        unnamed = [sha2 for sha2 in page if sha2 not in named]
        for sha2 in await _without_letters(store, unnamed):
            removed += await store.remove_attachment(sha2, before)
        if looked >= MOST:
            break
    if removed:
        log.info("%d attachments that no statement names were removed", removed)
    return after if page else ""


async def _has_passed(log_: EventLog, store: Store, timestamp: int) -> bool:
    positions = await store.positions(PROJECTOR)
    refuse_other_logs(positions, STATEMENTS, await log_.log_id(STATEMENTS))
    appended = await log_.offsets_at(STATEMENTS, timestamp)
    return all(
        offset <= (positions[partition].offset if partition in positions else 0)
        for partition, offset in appended.items()
    )


async def _without_letters(store: Store, hashes: Sequence[str]) -> list[str]:
    """Those of these hashes that no dead letter has anywhere in it."""
    left, number = list(hashes), 0
    while left and (letters := await store.dead_letters(PAGE, number)):
        number = letters[-1].number
        texts = [letter.value.lower() for letter in letters]
        left = [sha2 for sha2 in left if not any(sha2.encode() in text for text in texts)]
    return left

"""Sweeps attachments: data that no statement came to name goes when it is old, for refused requests leave it
behind, and erased statements.

Data is in the store before its statement is in the log, and a dead letter is in the log again before it
leaves its list. So first who is set aside is asked (letters, conflicts), then the projector must pass what is
in the log at that moment, and then the stored statements are asked: whoever names the data is met by one of
these. What is kept anew at the same moment stays (`remove_attachment`).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence

from consumers.standing import refuse_other_logs
from schemas.ports import PROJECTOR, EventLog, Store
from schemas.record import STATEMENTS

AGE = 24 * 3600 * 1000
"""Milliseconds for which data waits for its statement: far longer than any request."""
PATIENCE = 30.0
"""Seconds to wait for the projector to pass what is in the log."""
MOST, PAGE = 10_000, 200
"""Hashes looked at in one sweep, and at once."""

log = logging.getLogger(__name__)


async def sweep(
    log_: EventLog, store: Store, after: str = "", *, age: int = AGE, patience: float = PATIENCE
) -> str:
    """Look at hashes from after `after` on, and remove what nobody names; where the next sweep goes on, `""`
    at the end. Removes nothing more, and returns where it was, while the projector is behind.

    Raises WrongLog where the projector's positions are another log's.
    """
    before = time.time_ns() // 1_000_000 - age
    removed, looked = await store.clear_attachments(before), 0
    while page := await store.attachments_before(before, after, PAGE):
        unnamed = await _without_letters(store, page)
        aside = await store.conflicts_naming(unnamed)
        if not await _has_passed(log_, store, patience):
            log.warning("attachments are not swept: the projector is behind")
            return after
        named = aside | await store.named_attachments(unnamed)
        for sha2 in unnamed:
            if sha2 not in named:
                removed += await store.remove_attachment(sha2, before)
        after = page[-1]
        looked += len(page)
        if looked >= MOST:
            break
    if removed:
        log.info("%d attachments that no statement names were removed", removed)
    return after if page else ""


async def _has_passed(log_: EventLog, store: Store, patience: float) -> bool:
    """Whether the projector passes, in time, what is in the log now."""
    ends = await log_.ends(STATEMENTS)
    deadline = time.monotonic() + patience
    while True:
        positions = await store.positions(PROJECTOR)
        refuse_other_logs(positions, STATEMENTS, await log_.log_id(STATEMENTS))
        if all(end <= (positions[at].offset if at in positions else 0) for at, end in ends.items()):
            return True
        if time.monotonic() >= deadline:
            return False
        await asyncio.sleep(0.1)


async def _without_letters(store: Store, hashes: Sequence[str]) -> list[str]:
    """Those of these hashes that no dead letter has anywhere in it."""
    left, number = list(hashes), 0
    while left and (letters := await store.dead_letters(PAGE, number)):
        number = letters[-1].number
        texts = [letter.value.lower() for letter in letters]
        left = [sha2 for sha2 in left if not any(sha2.encode() in text for text in texts)]
    return left

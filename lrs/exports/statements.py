"""Every statement of the store, in the order of the log.

The order is that of partitions and offsets: what is projected later has a later place, whatever moment it is
of. So whoever goes on from a bookmark misses nothing and gets nothing twice. A statement that is voided, or
whose learner is erased, after it was given out, is not given out again: the void comes as a statement of its
own, and who keeps an export sees to erasures as the store does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection
from typing import NamedTuple

from lrs.exports.place import Places
from schemas.bookmark import Bookmark, Source
from schemas.document import StoredStatement
from schemas.ports import PROJECTOR, Store
from schemas.profile import Profile

PAGE = 1000
"""Statements read at once; fewer where they are large."""


class Part(NamedTuple):
    """Some statements of an export, and where the next part begins. `scanned`: how many were looked at."""

    statements: list[StoredStatement]
    after: Bookmark
    scanned: int


async def parts(
    store: Store, profile: Profile, lines: Collection[str] = (), start: Bookmark | None = None
) -> AsyncGenerator[Part, None]:
    """What is in the store now, from `start` on, of the provinces on these lines (see
    `lrs.exports.place.lines_of`) or of all: voided statements too, tombstones not.

    It ends where the projector is when it begins: what is beyond may still get something before it. Raises
    ValueError where `start` names a source that the store does not have.
    """
    at, wanted = start or Bookmark(), frozenset(lines)
    # a partition has its position before a statement: none that is opened now is taken for one of a lost log
    known = await store.sources()
    positions = await store.positions(PROJECTOR)
    ends = {(it.log, it.partition): it.offset for it in positions.values()}
    sources = sorted({*known, *ends})
    if unknown := at.keys() - set(sources):
        raise ValueError(f"the position is of another store: nothing here is of {min(unknown)[0]}")
    places = Places(await store.living(), profile) if wanted else None
    for source in sources:
        async for part in _of(store, source, at, ends.get(source)):
            at = part.after
            if places is not None:
                # parsing takes its time, and others wait for the event loop
                kept = await asyncio.to_thread(places.among, part.statements, wanted)
                yield part._replace(statements=kept)
            else:
                yield part


async def _of(store: Store, source: Source, at: Bookmark, end: int | None) -> AsyncGenerator[Part, None]:
    """The parts of one source up to its end (None: a log that was lost, which gets nothing any more)."""
    offset = at.get(source, 0)
    while end is None or offset < end:
        page = await store.scan(*source, offset, end, PAGE)
        if page:
            offset = page[-1].offset + 1
        elif end is not None:
            # ticks and repeats leave no statement behind the last one
            offset = max(offset, end)
        after = at.moved({source: offset})
        if page or after != at:
            yield Part([it for it in page if it.text], after, len(page))
        if not page:
            return

"""Whom statements count for: each subject once, so that they can be listed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lrs.adapters.mongo.address import Database
from lrs.adapters.mongo.insertion import insert_absent

MOST = 200_000
"""Subjects that a process remembers to be there."""


class Subjects:
    """The subjects that are kept, and those of them that need not be written again."""

    def __init__(self, database: Database) -> None:
        self._collection = database["subjects"]
        self._known: set[str] = set()

    async def note(self, subjects: Iterable[str]) -> None:
        """Keep the subjects of what is about to be stored."""
        fresh = set(subjects) - self._known
        await insert_absent(self._collection, [{"_id": subject} for subject in sorted(fresh)])
        if len(self._known) + len(fresh) > MOST:
            self._known.clear()
        self._known |= fresh

    async def listed(self, after: str, limit: int) -> Sequence[str]:
        """Subjects in the order of their code points, from after `after` on."""
        found = self._collection.find({"_id": {"$gt": after}}).sort("_id").limit(limit)
        return [it["_id"] async for it in found]

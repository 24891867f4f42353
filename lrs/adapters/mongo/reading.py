"""Reading all that matches, in as few answers of the server as their size allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lrs.adapters.mongo.insertion import Collection
from lrs.adapters.mongo.transaction import Session

BATCH = 100_000
"""Documents in one answer: a server has its own bound, in bytes."""


async def everything(
    collection: Collection,
    filter_: Mapping[str, Any],
    projection: Mapping[str, Any] | None = None,
    session: Session | None = None,
) -> list[dict[str, Any]]:
    """All documents that match, in no order."""
    cursor = collection.find(filter_, projection, session=session, batch_size=BATCH)
    found: list[dict[str, Any]] = await cursor.to_list(None)
    return found

"""A store with statements of two provinces, as a projector leaves it."""

from __future__ import annotations

from typing import Any

import orjson

from consumers.opening import open_partitions
from schemas.document import Document
from schemas.ports import PROJECTOR, EventLog, Store
from schemas.record import STATEMENTS
from schemas.registration import Registration
from schemas.ruleset import Ruleset
from tests.adapters.test_erasures_contract import document
from tests.consumers.factories import unit


def named(n: int, text: str = "vn-2004/49", **more: Any) -> Document:
    """A statement at offset `n` of partition `n % 2` that names a unit."""
    return document(n, unit=unit(text), **more)._replace(partition=n % 2)


async def prepared(store: Store, log: EventLog, *documents: Document) -> None:
    """A store with a ruleset and these, and a projector that has passed them."""
    rules = Ruleset().registering(Registration(name="one", provinces=None))
    await store.switch(await store.begin_filling(rules, {}, {}))
    await open_partitions(log, store)
    await added(store, log, *documents)


async def added(store: Store, log: EventLog, *documents: Document, passed: bool = True) -> None:
    """Project more; `passed`: the projector's positions are behind them."""
    log_id = await log.log_id(STATEMENTS)
    await store.project([it._replace(log=log_id) for it in documents])
    for partition, at in (await store.positions(PROJECTOR)).items():
        end = max((it.offset + 1 for it in documents if it.partition == partition), default=at.offset)
        if passed and end > at.offset:
            await store.move(PROJECTOR, at, at._replace(offset=end), {})


def ids(text: bytes) -> list[str]:
    """The ids of the statements of an export, in order."""
    return [orjson.loads(line)["statement"]["id"] for line in text.splitlines() if b'"statement"' in line]

"""Consumers' positions in the log, and what they have counted on the way.

One document per consumer and partition, with that partition's counts: a move is one write of one document.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from pymongo.errors import DuplicateKeyError

from lrs.adapters.mongo.address import Database
from lrs.adapters.mongo.failure import translated
from lrs.adapters.mongo.reading import everything
from schemas.errors import Fenced
from schemas.record import Position


class Positions:
    """The part of the store that knows how far consumers are."""

    _database: Database

    async def positions(self, consumer: str) -> Mapping[int, Position]:
        with translated():
            found = await everything(self._database["positions"], {"consumer": consumer}, {"counts": 0})
        return {document["partition"]: position(document) for document in found}

    async def move(
        self,
        consumer: str,
        expected: Position | None,
        to: Position,
        counts: Mapping[tuple[str, str], int],
    ) -> None:
        identity = {"_id": f"{to.partition}/{consumer}"}
        kept = self._database["positions"]
        with translated():
            if expected is not None:
                change: dict[str, Any] = {"$set": to._asdict()}
                if added := {f"counts.{_key(*kind)}": count for kind, count in counts.items()}:
                    change["$inc"] = added
                moved = await kept.update_one({**identity, **expected._asdict()}, change)
                if moved.matched_count:
                    return
            else:
                first = {_key(*kind): count for kind, count in counts.items()}
                try:
                    await kept.insert_one({**identity, "consumer": consumer, **to._asdict(), "counts": first})
                except DuplicateKeyError:
                    pass
                else:
                    return
            found = await kept.find_one(identity)
        raise Fenced(f"{consumer} is at {found and position(found)}, not at {expected}")

    async def counts(self, consumer: str) -> Mapping[tuple[str, str], int]:
        with translated():
            found = await everything(self._database["positions"], {"consumer": consumer}, {"counts": 1})
        summed: Counter[tuple[str, str]] = Counter()
        for document in found:
            for key, count in document["counts"].items():
                summed[_kind(key)] += count
        return dict(summed)


def position(document: Mapping[str, Any]) -> Position:
    """The position that a document holds."""
    return Position(*(document[name] for name in Position._fields))


def _key(platform: str, kind: str) -> str:
    """Platform and kind as the name of a field: hexadecimal, since a name has neither points nor NUL."""
    return f"{platform.encode().hex()}-{kind.encode().hex()}"


def _kind(key: str) -> tuple[str, str]:
    platform, kind = (bytes.fromhex(part).decode() for part in key.split("-"))
    return platform, kind

"""What an edition keeps beside its public tables, packed: what it was made from, and its memory."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from lrs.reports.basis import Cells
from schemas.disclosure import Memory, Shown
from schemas.plan_book import PlanBook
from schemas.plan_import import PlanImport
from schemas.ruleset import Ruleset


class Frozen(NamedTuple):
    """What an edition is made from. `book`: the plan book that was in force. `latest`: the import that made
    it, of which number and moment alone are kept; None where nothing was imported.
    """

    cells: Cells
    book: PlanBook
    latest: PlanImport | None = None


def pack(frozen: Frozen) -> bytes:
    """The cells with their rules, and the whole plan book: what ships with a later program is another one.
    What platforms are registered as makes no figure any more.
    """
    cells, latest = frozen.cells, frozen.latest
    rules = cells.ruleset.model_copy(update={"platforms": {}})
    said = {
        "ruleset": rules.model_dump(mode="json"),
        "since": cells.since,
        "linked": cells.linked,
        "through": cells.through,
        "cells": dict(cells.cells),
        "book": orjson.Fragment(frozen.book.encode()),
        "import": None if latest is None else [latest.number, latest.moment],
    }
    return _packed(said)


def unpack(packed: bytes) -> Frozen:
    """The inverse of `pack`."""
    said = _unpacked(packed)
    rules = Ruleset.model_validate(said["ruleset"])
    latest = said["import"]
    return Frozen(
        Cells(rules, said["through"], said["cells"], said["since"], said.get("linked", False)),
        PlanBook.decode(orjson.dumps(said["book"])),
        None if latest is None else PlanImport(latest[0], latest[1], by="", files=(), rows=0),
    )


def pack_memory(memory: Mapping[str, Memory]) -> bytes:
    """What was published of each line."""
    return _packed(
        {
            line: {
                "last": {figure: list(shown) for figure, shown in it.last.items()},
                "shown": sorted(it.shown),
                "between": dict(it.between),
            }
            for line, it in memory.items()
        }
    )


def unpack_memory(packed: bytes) -> dict[str, Memory]:
    """The inverse of `pack_memory`."""
    return {
        line: Memory(
            {figure: Shown(*shown) for figure, shown in it["last"].items()},
            frozenset(it["shown"]),
            it["between"],
        )
        for line, it in _unpacked(packed).items()
    }


def _packed(said: Mapping[str, Any]) -> bytes:
    return zlib.compress(orjson.dumps(said, option=orjson.OPT_SORT_KEYS))


def _unpacked(packed: bytes) -> Any:
    return orjson.loads(zlib.decompress(packed))

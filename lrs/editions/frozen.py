"""What an edition keeps beside its public tables, packed: the cells it was made from, and its memory."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

import orjson

from lrs.reports.basis import Cells
from schemas.disclosure import Memory, Shown
from schemas.ruleset import Ruleset


def pack_cells(cells: Cells) -> bytes:
    """The cells with their rules. What platforms are registered as makes no figure any more."""
    rules = cells.ruleset.model_copy(update={"platforms": {}})
    said = {
        "ruleset": rules.model_dump(mode="json"),
        "through": cells.through,
        "cells": dict(cells.cells),
    }
    return _packed(said)


def unpack_cells(packed: bytes) -> Cells:
    """The inverse of `pack_cells`."""
    said = _unpacked(packed)
    return Cells(Ruleset.model_validate(said["ruleset"]), said["through"], said["cells"])


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

"""Public editions as somebody would make them who thinks of one figure at a time."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

Json = dict[str, Any]


def primary_only(edition: Json, smallest: int) -> Json:
    """An edition of exact figures, without those that are small."""
    made = deepcopy(edition)
    for figure in _figures(made):
        small = figure["value"] is None or figure["value"] < smallest
        # what the attacker is told: sums are whole, and everything is of this edition
        figure |= {
            "value": None if small else figure["value"],
            "edition": None if small else edition["number"],
            "partial": False,
        }
    return made


def counts_only(edition: Json, smallest: int) -> Json:
    """As `primary_only`, but for what was made of the counts of targets."""
    made = primary_only(edition, smallest)
    for row in made["targets"]:
        if row["count"]["value"] is None:
            row["percent"], row["gap"] = None, {"people": None, "percentage_points": None}
    return made


def without(edition: Json, *tables: str) -> Json:
    """An edition without these tables."""
    return {**edition, **{table: [] for table in tables}}


def _figures(edition: Json) -> Iterable[Json]:
    for table in ("provinces", "groups", "targets"):
        for row in edition[table]:
            yield from (it for it in row.values() if isinstance(it, dict) and "partial" in it)

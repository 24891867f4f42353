"""What an attacker knows of figures: which lies in which."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parent.parent.parent / "schemas" / "data"
EVERYBODY = "*"


class What(NamedTuple):
    """A figure: a measure of a group, at any time or up to a day."""

    measure: str
    group: str = EVERYBODY
    due: str = ""


def lies_in(inner: What, outer: What) -> bool:
    if outer.group not in (EVERYBODY, inner.group) and outer.group not in around().get(inner.group, ()):
        return False
    if outer.measure not in (inner.measure, "registered"):
        return False
    # nobody is trained before they register
    return not outer.due or "" < inner.due <= outer.due


@cache
def inside(group: str) -> frozenset[str]:
    """Groups that lie in this one."""
    return frozenset(code for code, wider in around().items() if group in {*wider, EVERYBODY})


@cache
def around() -> Mapping[str, frozenset[str]]:
    """By group those that its members are in, too."""
    with (DATA / "groups.csv").open(encoding="utf-8", newline="") as file:
        implies = {row["code"]: set(row["implies"].split()) for row in csv.DictReader(file)}
    while True:
        wider = {code: it.union(*(implies[other] for other in it)) for code, it in implies.items()}
        if wider == implies:
            return {code: frozenset(it) for code, it in implies.items()}
        implies = wider

"""Seeded chance: the same seed and path give the same throws, whatever else was thrown before."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

Item = TypeVar("Item")


def dice(seed: int, *path: str | int) -> Random:
    """Dice of their own for the thing that the path names."""
    return Random("/".join(str(part) for part in (seed, *path)))  # noqa: S311 - reproducible, not secret


def identifier(random: Random) -> str:
    """A version 4 UUID."""
    bits = random.getrandbits(128) & ~(0xF << 76) & ~(0x3 << 62) | 0x4 << 76 | 0x2 << 62
    digits = f"{bits:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


class Weighted(Generic[Item]):
    """Items to choose from, each with its weight."""

    def __init__(self, pairs: Sequence[tuple[Item, float]]) -> None:
        self._items = [item for item, _ in pairs]
        self._weights = list(accumulate(weight for _, weight in pairs))

    def choose(self, random: Random) -> Item:
        """One item, as likely as its weight says."""
        return random.choices(self._items, cum_weights=self._weights)[0]

"""The ids of what is kept under a ruleset's number: texts, so that an id says its place in the order.

MongoDB compares texts by their bytes in UTF-8, which is the order of their code points. What is of one
ruleset lies together; a cell's partition stands at its end, so that cells are found by the prefix of a key.
"""

from __future__ import annotations

from schemas.prefix import beyond


def under(number: int) -> str:
    """What every id under a number begins with."""
    return f"{number:08x}/"


def position(number: int, partition: int) -> str:
    """The id of the position of a facts partition."""
    return f"{number:08x}/{partition:08x}"


def learner(number: int, partition: int, subject: str) -> str:
    """The id of a learner."""
    return f"{number:08x}/{partition:08x}/{subject}"


def cell(number: int, key: str, partition: int) -> str:
    """The id of a cell's share of one partition."""
    return f"{number:08x}/{key}\0{partition:08x}"


def examples(number: int, platform: str) -> str:
    """What the ids of a platform's examples begin with."""
    return f"{number:08x}/{platform.encode().hex()}/"


def example(number: int, platform: str, reason: str, partition: int) -> str:
    """The id of a reason's examples of one partition."""
    return f"{examples(number, platform)}{partition:08x}/{reason}"


def beginning(prefix: str) -> dict[str, str]:
    """The condition on an id that begins with a prefix."""
    end = beyond(prefix)
    return {"$gte": prefix} if end is None else {"$gte": prefix, "$lt": end}

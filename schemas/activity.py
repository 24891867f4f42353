"""What is known of an activity: the merger of all that statements say of it, in any order.

Each item of a definition (a language of the name, an extension, the interaction as a whole, …) stands with
its *rank*, `stored` and id of the statement that said it last: of several the latest holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any

import orjson

from schemas.xapi import COMPONENT_LISTS

HOUR = 3_600_000
"""Milliseconds for which what is said again of an activity is taken for known."""
REMEMBERED = 50_000
"""Activities of which is remembered what was said last."""
MOST = 65_536
"""Bytes that may be known of one activity; what would be more is left out."""
LARGEST = 8_192
"""Bytes of an item that is taken, so that a few do not fill an activity."""

Known = dict[str, list[Any]]
"""Item → [rank, value]; an item is a key of a definition, or `key|subkey` of a map in it."""

_MAPS = frozenset({"name", "description", "extensions"})
_INTERACTION = frozenset({"interactionType", "correctResponsesPattern", *COMPONENT_LISTS})


class News:
    """Tells what statements say of activities from what they say all the time."""

    def __init__(self) -> None:
        self._said: dict[str, tuple[bytes, int]] = {}
        """By activity the digest of what was said last, and when."""

    def of(self, statements: Iterable[tuple[dict[str, Any], int]]) -> dict[str, Known]:
        """By activity what these statements (with their ids), stored in these milliseconds, say that is new;
        again after an hour, so that what others say in between does not stay.
        """
        found: dict[str, Known] = {}
        for statement, stored in statements:
            for activity in _activities(statement):
                if (said := activity.get("definition")) and self._is_new(activity["id"], said, stored):
                    rank = [stored, statement["id"]]
                    items = {item: [rank, value] for item, value in _items(said) if _is_small(value)}
                    if not items:
                        continue
                    found[activity["id"]] = merged(found.get(activity["id"], {}), items)
        return found

    def forget(self) -> None:
        """What was new may not have been written."""
        self._said.clear()

    def _is_new(self, activity: str, said: dict[str, Any], stored: int) -> bool:
        digest = blake2b(orjson.dumps(said), digest_size=16).digest()
        last, when = self._said.get(activity, (b"", 0))
        if digest == last and stored - when < HOUR:
            return False
        if len(self._said) >= REMEMBERED:
            self._said.clear()
        self._said[activity] = (digest, stored)
        return True


def merged(one: Known, other: Known) -> Known:
    """Both together; of each item the greater rank, whatever the order in which they are merged."""
    both = dict(one)
    for item, said in other.items():
        if item not in both or said[0] > both[item][0]:
            both[item] = said
    return both


def bounded(before: Known, after: Known) -> Known:
    """What is known afterwards, but as it was before where that is too much."""
    return after if len(orjson.dumps(after)) <= MOST else before


def definition(known: Known) -> dict[str, Any]:
    """The definition that is known."""
    found: dict[str, Any] = {}
    for item, (_, value) in known.items():
        key, _, subkey = item.partition("|")
        if key == "interaction":
            found |= value
        elif subkey:
            found.setdefault(key, {})[subkey] = value
        else:
            found[key] = value
    return found


def defined(activity: str, known: Known | None) -> dict[str, Any]:
    """The activity as it is known; alone with its id where nothing is (xAPI 2.0 Communication 2.5)."""
    found: dict[str, Any] = {"objectType": "Activity", "id": activity}
    return {**found, "definition": definition(known)} if known else found


def _is_small(value: Any) -> bool:
    return len(orjson.dumps(value)) <= LARGEST


def _items(definition: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    interaction = {key: value for key, value in definition.items() if key in _INTERACTION}
    if interaction:
        yield "interaction", interaction
    for key, value in definition.items():
        if key in _MAPS:
            yield from ((f"{key}|{subkey}", it) for subkey, it in value.items())
        elif key not in _INTERACTION:
            yield key, value


def _activities(statement: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every activity that a statement names, whatever its role."""
    for value in statement.get("context", {}).get("contextActivities", {}).values():
        yield from value if isinstance(value, list) else (value,)
    target = statement["object"]
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        yield target
    elif kind == "SubStatement":
        yield from _activities(target)

"""Equality of parsed JSON, of any depth."""

from typing import Any

_NUMBERS = frozenset((int, float))


def same_json(a: Any, b: Any) -> bool:
    """Whether two parsed JSON values are equal: 1 equals 1.0, true equals no number, keys have no order.

    Walks with a list of its own, not by recursion: a parser admits more levels than Python's stack.
    """
    pairs = [(a, b)]
    while pairs:
        left, right = pairs.pop()
        kind = type(left)
        if kind is not type(right):
            if not (kind in _NUMBERS and type(right) in _NUMBERS and left == right):
                return False
        elif kind is dict:
            if left.keys() != right.keys():
                return False
            pairs.extend((value, right[key]) for key, value in left.items())
        elif kind is list:
            if len(left) != len(right):
                return False
            pairs.extend(zip(left, right, strict=True))
        elif left != right:
            return False
    return True

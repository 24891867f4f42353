"""The walk over an object or an array, driven by a table of checkers.

A checker takes a parsed JSON value and returns None or raises Invalid. While an Invalid unwinds, each walk
puts its own key before the path: a valid value pays nothing for it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from schemas.xapi.invalid import Code, Invalid, wrong_type

Checker = Callable[[object], None]
Table = Mapping[str, Checker]


def check_fields(value: object, table: Table, what: str) -> dict[str, Any]:
    """Checks every value of an object with its checker in `table` and returns the object.

    Raises Invalid for another type than an object and for a key that the table lacks; keys are case-sensitive
    (xAPI 1.0.3 Data 2.2).
    """
    if type(value) is not dict:
        raise wrong_type(value, what)
    key = ""
    checker_of = table.get
    try:
        for key, item in value.items():
            checker_of(key, unknown_key)(item)
    except Invalid as error:
        error.path.insert(0, key)
        raise
    return value


def check_items(value: object, check: Checker, what: str) -> list[Any]:
    """Checks every item of an array and returns it; raises Invalid for another type than an array."""
    if type(value) is not list:
        raise wrong_type(value, what)
    index = 0
    try:
        for index, item in enumerate(value):  # noqa: B007 - read while an error unwinds
            check(item)
    except Invalid as error:
        error.path.insert(0, index)
        raise
    return value


def require(value: dict[str, Any], *keys: str) -> None:
    """Raises Invalid `missing-key` for the first of `keys` that the object lacks."""
    for key in keys:
        if key not in value:
            raise Invalid(Code.MISSING_KEY, f"Add the key {key}.")


def unknown_key(_value: object) -> None:
    """The checker of a key that stands in no table; always raises."""
    raise Invalid(Code.UNKNOWN_KEY, "Remove this key: xAPI has no such key here. Keys are case-sensitive.")

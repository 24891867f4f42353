"""Strings, booleans, numbers and enumerated values: exact JSON types, no conversion (xAPI 1.0.3 Data 2.2)."""

from collections.abc import Collection
from math import isfinite

from schemas.xapi.invalid import Code, Invalid, wrong_type
from schemas.xapi.table import Checker


def check_string(value: object) -> None:
    """Any string, the empty one too."""
    if type(value) is not str:
        raise wrong_type(value, "a string")


def check_boolean(value: object) -> None:
    """true or false, never their names as strings."""
    if value is not True and value is not False:
        raise wrong_type(value, "true or false")


def check_number(value: object) -> None:
    """A finite number; a boolean is not a number."""
    kind = type(value)
    if kind is int:
        return
    if kind is not float:
        raise wrong_type(value, "a number")
    if not isfinite(value):  # type: ignore[arg-type]
        raise Invalid(Code.OUT_OF_RANGE, "Send a finite number.")


def check_count(value: object) -> None:
    """A whole number from zero; 27.0 is a JSON integer as 27 is (xAPI 1.0.3 Data 2.4.11, length)."""
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is not int:
        raise wrong_type(value, "a whole number")
    if value < 0:
        raise Invalid(Code.OUT_OF_RANGE, "Send a whole number that is not negative.")


def one_of(*allowed: str) -> Checker:
    """The checker of an enumerated string, case-sensitive (xAPI 1.0.3 Data 2.2)."""
    values: Collection[str] = frozenset(allowed)
    listed = ", ".join(allowed)

    def check_one_of(value: object) -> None:
        if type(value) is not str:
            raise wrong_type(value, f"one of: {listed}")
        if value not in values:
            raise Invalid(Code.BAD_VALUE, f"Send one of: {listed}.")

    return check_one_of

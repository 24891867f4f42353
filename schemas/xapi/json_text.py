"""JSON text to values, strictly: what two readers of one text could take for different values is refused.

Beyond the grammar of RFC 8259, which has neither NaN nor Infinity, refused are: a text that is not UTF-8 or
begins with a byte-order mark, escapes of single surrogates, a key that an object has twice, an integer
that 64 bits do not hold, and a number beyond the range of double precision. Other numbers are kept with
double precision (xAPI 1.0.3 Data 2.2 asks for 32 bits), and whatever string can be is kept, U+0000 too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import orjson

from schemas.xapi.invalid import Code, Invalid

_LEAST, _MOST = -(2**63), 2**64 - 1
_DIGITS = bytes(ord("0") if chr(byte).isdigit() and byte < 128 else 0 for byte in range(256))
_LONG = b"0" * 19
"""What every integer beyond 64 bits has, with _DIGITS for any digit."""


def parse_json(text: bytes | str) -> Any:
    """The value of a text. Raises Invalid: `bad-json` for what is none, `too-deep`, `duplicate-key`, and
    `out-of-range` for an integer, the last two with its path.
    """
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Invalid(Code.BAD_JSON, f"This is no JSON in UTF-8: {error.msg} at {error.pos}.") from None
    try:
        written = orjson.dumps(value)
    except orjson.JSONEncodeError:
        items = enumerate(value) if type(value) is list else ()
        deep = next(([index] for index, item in items if not _is_writable(item)), [])
        raise Invalid(Code.TOO_DEEP, "Nest values at most 250 levels deep.", *deep) from None
    raw = text.encode() if isinstance(text, str) else text
    if written == raw:
        return value
    # a key that stood twice is written once: its quotes are missed, where none is written as an escape
    lost = raw.count(b'"') != written.count(b'"')
    if lost or (b"\\" in raw and b"\\u0022" in raw) or _LONG in raw.translate(_DIGITS):
        _look(json.loads(raw, object_pairs_hook=_Pairs, parse_int=_whole))
    return value


def _is_writable(value: object) -> bool:
    try:
        orjson.dumps(value)
    except orjson.JSONEncodeError:
        return False
    return True


class _Pairs(list[tuple[str, Any]]):
    """An object with all its keys."""


_BEYOND = object()


def _whole(digits: str) -> object:
    # as many digits as it has are no matter
    return _BEYOND if len(digits) > 20 or not _LEAST <= int(digits) <= _MOST else None


def _look(value: object) -> None:
    """Look slowly for what is refused; most texts that come here are well."""
    if value is _BEYOND:
        raise Invalid(Code.OUT_OF_RANGE, f"Send an integer from {_LEAST} to {_MOST}, or a string of digits.")
    items: Iterable[tuple[str | int, object]] = ()
    if type(value) is _Pairs:
        seen = set()
        for key, _ in value:
            if key in seen:
                raise Invalid(Code.DUPLICATE_KEY, "Give an object each key once.", key)
            seen.add(key)
        items = value
    elif type(value) is list:
        items = enumerate(value)
    for at, item in items:
        try:
            _look(item)
        except Invalid as error:
            error.path.insert(0, at)
            raise

"""What was found valid once is valid again: verbs and definitions are few, and come with every statement."""

import orjson

from schemas.xapi.table import Checker

_MOST = 4096
_LONGEST = 4096
"""Bytes of a value that is remembered."""


def remembered(check: Checker) -> Checker:
    """The checker, which looks at a value that it has found valid no second time. Remembers a bounded number.

    Two values are the same if their JSON is, to the byte.
    """
    known: set[bytes] = set()

    def check_once(value: object) -> None:
        try:
            text = orjson.dumps(value)
        except orjson.JSONEncodeError:  # nested too deep to be written: then it is just checked
            check(value)
            return
        if text in known:
            return
        check(value)
        if len(text) <= _LONGEST:
            if len(known) >= _MOST:
                known.clear()
            known.add(text)

    return check_once

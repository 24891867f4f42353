"""Ranges of texts that begin alike."""

from __future__ import annotations


def beyond(prefix: str) -> str | None:
    """The least text that is greater than every text with this prefix; None where there is none. By code
    points, as SQLite and MongoDB compare."""
    last = chr(0x10FFFF)
    stem = prefix.rstrip(last)
    if not stem:
        return None
    code = ord(stem[-1]) + 1
    # surrogates are no text of their own
    return stem[:-1] + chr(0xE000 if code == 0xD800 else code)

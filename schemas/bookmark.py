"""How far somebody is who reads statements in the order of the log."""

from __future__ import annotations

import re
from collections.abc import Mapping

Source = tuple[str, int]
"""A log's id and a partition."""

_LOG = re.compile(r"[0-9A-Za-z]{1,64}")
_PART = re.compile(r"([0-9]{1,6})-([0-9]{1,15})")


class Bookmark(dict[Source, int]):
    """By source the offset of the next statement; a source that is not named is read from its beginning.

    A store may have statements of a log that was lost and of the one that was begun after it, so partitions
    alone would say too little.
    """

    def __str__(self) -> str:
        """`<log>.<partition>-<offset>.<partition>-<offset>~<log>…`, in characters that a URL takes as they
        are; empty where nothing was read.
        """
        by_log: dict[str, list[str]] = {}
        for (log, partition), offset in sorted(self.items()):
            by_log.setdefault(log, []).append(f"{partition}-{offset}")
        return "~".join(".".join((log, *parts)) for log, parts in by_log.items())

    @classmethod
    def parse(cls, text: str) -> Bookmark:
        """The bookmark of a text. Raises ValueError where it is none."""
        found = cls()
        for group in text.split("~") if text else ():
            log, *parts = group.split(".")
            matches = [_PART.fullmatch(part) for part in parts]
            if not _LOG.fullmatch(log) or not matches:
                raise ValueError(f"{text[:80]} is no position")
            for match in matches:
                if match is None:
                    raise ValueError(f"{text[:80]} is no position")
                found[log, int(match[1])] = int(match[2])
        return found

    def moved(self, to: Mapping[Source, int]) -> Bookmark:
        """The bookmark with these sources moved."""
        return Bookmark({**self, **to})

"""Voiding statements and their targets, whichever came first."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import orjson

from lrs.adapters.sqlite.database import select_in
from lrs.adapters.sqlite.names import Names
from schemas.document import may_void
from schemas.identifier import to_text
from schemas.projection import Corrected

_VOIDS_OF = "SELECT seq, platform, voids, voids_any FROM statements WHERE voids IN ({values})"
_SENDERS = """
    SELECT DISTINCT s.voids, p.name, s.voids_any
    FROM statements AS s JOIN platforms AS p ON p.number = s.platform WHERE s.voids IN ({values})
"""
_TARGETS = """
    SELECT id, seq, source, offset, stored, platform, voids IS NOT NULL, subjects FROM statements
    WHERE id IN ({values})
"""
_MARK = "UPDATE statements SET voided = 1 WHERE seq = ? AND voided = 0"
_IGNORE = "INSERT OR IGNORE INTO ignored_voids (platform, seq) VALUES (?, ?)"


class Void(NamedTuple):
    """A voiding statement and the id of its target."""

    seq: int
    platform: int
    target: bytes
    any_platform: int


def awaited(connection: sqlite3.Connection, ids: Iterable[bytes], platform: str) -> list[bytes]:
    """Those of these ids that a void would mark, were they statements of this platform."""
    return [
        identifier
        for identifier, by, any_platform in select_in(connection, _SENDERS, ids)
        if may_void(by=by, any_platform=bool(any_platform), target_platform=platform, target_is_void=False)
    ]


def mark(
    connection: sqlite3.Connection, names: Names, ids: Iterable[bytes], voids: Iterable[Void]
) -> Iterator[Corrected]:
    """Mark the targets of these voids, and those of these statements that a void is there for; all that are
    marked."""
    meeting = {*voids, *(Void(*row) for row in select_in(connection, _VOIDS_OF, ids))}
    rows = select_in(connection, _TARGETS, {void.target for void in meeting})
    targets = {row[0]: row[1:] for row in rows}
    marked: dict[bytes, int] = {}
    ignored: list[tuple[int, int]] = []
    for void in sorted(meeting):
        target = targets.get(void.target)
        if target is None:
            continue
        seq, _, _, _, platform, is_void, _ = target
        if may_void(
            by=names.platform_name(void.platform),
            any_platform=bool(void.any_platform),
            target_platform=names.platform_name(platform),
            target_is_void=bool(is_void),
        ):
            marked[void.target] = seq
        else:
            ignored.append((void.platform, void.seq))
    connection.executemany(_MARK, [(seq,) for seq in marked.values()])
    connection.executemany(_IGNORE, ignored)
    for identifier in marked:
        _, source, offset, stored, platform, _, subjects = targets[identifier]
        log, partition = names.source_name(source)
        yield Corrected(
            to_text(identifier),
            log,
            partition,
            offset,
            stored,
            names.platform_name(platform),
            tuple(orjson.loads(subjects)),
        )

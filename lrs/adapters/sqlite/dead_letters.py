"""Dead letters: records that could not be processed."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from lrs.adapters.sqlite.database import Database
from lrs.adapters.sqlite.erased import erasures_of
from lrs.adapters.sqlite.record_batch import decode_headers, encode_headers
from schemas.deadletter import DeadLetter
from schemas.erasure import letter_remains, named_in_letter, untils

PAGE = 100
"""Letters that are looked at in one go."""

_BURY = """
    INSERT INTO dead_letters
        (topic, log, partition, offset, platform, code, reason, buried, value, headers, key, stored)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (topic, log, partition, offset) DO NOTHING
"""
_LISTED = """
    SELECT topic, log, partition, offset, platform, code, reason, buried, value, headers, key, number, stored
    FROM dead_letters WHERE requeued = 0 AND number > ? ORDER BY number LIMIT ?
"""
_COUNTED = """
    SELECT topic, platform, code, count(*) FROM dead_letters WHERE requeued = 0
    GROUP BY topic, platform, code
"""
_REQUEUE = """
    UPDATE dead_letters SET requeued = 1, value = x'', headers = x'', key = NULL
    WHERE number = ? AND requeued = 0
"""
_PLACE = " WHERE topic = ? AND log = ? AND partition = ? AND offset = ? AND requeued = 0"
_SHORTEN = "UPDATE dead_letters SET value = ?"
_EMPTY = "UPDATE dead_letters SET requeued = 1, value = x'', headers = x'', key = NULL"


class DeadLetters:
    """The part of the store that keeps dead letters."""

    _statements: Database

    async def bury(self, letters: Sequence[DeadLetter]) -> None:
        await self._statements.write(_bury, letters)

    async def dead_letters(self, limit: int, after: int = 0) -> Sequence[DeadLetter]:
        return await self._statements.read(_listed, limit, after)

    async def dead_letter_counts(self) -> Mapping[tuple[str, str, str], int]:
        return await self._statements.read(_counted)

    async def mark_requeued(self, number: int) -> bool:
        return await self._statements.write(_requeue, number)


def _bury(connection: sqlite3.Connection, letters: Sequence[DeadLetter]) -> None:
    rows = [
        (
            letter.topic,
            letter.log,
            letter.partition,
            letter.offset,
            letter.platform,
            letter.code,
            letter.reason,
            letter.buried,
            letter.value,
            encode_headers(letter.headers),
            letter.key,
            letter.stored,
        )
        for letter in letters
    ]
    connection.executemany(_BURY, rows)
    for letter in letters:
        _take_out(connection, letter, untils(erasures_of(connection, named_in_letter(letter))))


def take_out(connection: sqlite3.Connection, erased: Mapping[str, int]) -> None:
    """Take these learners, erased until these moments, out of what is on the list."""
    after = 0
    while page := _listed(connection, PAGE, after):
        for letter in page:
            _take_out(connection, letter, erased)
        after = page[-1].number


def _take_out(connection: sqlite3.Connection, letter: DeadLetter, erased: Mapping[str, int]) -> None:
    left = letter_remains(letter, erased) if erased else None
    if left is None:
        return
    place = (letter.topic, letter.log, letter.partition, letter.offset)
    connection.execute((_SHORTEN if left else _EMPTY) + _PLACE, (*((left,) if left else ()), *place))


def _letter(row: tuple[Any, ...]) -> DeadLetter:
    *record, headers, key, number, stored = row
    return DeadLetter(*record, decode_headers(headers), key, number, stored)  # type: ignore[call-arg]


def _listed(connection: sqlite3.Connection, limit: int, after: int) -> list[DeadLetter]:
    return [_letter(row) for row in connection.execute(_LISTED, (after, limit))]


def _counted(connection: sqlite3.Connection) -> dict[tuple[str, str, str], int]:
    rows = connection.execute(_COUNTED)
    return {(topic, platform, code): count for topic, platform, code, count in rows}


def _requeue(connection: sqlite3.Connection, number: int) -> bool:
    return connection.execute(_REQUEUE, (number,)).rowcount == 1

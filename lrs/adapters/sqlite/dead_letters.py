"""Dead letters: records that could not be processed."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from lrs.adapters.sqlite.database import Database
from lrs.adapters.sqlite.record_batch import decode_headers, encode_headers
from schemas.deadletter import DeadLetter

_BURY = """
    INSERT INTO dead_letters
        (topic, log, partition, offset, platform, code, reason, buried, value, headers, key)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (topic, log, partition, offset) DO NOTHING
"""
_LISTED = """
    SELECT topic, log, partition, offset, platform, code, reason, buried, value, headers, key, number
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
        )
        for letter in letters
    ]
    connection.executemany(_BURY, rows)


def _letter(row: tuple[Any, ...]) -> DeadLetter:
    *record, headers, key, number = row
    return DeadLetter(*record, decode_headers(headers), key, number)  # type: ignore[call-arg]


def _listed(connection: sqlite3.Connection, limit: int, after: int) -> list[DeadLetter]:
    return [_letter(row) for row in connection.execute(_LISTED, (after, limit))]


def _counted(connection: sqlite3.Connection) -> dict[tuple[str, str, str], int]:
    rows = connection.execute(_COUNTED)
    return {(topic, platform, code): count for topic, platform, code, count in rows}


def _requeue(connection: sqlite3.Connection, number: int) -> bool:
    return connection.execute(_REQUEUE, (number,)).rowcount == 1

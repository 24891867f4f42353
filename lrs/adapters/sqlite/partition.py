"""The partitions of a topic's file: what is kept, read and appended in SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from lrs.adapters.sqlite.files import writing
from lrs.adapters.sqlite.record_batch import decode
from schemas.errors import OutsideLog
from schemas.record import Record

BITS = 44
"""A place is partition << BITS | offset: 2^44 records in each of 2^19 partitions."""

# strftime reads the clock once per statement, after the write lock was taken, in whole milliseconds
_NOW = "CAST(strftime('%s', 'now') AS INTEGER) * 1000 + CAST(substr(strftime('%f', 'now'), 4) AS INTEGER)"

_END = f"""
    coalesce(
        (
            SELECT (place & ((1 << {BITS}) - 1)) + count FROM batches
            WHERE place >= partitions.partition << {BITS} AND place < (partitions.partition + 1) << {BITS}
            ORDER BY place DESC LIMIT 1
        ),
        beginning
    )
"""  # noqa: S608

_APPEND = f"""
    INSERT INTO batches (place, count, timestamp, data)
    SELECT partitions.partition << {BITS} | {_END}, given.column2, {_NOW}, given.column3
    FROM (VALUES {{values}}) AS given JOIN partitions ON partitions.partition = given.column1
    RETURNING place, timestamp
"""  # noqa: S608

_READ = """
    SELECT place, timestamp, count, data FROM batches
    WHERE place < :until AND place >= (
        SELECT place FROM batches WHERE place <= :place AND place >= :low ORDER BY place DESC LIMIT 1
    )
    ORDER BY place
"""


def append(
    connection: sqlite3.Connection, units: Mapping[int, tuple[int, bytes]]
) -> dict[int, tuple[int, int]]:
    """Append each partition's batch (number of records, data) in one statement; by partition its first
    offset and timestamp."""
    given = [value for partition, unit in units.items() for value in (partition, *unit)]
    rows = connection.execute(_APPEND.format(values=", ".join(["(?, ?, ?)"] * len(units))), given).fetchall()
    return {place >> BITS: (place & ((1 << BITS) - 1), timestamp) for place, timestamp in rows}


LARGEST_READ = 16 * 1024 * 1024
"""Bytes of batches after which a read ends, so that what is read fits into memory."""


def read(connection: sqlite3.Connection, partition: int, offset: int, limit: int) -> list[Record]:
    """Records from `offset` on. Raises OutsideLog where it is not in the partition."""
    low = partition << BITS
    records: list[Record] = []
    size = 0
    found = {"place": low | max(offset, 0), "low": low, "until": (partition + 1) << BITS}
    cursor = connection.execute(_READ, found)
    for place, timestamp, count, data in cursor:
        base = place - low
        skip = max(offset - base, 0)
        if skip < count:
            records += decode(data, partition, base, timestamp, skip, limit - len(records))
        size += len(data)
        if len(records) >= limit or size >= LARGEST_READ:
            break
    cursor.close()
    if not records or offset < 0:
        # looked at after the records, so that an offset trimmed in between is not taken for the end
        beginning, end = bounds(connection).get(partition, (0, 0))
        if not beginning <= offset <= end:
            raise OutsideLog(
                f"offset {offset} of partition {partition} is not in the log: it keeps {beginning} to {end}"
            )
    return records


def bounds(connection: sqlite3.Connection) -> dict[int, tuple[int, int]]:
    """By partition its first offset kept and its end, in order."""
    rows = connection.execute(f"SELECT partition, beginning, {_END} FROM partitions ORDER BY partition")  # noqa: S608
    return {partition: (beginning, end) for partition, beginning, end in rows}


def offsets_at(connection: sqlite3.Connection, timestamp: int) -> dict[int, int]:
    """By partition the first offset that is appended at this millisecond or later, or its end. Goes through
    what is before.
    """
    found = {}
    for partition, (_, end) in bounds(connection).items():
        low = partition << BITS
        row = connection.execute(
            "SELECT place FROM batches WHERE place >= ? AND place < ? AND timestamp >= ? "
            "ORDER BY place LIMIT 1",
            (low, low + (1 << BITS), timestamp),
        ).fetchone()
        found[partition] = end if row is None else row[0] - low
    return found


TRIMMED = 1_000
"""Batches that are deleted in one transaction."""


def trim(connection: sqlite3.Connection, offsets: Mapping[int, int]) -> bool:
    """Delete some of the batches that lie wholly before these offsets; False where there are none left."""
    for partition, offset in offsets.items():
        low = partition << BITS
        deleted = connection.execute(
            "DELETE FROM batches WHERE place IN (SELECT place FROM batches "
            "WHERE place >= ? AND place < ? AND (place & ?) + count <= ? ORDER BY place LIMIT ?)",
            (low, low | offset, (1 << BITS) - 1, offset, TRIMMED),
        )
        if deleted.rowcount:
            return True
    return False


def add(connection: sqlite3.Connection, partitions: Sequence[int]) -> None:
    """Add the partitions that are not there."""
    with writing(connection):
        connection.executemany(
            "INSERT OR IGNORE INTO partitions (partition) VALUES (?)",
            [(partition,) for partition in partitions],
        )


def version(connection: sqlite3.Connection) -> int:
    """A number that changes when another connection has committed."""
    row: tuple[int] = connection.execute("PRAGMA data_version").fetchone()
    return row[0]

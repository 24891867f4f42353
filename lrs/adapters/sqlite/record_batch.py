"""The records of one append as one value: a pure encoding.

Columns, little-endian: version and flags (a byte each), the numbers of records and of runs of equal headers,
each record's length of value, each record's length of key plus one (0: none; the column is there only if a
record has a key), each run's number of records and length of headers, the runs' headers, the keys, the
values.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import accumulate, repeat

from schemas.errors import FormatTooNew, StoreError
from schemas.record import Headers, NewRecord, Record

VERSION = 1
_KEYED = 1
_HEAD = struct.Struct("<BBII")
_HEADER = struct.Struct("<HI")


def encode(records: Sequence[NewRecord]) -> bytes:
    """The records' encoding; headers that consecutive records share are written once."""
    count = len(records)
    values = [record.value for record in records]
    keys = [record.key for record in records]
    sizes: list[int] = []
    blocks: list[bytes] = []
    last: Headers | None = None
    for record in records:
        headers = record.headers
        if headers is last or headers == last:
            sizes[-2] += 1
        else:
            last = headers
            block = encode_headers(headers)
            blocks.append(block)
            sizes += (1, len(block))
    keyed = keys.count(None) < count
    return b"".join(
        (
            _HEAD.pack(VERSION, _KEYED if keyed else 0, count, len(blocks)),
            struct.pack(f"<{count}I", *map(len, values)),
            struct.pack(f"<{count}I", *(0 if key is None else len(key) + 1 for key in keys))
            if keyed
            else b"",
            struct.pack(f"<{len(sizes)}I", *sizes),
            *blocks,
            *filter(None, keys),
            *values,
        )
    )


def decode(
    data: bytes, partition: int, base: int, timestamp: int, skip: int = 0, limit: int | None = None
) -> list[Record]:
    """The records of an encoding that begins at offset `base`, from the one after `skip` records on, at most
    `limit`.

    Raises FormatTooNew where a newer program wrote it, StoreError where it is damaged.
    """
    if data[:1] != bytes((VERSION,)):
        raise FormatTooNew(
            f"a record batch has format {data[:1].hex()}, this program knows up to {VERSION:02x}"
        )
    try:
        _, flags, count, runs = _HEAD.unpack_from(data)
        at = _HEAD.size
        value_sizes = struct.unpack_from(f"<{count}I", data, at)
        at += 4 * count
        key_sizes: Sequence[int] = ()
        if flags & _KEYED:
            key_sizes = struct.unpack_from(f"<{count}I", data, at)
            at += 4 * count
        run_sizes = struct.unpack_from(f"<{2 * runs}I", data, at)
        at += 8 * runs
        headers: list[Headers] = []
        for records, size in zip(run_sizes[::2], run_sizes[1::2], strict=True):
            headers.extend(repeat(decode_headers(data[at : at + size]), records))
            at += size
    except (struct.error, UnicodeDecodeError) as error:
        raise StoreError(f"the record batch at {partition}/{base} is damaged: {error}") from error
    keys_end = at + sum(size - 1 for size in key_sizes if size)
    if len(headers) != count or keys_end + sum(value_sizes) != len(data):
        raise StoreError(f"the record batch at {partition}/{base} is damaged: its lengths do not add up")
    keys = _keys(data, at, key_sizes) if key_sizes else [None] * count
    ends = list(accumulate(value_sizes, initial=keys_end))
    last = count if limit is None else min(count, skip + limit)
    return [
        Record(
            partition,
            base + index,
            timestamp,
            data[ends[index] : ends[index + 1]],
            headers[index],
            keys[index],
        )
        for index in range(skip, last)
    ]


def _keys(data: bytes, at: int, sizes: Sequence[int]) -> list[bytes | None]:
    keys: list[bytes | None] = []
    for size in sizes:
        if size:
            keys.append(data[at : at + size - 1])
            at += size - 1
        else:
            keys.append(None)
    return keys


def encode_headers(headers: Headers) -> bytes:
    """Headers in order: for each the lengths of name and value, the name in UTF-8, the value."""
    parts: list[bytes] = []
    for name, value in headers:
        encoded = name.encode()
        parts += (_HEADER.pack(len(encoded), len(value)), encoded, value)
    return b"".join(parts)


def decode_headers(block: bytes) -> Headers:
    """The headers of `encode_headers`. Raises struct.error or UnicodeDecodeError where it is damaged."""
    headers: list[tuple[str, bytes]] = []
    at = 0
    while at < len(block):
        name_size, value_size = _HEADER.unpack_from(block, at)
        at += _HEADER.size
        headers.append(
            (block[at : at + name_size].decode(), block[at + name_size : at + name_size + value_size])
        )
        at += name_size + value_size
    return tuple(headers)

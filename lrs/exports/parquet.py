"""Statements as a file of Parquet. Needs pyarrow: `pip install '.[parquet]'`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import orjson

from lrs.exports.file import lock, note
from schemas.bookmark import Bookmark
from schemas.document import StoredStatement
from schemas.xapi import parse_timestamp

GROUP, LARGEST = 10_000, 32 * 1024 * 1024
"""Rows of one row group at most, and bytes of statements at which one is complete: so much is in memory."""


class ParquetFile:
    """A file of Parquet at `path`: one row a statement, with what is asked for most in columns of its own.

    The format has its table of contents at its end, so a file does not grow: it appears when it is whole, and
    what comes later goes into another one, from the position that is kept beside it.
    """

    def __init__(self, path: Path, provinces: Iterable[str], start: Bookmark | None) -> None:
        try:
            import pyarrow  # noqa: PLC0415 - large, and nobody else needs it
            from pyarrow import parquet  # noqa: PLC0415
        except ImportError:
            raise ValueError("Parquet needs pyarrow: .venv/bin/pip install '.[parquet]'") from None
        self.at = start or Bookmark()
        self._path = path
        self._draft = path.with_name(f"{path.name}.new")
        self._provinces = sorted(provinces)
        self._pyarrow = pyarrow
        moment = pyarrow.timestamp("ms", tz="UTC")
        self._schema = pyarrow.schema(
            [
                ("log", pyarrow.string()),
                ("partition", pyarrow.int32()),
                ("offset", pyarrow.int64()),
                ("id", pyarrow.string()),
                ("stored", moment),
                ("timestamp", moment),
                ("platform", pyarrow.string()),
                ("verb", pyarrow.string()),
                ("voided", pyarrow.bool_()),
                ("statement", pyarrow.string()),
            ]
        )
        self._rows: list[dict[str, Any]] = []
        self._size = 0
        self._draft.touch(0o600)
        with ExitStack() as stack:
            self._file = stack.enter_context(self._draft.open("r+b"))
            lock(self._file, path)
            # who had the lock before may have finished
            if path.exists():
                self._draft.unlink(missing_ok=True)
                raise ValueError(f"{path} is there: a file of Parquet does not grow, choose another file")
            self._file.truncate()
            self._writer = parquet.ParquetWriter(self._file, self._schema, compression="zstd")
            stack.pop_all()

    def write(self, statements: Iterable[StoredStatement], after: Bookmark) -> None:
        """Add statements."""
        for it in statements:
            self._rows.append(_row(it))
            self._size += len(it.text)
            if len(self._rows) >= GROUP or self._size >= LARGEST:
                self._flush()
        self.at = after

    def finish(self) -> None:
        """Have the file appear, whole and durable, and its position beside it."""
        self._flush()
        self._writer.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        # before the file, so that there is none without it
        note(self._path, {"position": str(self.at), "provinces": self._provinces})
        self._draft.replace(self._path)
        self._file.close()

    def abandon(self) -> None:
        """Leave nothing behind of a file that was not finished."""
        self._draft.unlink(missing_ok=True)
        with suppress(OSError):
            self._writer.close()
        self._file.close()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(self._pyarrow.Table.from_pylist(self._rows, schema=self._schema))
            self._rows.clear()
            self._size = 0


def _row(it: StoredStatement) -> dict[str, Any]:
    statement = orjson.loads(it.text)
    return {
        "log": it.log,
        "partition": it.partition,
        "offset": it.offset,
        "id": it.id,
        "stored": it.stored,
        "timestamp": parse_timestamp(statement["timestamp"]),
        "platform": it.platform,
        "verb": statement["verb"]["id"],
        "voided": it.voided,
        "statement": it.text.decode(),
    }

"""Statements as a file of Parquet. Needs pyarrow: `pip install lrs[parquet]`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson

from lrs.exports.file import beside_of, note
from schemas.bookmark import Bookmark
from schemas.document import StoredStatement
from schemas.xapi import parse_timestamp

GROUP = 10_000
"""Rows of one row group at most."""


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
            raise ValueError("Parquet needs pyarrow: install lrs[parquet]") from None
        if path.exists():
            raise ValueError(f"{path} is there: a file of Parquet does not grow, choose another file")
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
        self._writer = parquet.ParquetWriter(self._draft, self._schema, compression="zstd")
        self._draft.chmod(0o600)

    def write(self, statements: Iterable[StoredStatement], after: Bookmark) -> None:
        """Add statements."""
        self._rows += map(_row, statements)
        self.at = after
        if len(self._rows) >= GROUP:
            self._flush()

    def finish(self) -> None:
        """Have the file appear, whole and durable, and its position beside it."""
        self._flush()
        self._writer.close()
        with self._draft.open("rb") as file:
            os.fsync(file.fileno())
        self._draft.replace(self._path)
        note(self._path, {"position": str(self.at), "provinces": self._provinces})

    def abandon(self) -> None:
        """Leave nothing behind of a file that was not finished."""
        self._writer.close()
        self._draft.unlink(missing_ok=True)
        beside_of(self._draft).unlink(missing_ok=True)

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(self._pyarrow.Table.from_pylist(self._rows, schema=self._schema))
            self._rows.clear()


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

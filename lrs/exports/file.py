"""A file of NDJSON that grows with the store, packed where its name ends with `.gz`.

Beside it `<file>.position` says how far it is. Each part is in the file before that is written, so after a
kill the file is cut to what the position says, and goes on: no gap, no repeat.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterable
from pathlib import Path
from typing import IO

import orjson

from schemas.bookmark import Bookmark


class ExportFile:
    """The file at `path`; `open` makes it or goes on with it."""

    def __init__(self, path: Path, file: IO[bytes], provinces: list[str], at: Bookmark) -> None:
        self._path = path
        self._file = file
        self._provinces = provinces
        self._packed = path.suffix == ".gz"
        self.at = at
        """Where the next part begins."""

    @classmethod
    def open(cls, path: Path, provinces: Iterable[str], start: Bookmark | None) -> ExportFile:
        """A new file that begins at `start`, or the one that is there, from where it ends. Raises ValueError
        where that is no export, or one of other provinces, or `start` is given for it.
        """
        chosen, beside = sorted(provinces), beside_of(path)
        if not path.exists():
            at = start or Bookmark()
            # before the file, so that there is none without it
            note(path, {"position": str(at), "bytes": 0, "provinces": chosen})
            path.touch(0o600, exist_ok=False)
            return cls(path, path.open("r+b"), chosen, at)
        if not beside.exists():
            raise ValueError(f"{path} is there and has no {beside.name}: choose another file")
        if start is not None:
            raise ValueError(f"{path} knows how far it is: leave --from out, or choose another file")
        try:
            said = orjson.loads(beside.read_bytes())
            at, size, of = Bookmark.parse(said["position"]), int(said["bytes"]), list(said["provinces"])
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{beside} says no position") from error
        if of != chosen:
            raise ValueError(f"{path} is of {', '.join(of) or 'every province'}: choose another file")
        file = path.open("r+b")
        if file.seek(0, os.SEEK_END) < size:
            file.close()
            raise ValueError(f"{path} is shorter than {beside.name} says: it was changed")
        file.seek(size)
        file.truncate()
        return cls(path, file, chosen, at)

    def write(self, lines: Iterable[bytes], after: Bookmark) -> None:
        """Add lines, and note where the next part begins; durable on return."""
        text = b"".join(line + b"\n" for line in lines)
        if text:
            self._file.write(gzip.compress(text, 6, mtime=0) if self._packed else text)
            self._file.flush()
            os.fsync(self._file.fileno())
        self.at = after
        self._note()

    def close(self) -> None:
        """Nothing is lost without it."""
        self._file.close()

    def _note(self) -> None:
        said = {"position": str(self.at), "bytes": self._file.tell(), "provinces": self._provinces}
        note(self._path, said)


def beside_of(path: Path) -> Path:
    """Where the position of an export in a file is kept."""
    return path.with_name(f"{path.name}.position")


def note(path: Path, said: dict[str, object]) -> None:
    """Write what is said of a file beside it, whole or not at all."""
    beside = beside_of(path)
    draft = beside.with_name(f"{beside.name}.new")
    with draft.open("wb") as file:
        file.write(orjson.dumps(said) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(beside)

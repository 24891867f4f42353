"""A file of NDJSON that grows with the store, packed where its name ends with `.gz`.

Beside it `<file>.position` says how far it is. Each part is in the file before that is written, so after a
kill the file is cut to what the position says, and goes on: no gap, no repeat. One process at a time writes
to a file; its lock goes with the process.
"""

from __future__ import annotations

import fcntl
import gzip
import os
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import orjson

from schemas.bookmark import Bookmark


class ExportFile:
    """The file at `path`; `open` makes it or goes on with it."""

    def __init__(self, path: Path, file: IO[bytes], provinces: list[str], at: Bookmark, began: str) -> None:
        self._path = path
        self._file = file
        self._provinces = provinces
        self._began = began
        self._packed = path.suffix == ".gz"
        self.at = at
        """Where the next part begins."""

    @classmethod
    def open(cls, path: Path, provinces: Iterable[str], start: Bookmark | None) -> ExportFile:
        """A new file that begins at `start`, or the one that is there, from where it ends. Raises ValueError
        where that is no export, or one of other provinces or with another beginning, or is being written to.
        """
        chosen, beside, there = sorted(provinces), beside_of(path), path.exists()
        with ExitStack() as stack:
            # whoever is killed before there is a position leaves a file that is empty, and as good as none
            path.touch(0o600)
            file = stack.enter_context(path.open("r+b"))
            lock(file, path)
            length = file.seek(0, os.SEEK_END)
            if not there or not (length or beside.exists()):
                made = cls(path, file, chosen, start or Bookmark(), str(start or ""))
                size = 0
            else:
                made, size = cls._going_on(path, file, chosen, start)
            if length < size:
                raise ValueError(f"{path} is shorter than {beside.name} says: it was changed")
            file.seek(size)
            file.truncate()
            made._note()
            stack.pop_all()
        return made

    @classmethod
    def _going_on(
        cls, path: Path, file: IO[bytes], chosen: list[str], start: Bookmark | None
    ) -> tuple[ExportFile, int]:
        """The file as what stands beside it says, and how long it is."""
        beside = beside_of(path)
        if not beside.exists():
            raise ValueError(f"{path} is there and has no {beside.name}: choose another file")
        try:
            said = orjson.loads(beside.read_bytes())
            at, size, of = Bookmark.parse(said["position"]), int(said["bytes"]), list(said["provinces"])
            began = str(said.get("began", ""))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{beside} says no position") from error
        if of != chosen:
            raise ValueError(f"{path} is of {', '.join(of) or 'every province'}: choose another file")
        if start is not None and str(start) != began:
            raise ValueError(f"{path} begins elsewhere and knows how far it is: leave --from out")
        return cls(path, file, chosen, at, began), size

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
        about = {"provinces": self._provinces, "began": self._began}
        note(self._path, {"position": str(self.at), "bytes": self._file.tell(), **about})


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


def lock(file: IO[bytes] | int, path: Path) -> None:
    """Have what will be at `path` for this process alone, by the open file of it, until that is closed.
    Raises ValueError where another process has it.
    """
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ValueError(f"another export is writing {path}: wait for it, or choose another file") from None

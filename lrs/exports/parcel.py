"""A parcel: files in a ZIP or in a folder, which appears when it is whole."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Protocol

from lrs.exports.file import lock

ZIP = ".zip"


class Parcel(Protocol):
    """Where files are put, one after the other."""

    @contextmanager
    def file(self, name: str) -> Iterator[IO[bytes]]:
        """A new file of this name, to be written."""
        ...


class _Zip(Parcel):
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    @contextmanager
    def file(self, name: str) -> Iterator[IO[bytes]]:
        with self._archive.open(name, "w", force_zip64=True) as file:
            yield file


class _Folder(Parcel):
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def file(self, name: str) -> Iterator[IO[bytes]]:
        path = self._folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(0o600)
        with path.open("wb") as file:
            yield file


@contextmanager
def opened(path: Path) -> Iterator[Parcel]:
    """A ZIP where the name ends so, else a folder; nothing is left of it where the context ends with an
    exception. Only its owner may read it. Raises ValueError where something is there already, or another
    process makes it just now.
    """
    draft = path.with_name(f"{path.name}.new")
    with ExitStack() as stack:
        if path.exists():
            raise ValueError(f"{path} is there: choose another name")
        if path.suffix == ZIP:
            draft.touch(0o600)
        else:
            draft.mkdir(mode=0o700, exist_ok=True)
        held = os.open(draft, os.O_RDONLY)
        stack.callback(os.close, held)
        lock(held, path)
        # who had the lock before may have finished
        if path.exists():
            raise ValueError(f"{path} is there: choose another name")
        stack.callback(_remove, draft)
        if draft.is_dir():
            for left in draft.iterdir():
                _remove(left)
            yield _Folder(draft)
        else:
            with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
                yield _Zip(archive)
        draft.rename(path)


def _remove(path: Path) -> None:
    """Remove a file, or a folder with all that is in it, if it is there."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)

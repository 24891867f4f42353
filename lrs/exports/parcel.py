"""A parcel: files in a ZIP or in a folder, which appears when it is whole."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

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
    exception. Only its owner may read it. Raises ValueError where something is there already.
    """
    if path.exists():
        raise ValueError(f"{path} is there: choose another name")
    draft = path.with_name(f"{path.name}.new")
    try:
        if path.suffix == ZIP:
            draft.unlink(missing_ok=True)
            draft.touch(0o600)
            with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
                yield _Zip(archive)
        else:
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir(mode=0o700)
            yield _Folder(draft)
        draft.rename(path)
    except BaseException:
        if draft.is_dir():
            shutil.rmtree(draft, ignore_errors=True)
        else:
            draft.unlink(missing_ok=True)
        raise

"""Where engines are installed: a folder per engine and version, which is whole as soon as it is there."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def default_root() -> Path:
    """`$LRS_ENGINES_CACHE`, or else `lrs-engines` in `$XDG_CACHE_HOME` or in `~/.cache`."""
    if own := os.environ.get("LRS_ENGINES_CACHE"):
        return Path(own).absolute()
    caches = os.environ.get("XDG_CACHE_HOME")
    return (Path(caches).absolute() if caches else Path.home() / ".cache") / "lrs-engines"


class Cache:
    """Installed engines under `root`. Any number of processes may install at once."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or default_root()

    def folder(self, name: str, version: str) -> Path:
        """Where this version of an engine is, or would be."""
        return self.root / f"{name}-{version}"

    def installed(self, name: str, version: str) -> Path | None:
        """The folder of an engine that is installed whole."""
        folder = self.folder(name, version)
        return folder if folder.is_dir() else None

    def install(self, name: str, version: str, make: Callable[[Path], None]) -> Path:
        """The folder of an engine. Where it is missing, `make` fills an empty one, which then gets its name.

        What `make` raises is passed on; what it left is kept beside (`.part`) until the next attempt.
        """
        if folder := self.installed(name, version):
            return folder
        with self.locked(name, version):
            folder = self.folder(name, version)
            if not folder.is_dir():
                part = folder.with_name(f"{folder.name}.part")
                shutil.rmtree(part, ignore_errors=True)
                part.mkdir()
                make(part)
                part.rename(folder)
        return folder

    @contextmanager
    def locked(self, name: str, version: str) -> Iterator[None]:
        """Alone with this version of an engine among all processes; nobody who is gone holds it."""
        self.root.mkdir(parents=True, exist_ok=True)
        folder = self.folder(name, version)
        with folder.with_name(f"{folder.name}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

"""A small disk of its own, to be filled."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from tests.engines.missing import Missing

_PIECE = bytes(64 * 1024)


class SmallDisk:
    """A file system in memory, mounted at `folder` as long as the context lasts. Entering it raises Missing
    where that is not permitted.
    """

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder = folder
        self._megabytes = megabytes

    def __enter__(self) -> SmallDisk:
        if sys.platform != "linux" or os.geteuid() != 0:
            raise Missing("needs the right to mount a file system")
        self.folder.mkdir(parents=True)
        _carry_out("mount", "-t", "tmpfs", "-o", f"size={self._megabytes}m", "tmpfs", str(self.folder))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # At once for everybody who looks, though something may have files open there still.
        _carry_out("umount", "--lazy", str(self.folder))

    def fill(self) -> None:
        """Leave nothing of it."""
        with suppress(OSError), (self.folder / "ballast").open("ab", buffering=0) as ballast:
            while True:
                ballast.write(_PIECE)

    def widen(self, megabytes: int) -> None:
        """Give it more space; what fills it stays."""
        _carry_out("mount", "-o", f"remount,size={megabytes}m", str(self.folder))


def _carry_out(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Missing(f"{command[0]}: {done.stderr.strip()}")

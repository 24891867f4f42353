"""Commands that install: what they say goes to a file, and a failure is one line."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.engines.missing import Missing

LINE = 200
"""Characters of a command's complaint that are shown."""


def carry_out(what: str, command: Sequence[str], folder: Path, seconds: float) -> None:
    """Run a command in `folder`, with its output in `install.log` there.

    Raises Missing, with the first error it wrote, where it fails or is not done in `seconds`.
    """
    log = folder / "install.log"
    try:
        with log.open("ab") as output:
            subprocess.run(
                command, cwd=folder, stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT, timeout=seconds, check=True,
            )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Missing(f"{what} was not done in {seconds:.0f} s (see {log})") from None
    except (subprocess.CalledProcessError, OSError) as error:
        lines = log.read_text(errors="replace").splitlines()
        told = next((line for line in lines if "error" in line.lower()), next(reversed(lines), str(error)))
        raise Missing(f"{what} failed: {told.strip()[:LINE]} (see {log})") from None

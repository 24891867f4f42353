"""The suite in its folder: one run is one process of Node.js, which writes a log."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.acceptance.server import KEY, SECRET
from tests.conformance.outcome import Outcome

RUNNER = Path("bin/console_runner.js")
_WRITTEN = re.compile(r"^Full run log written to (.+)$", re.MULTILINE)


class Unusable(Exception):
    """The suite cannot be run, or has not ended as it ends."""


@dataclass(frozen=True, slots=True)
class Suite:
    """A checkout with its node_modules. `patience`: seconds that one run may take."""

    folder: Path
    patience: float = 1800

    def check(self) -> None:
        """Raises Unusable where this is no suite, or nothing of what it needs is installed."""
        for part in (RUNNER, Path("node_modules")):
            if not (self.folder / part).exists():
                raise Unusable(
                    f"{self.folder} has no {part}: name a checkout of lrs-conformance-test-suite in which "
                    "npm install has been run"
                )

    def run(self, url: str, version: str, grep: str | None = None) -> Outcome:
        """Run it against the server at `url`. Raises Unusable."""
        only = () if grep is None else ("--grep", grep)
        command = ("node", str(RUNNER), "-e", f"{url}/xapi", "-a", "-u", KEY, "-p", SECRET, "-x", version)
        try:
            said = self._carried_out((*command, "-z", *only))
        except FileNotFoundError:
            raise Unusable("there is no node: install Node.js") from None
        written = _WRITTEN.search(said)
        if written is None:
            raise Unusable(f"the run wrote no log:\n{said[-2000:]}")
        return Outcome.of(version, json.loads(Path(written[1]).read_text(encoding="utf-8")))

    def _carried_out(self, command: Sequence[str]) -> str:
        """What it prints, whatever its exit code, which is the number of tests that failed."""
        with subprocess.Popen(
            command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, start_new_session=True,
        ) as process:  # fmt: skip
            try:
                return process.communicate(timeout=self.patience)[0]
            except subprocess.TimeoutExpired:
                raise Unusable(f"the run was not done in {self.patience:.0f} s") from None
            finally:
                if process.returncode is None:
                    # with the process that it has for the tests; the number is still its own
                    os.killpg(process.pid, signal.SIGKILL)

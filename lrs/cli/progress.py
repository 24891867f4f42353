"""How far a long command is: a line that is written over on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections import Counter
from typing import IO


class Progress:
    """Counts by what is counted, with the rate. `total`: how many there will be of the first, if known."""

    def __init__(self, total: int | None = None, stream: IO[str] | None = None) -> None:
        self._total = total
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._every = 0.2 if self._terminal else 10.0
        self._began = self._shown = time.monotonic()
        self._done: Counter[str] = Counter()

    def __call__(self, what: str, count: int) -> None:
        """So many more are done."""
        self._done[what] += count
        if time.monotonic() - self._shown >= self._every:
            self._show()

    def done(self, what: str) -> int:
        """How many were done."""
        return self._done[what]

    def close(self) -> None:
        """Show where it ended."""
        self._show()
        if self._terminal:
            self._stream.write("\n")

    def line(self) -> str:
        """`12,000 of 30,000 statements, 4 facts, 1,950 a second`."""
        self._shown = time.monotonic()
        total = None if self._total is None else f" of {self._total:,}"
        parts = [
            f"{count:,}{(total or '') if number == 0 else ''} {what}"
            for number, (what, count) in enumerate(self._done.items())
        ]
        elapsed = self._shown - self._began
        rate = [f"{self._done.total() / elapsed:,.0f} a second"] if elapsed > 0 and parts else []
        return ", ".join(parts + rate) or "nothing to do"

    def _show(self) -> None:
        line = self.line()
        self._stream.write(f"\r\x1b[K{line}" if self._terminal else f"{line}\n")
        self._stream.flush()

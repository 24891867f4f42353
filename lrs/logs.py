"""Where a process that goes on running says what happens to it."""

from __future__ import annotations

import logging


def log_to_stderr(level: str = "WARNING") -> None:
    """Write what is at least of this level to standard error."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")

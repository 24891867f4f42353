"""Where a process that goes on running says what happens to it."""

from __future__ import annotations

import logging


def log_to_stderr(level: str = "WARNING") -> None:
    """Write what is at least of this level to standard error."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # what fails in a driver comes as an error of the ports; on the way they tell of every step, and of what
    # they send, which is about persons
    logging.getLogger("aiokafka").setLevel(logging.INFO if level == "DEBUG" else logging.CRITICAL)
    logging.getLogger("pymongo").setLevel(logging.WARNING)

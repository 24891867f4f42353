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
    logging.getLogger("aiohttp.server").addFilter(_unquoted)


def _unquoted(record: logging.LogRecord) -> bool:
    """Tell of what kind a request is that is no HTTP: its exception quotes it, and it may name a learner."""
    if record.exc_info and record.exc_info[0]:
        record.msg, record.args = f"{record.getMessage()}: {record.exc_info[0].__name__}", ()
        record.exc_info = None
    return True

"""Where a process that goes on running says what happens to it."""

from __future__ import annotations

import logging

from lrs.settings import Settings


def log_to_stderr(settings: Settings) -> None:
    """Write what is at least of the level of the settings to standard error."""
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")

"""The one place of a consumer on a log's files: whoever holds its lock has every partition."""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Sequence
from typing import IO

from schemas.ports import Member

log = logging.getLogger(__name__)


class Place(Member):
    """A place that is taken when it is free. The lock goes with the file, and so with the process."""

    def __init__(self, consumer: str, file: IO[str], partitions: Sequence[int]) -> None:
        self._consumer = consumer
        self._file = file
        self._partitions = frozenset(partitions)
        self._held = False
        self._told = False

    async def partitions(self) -> frozenset[int]:
        if not self._held:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if not self._told:
                    log.warning("another process runs %s on %s: standing by", self._consumer, self._file.name)
                    self._told = True
                return frozenset()
            self._held = True
        return self._partitions

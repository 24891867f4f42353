"""Where the blocking work of every request goes: a process with a connection of its own.

Beside a busy event loop a thread fights for the interpreter's lock at every step of SQLite: measured, that
was a fifth of the cost of a request.
"""

from __future__ import annotations

import asyncio
import pickle
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from lrs.child import Child, Ended
from schemas.errors import Unavailable

MODULE = "lrs.adapters.sqlite.apart_process"
READING, WRITING = "reading", "writing"

P = ParamSpec("P")
T = TypeVar("T")


class Gone(Unavailable):
    """The process ended before it answered."""


class Apart:
    """As a `Worker` of one connection, for functions of modules that can be pickled with what they take and
    return."""

    def __init__(self, path: Path, patience: float, *, reading: bool = False) -> None:
        self._child = Child(MODULE, str(path), str(patience), READING if reading else WRITING)
        self._child.start()

    async def run(
        self, work: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The result of `work(connection, …)`. Raises StoreError and those below it; Gone where the process
        ended, and the work was done or not.

        Work that was sent is done, also if the caller is cancelled.
        """
        text = pickle.dumps((work, args, kwargs), pickle.HIGHEST_PROTOCOL)
        try:
            answer = await asyncio.shield(asyncio.ensure_future(self._child.ask(text)))
        except Ended as error:
            raise Gone(f"SQLite: {error}") from None
        well, result = pickle.loads(answer)  # noqa: S301 - our own child's
        if not well:
            raise result
        return result  # type: ignore[no-any-return]

    async def close(self) -> None:
        """Wait for what is under way, then close the connection."""
        await self._child.close()

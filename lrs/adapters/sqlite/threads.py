"""Where blocking work goes: threads that share as many connections to one file."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Concatenate, ParamSpec, TypeVar

from lrs.adapters.sqlite.failure import translated

P = ParamSpec("P")
T = TypeVar("T")


class Worker:
    """As many threads as connections. With one connection the work is done one after the other, in the
    order of the calls."""

    def __init__(self, name: str, *connections: sqlite3.Connection) -> None:
        self._pool = ThreadPoolExecutor(len(connections), thread_name_prefix=name)
        self._connections = connections
        self._idle: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        for connection in connections:
            self._idle.put(connection)

    async def run(
        self, work: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The result of `work(connection, …)`. Raises StoreError and those below it, and what else `work`
        raises.

        Work that was begun or is queued is done, also if the caller is cancelled: a transaction's end may be
        among it.
        """

        def job() -> T:
            connection = self._idle.get()
            try:
                with translated():
                    return work(connection, *args, **kwargs)
            finally:
                self._idle.put(connection)

        return await asyncio.shield(asyncio.wrap_future(self._pool.submit(job)))

    async def close(self) -> None:
        """Wait for what is under way, then close the connections."""
        await asyncio.to_thread(self._pool.shutdown)
        with translated():
            for connection in self._connections:
                connection.close()


async def to_its_end(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The result of `work` in a thread. Who is cancelled meanwhile is held until it is done: a file must not
    be closed, and its number given to another one, under a thread that writes to it.
    """
    running = asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait({running})
        raise

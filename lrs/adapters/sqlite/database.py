"""One file of the store: its writer and its readers."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from lrs.adapters.sqlite.apart import Apart, Gone
from lrs.adapters.sqlite.files import connect, writing
from lrs.adapters.sqlite.threads import Worker

P = ParamSpec("P")
T = TypeVar("T")

CHUNK = 500
"""Values in one `IN (…)`."""


class Database:
    """Reads on their own connections, and writes one after the other, each in a transaction that holds the
    write lock."""

    def __init__(self, path: Path, patience: float, readers: int = 4, *, apart: bool = False) -> None:
        self.writer = Worker(f"{path.stem}-writer", connect(path, patience))
        self.turn = asyncio.Lock()
        """Held by who has a transaction open on `writer`."""
        reading = (connect(path, patience, reading=True) for _ in range(readers))
        self._readers = Worker(f"{path.stem}-reader", *reading)
        self._apart = Apart(path, patience, reading=True) if apart else None

    async def read(
        self, work: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The result of `work` on a reader."""
        return await self._readers.run(work, *args, **kwargs)

    async def look(
        self, work: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The result of a short piece of `work` that every request waits for: where there is a process for
        it, queries are not in its way. A reader does it where that process is gone."""
        if self._apart is not None:
            with suppress(Gone):
                return await self._apart.run(work, *args, **kwargs)
        return await self._readers.run(work, *args, **kwargs)

    async def write(
        self, work: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The result of `work` in one transaction."""

        def transaction(connection: sqlite3.Connection) -> T:
            with writing(connection):
                return work(connection, *args, **kwargs)

        async with self.turn:
            return await self.writer.run(transaction)

    async def close(self) -> None:
        """Wait for what is under way and close."""
        async with AsyncExitStack() as stack:
            # the writer last, so that it takes what is left in the WAL into the file
            stack.push_async_callback(self.writer.close)
            stack.push_async_callback(self._readers.close)
            if self._apart is not None:
                stack.push_async_callback(self._apart.close)


def select_in(
    connection: sqlite3.Connection, sql: str, values: Iterable[object], *others: object
) -> Iterator[Any]:
    """The rows of a query with `{values}` in place of the values of an `IN (…)`, which come after the
    `others`."""
    remaining: Sequence[object] = list(values)
    while remaining:
        chunk, remaining = remaining[:CHUNK], remaining[CHUNK:]
        yield from connection.execute(sql.format(values=",".join("?" * len(chunk))), (*others, *chunk))

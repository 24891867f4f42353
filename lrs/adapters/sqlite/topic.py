"""One topic in its file: a writer, readers, and what wakes those who wait."""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, closing
from pathlib import Path

from lrs.adapters.sqlite import partition as rows
from lrs.adapters.sqlite.apart import Apart
from lrs.adapters.sqlite.failure import translated
from lrs.adapters.sqlite.files import PATIENCE, Kind, connect, prepare
from lrs.adapters.sqlite.record_batch import encode
from lrs.adapters.sqlite.threads import Worker
from schemas.errors import StoreError
from schemas.record import Appended, NewRecord, Record

KIND = Kind("topic of a log", 0x4C52534C, "log")
PERIOD = 0.008
"""Seconds between two looks at whether another process has appended."""


class Topic:
    """A topic's file, opened; `open` makes it."""

    def __init__(
        self, name: str, log_id: str, writer: Worker | Apart, readers: Worker, watched: sqlite3.Connection
    ) -> None:
        self.name = name
        self.log_id = log_id
        self._writer = writer
        self._readers = readers
        self._watched = watched
        self._partitions: frozenset[int] = frozenset()
        self._appended = asyncio.Event()

    @classmethod
    async def open(
        cls,
        path: Path,
        name: str,
        partitions: int,
        *,
        create: bool,
        growing: bool,
        patience: float = PATIENCE,
        apart: bool = False,
    ) -> Topic:
        """The topic in `path`. A new one gets `partitions`, one that is there gets what it has fewer, if it
        is `growing`. With `apart` appends are written by a process of their own."""
        log_id, connections = await asyncio.to_thread(
            _open, path, name, partitions, create, growing, patience
        )
        writing, watched, *reading = connections
        writer: Worker | Apart = Worker("log-writer", writing)
        if apart:
            await writer.close()
            writer = Apart(path, patience)
        return cls(name, log_id, writer, Worker("log-reader", *reading), watched)

    async def partitions(self) -> Sequence[int]:
        return list(await self._readers.run(rows.bounds))

    async def bounds(self) -> Mapping[int, tuple[int, int]]:
        return await self._readers.run(rows.bounds)

    async def append(self, records: Mapping[int, Sequence[NewRecord]]) -> Mapping[int, Appended]:
        if not all(records.values()):
            raise ValueError("an append has at least one record for each of its partitions")
        if not records.keys() <= self._partitions:
            self._partitions = frozenset(await self.partitions())
            if unknown := records.keys() - self._partitions:
                raise StoreError(f"{self.name} has no partition {min(unknown)}")
        # encoded here: beside a busy loop a thread would wait for the interpreter's lock once more
        units = {partition: (len(unit), encode(unit)) for partition, unit in records.items()}
        placed = await self._writer.run(rows.append, units) if units else {}
        self._wake()
        return {
            partition: Appended(partition, first, len(records[partition]), timestamp)
            for partition, (first, timestamp) in placed.items()
        }

    async def read(self, partition: int, offset: int, limit: int) -> Sequence[Record]:
        return await self._readers.run(rows.read, partition, offset, limit)

    async def offsets_at(self, timestamp: int) -> Mapping[int, int]:
        return await self._readers.run(rows.offsets_at, timestamp)

    async def trim(self, offsets: Mapping[int, int]) -> None:
        while await self._writer.run(rows.trim, offsets):
            pass

    async def wait(self, offsets: Mapping[int, int], seconds: float) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while True:
            # both are taken before the look, so that what comes after it is noticed
            appended, seen = self._appended, self._version()
            bounds = await self.bounds()
            if any(
                bounds[partition][1] > offset for partition, offset in offsets.items() if partition in bounds
            ):
                return
            while not appended.is_set() and self._version() == seen:
                left = deadline - loop.time()
                if left <= 0:
                    return
                try:
                    async with asyncio.timeout(min(left, PERIOD)):
                        await appended.wait()
                except TimeoutError:
                    continue

    def _wake(self) -> None:
        self._appended.set()
        self._appended = asyncio.Event()

    def _version(self) -> int | None:
        """Read on the loop's own thread: a few microseconds in memory, and it never waits for a lock."""
        try:
            return rows.version(self._watched)
        except sqlite3.OperationalError:
            return None

    async def close(self) -> None:
        async with AsyncExitStack() as stack:
            stack.callback(self._watched.close)
            stack.push_async_callback(self._writer.close)
            stack.push_async_callback(self._readers.close)


def _open(
    path: Path, name: str, partitions: int, create: bool, growing: bool, patience: float
) -> tuple[str, list[sqlite3.Connection]]:
    with translated():
        said = prepare(path, KIND, create=create, new={"id": secrets.token_hex(4), "topic": name})
        if said["topic"] != name:
            raise StoreError(f"{path} holds {said['topic']}, not {name}")
        if create:
            with closing(connect(path, patience)) as connection:
                if growing or not rows.bounds(connection):
                    rows.add(connection, range(partitions))
        connections = [
            connect(path, patience),
            connect(path, 0, reading=True),
            connect(path, patience, reading=True),
            connect(path, patience, reading=True),
        ]
    return said["id"], connections

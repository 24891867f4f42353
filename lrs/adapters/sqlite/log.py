"""The embedded event log: each topic in its own SQLite file, so that writers of two topics never wait for
one another."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from lrs.adapters.sqlite.files import PATIENCE
from lrs.adapters.sqlite.place import Place
from lrs.adapters.sqlite.topic import Topic
from schemas.errors import StoreError
from schemas.ports import EventLog, Member
from schemas.record import FACTS, PROVINCES, STATEMENTS, Appended, NewRecord, Record

PARTITIONS: Mapping[str, int] = {STATEMENTS: 4, FACTS: 4, PROVINCES: 1}


class SqliteLog(EventLog):
    """A log in SQLite files. `path` (`data/log.db`) names them: `data/log.statements.db`,
    `data/log.facts.db`, `data/log.provinces.db`."""

    lanes = 1
    compacts = False

    def __init__(self, path: Path, topics: Mapping[str, Topic]) -> None:
        self._path = path
        self._topics = topics

    @classmethod
    async def open(
        cls,
        path: Path | str,
        partitions: Mapping[str, int] = PARTITIONS,
        *,
        create: bool = True,
        patience: float = PATIENCE,
        apart: bool = False,
    ) -> SqliteLog:
        """The log at `path`. With `create` what is not there is made, and statements get more partitions if
        they have fewer.

        The number of facts' partitions stays what it was when they were made. `patience`: seconds to wait
        for another process. With `apart` the appends to statements are written by a process of their own, for
        an event loop that has much else to do. Raises NotPrepared, FormatTooNew, StoreError.
        """
        path = Path(path)
        topics: dict[str, Topic] = {}
        async with AsyncExitStack() as stack:
            for name, count in partitions.items():
                file = path.with_name(f"{path.stem}.{name.removeprefix('lrs.')}{path.suffix}")
                growing = name != FACTS
                topic = await Topic.open(
                    file, name, count, create=create, growing=growing, patience=patience,
                    apart=apart and name == STATEMENTS,
                )  # fmt: skip
                stack.push_async_callback(topic.close)
                topics[name] = topic
            stack.pop_all()
        return cls(path, topics)

    async def log_id(self, topic: str) -> str:
        return self._topic(topic).log_id

    async def partitions(self, topic: str) -> Sequence[int]:
        return await self._topic(topic).partitions()

    async def append(self, topic: str, records: Mapping[int, Sequence[NewRecord]]) -> Mapping[int, Appended]:
        return await self._topic(topic).append(records)

    async def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[Record]:
        return await self._topic(topic).read(partition, offset, limit)

    async def beginnings(self, topic: str) -> Mapping[int, int]:
        bounds = await self._topic(topic).bounds()
        return {partition: beginning for partition, (beginning, _) in bounds.items()}

    async def ends(self, topic: str) -> Mapping[int, int]:
        bounds = await self._topic(topic).bounds()
        return {partition: end for partition, (_, end) in bounds.items()}

    async def ends_known(self, topic: str) -> Mapping[int, int]:
        return await self.ends(topic)

    async def offsets_at(self, topic: str, timestamp: int) -> Mapping[int, int]:
        return await self._topic(topic).offsets_at(timestamp)

    async def trim(self, topic: str, offsets: Mapping[int, int]) -> None:
        await self._topic(topic).trim(offsets)

    @asynccontextmanager
    async def member(self, topic: str, consumer: str) -> AsyncIterator[Member]:
        with self._path.with_name(f"{self._path.name}.{consumer}.lock").open("a") as file:
            yield Place(consumer, file, await self.partitions(topic))

    async def wait(self, topic: str, offsets: Mapping[int, int], timeout: float) -> None:  # noqa: ASYNC109
        await self._topic(topic).wait(offsets, timeout)

    async def close(self) -> None:
        async with AsyncExitStack() as stack:
            for topic in self._topics.values():
                stack.push_async_callback(topic.close)

    def _topic(self, name: str) -> Topic:
        try:
            return self._topics[name]
        except KeyError:
            raise StoreError(f"there is no topic {name}") from None

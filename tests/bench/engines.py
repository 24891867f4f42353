"""What a store stands on: files of this machine here, a Kafka and a MongoDB in `cluster`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Protocol

FILES, CLUSTER = "files", "cluster"


class Engines(Protocol):
    """Where logs and stores are made."""

    @property
    def name(self) -> str:
        """What the option calls it."""
        ...

    @property
    def beside(self) -> bool:
        """Whether the server has its consumers beside it, as it has by itself."""
        ...

    @property
    def processes(self) -> Mapping[str, int]:
        """The servers that were started for the run, by name."""
        ...

    def made(self, directory: Path) -> AbstractAsyncContextManager[Mapping[str, str]]:
        """The settings of a log and a store that are new, and gone when the context is left."""
        ...


class Files:
    """Files in the store's directory, which `lrs serve` makes by itself."""

    name = FILES
    beside = True
    processes: Mapping[str, int] = {}

    @asynccontextmanager
    async def made(self, directory: Path) -> AsyncIterator[Mapping[str, str]]:
        """Nothing to be done: they go with the directory."""
        yield {
            "LRS_LOG": f"sqlite:///{directory}/log.db",
            "LRS_STORE": f"sqlite:///{directory}/store.db",
        }

"""The embedded store: two SQLite files, so that the projector and the aggregator never contend for one
write lock, and a folder of attachments."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import AsyncExitStack
from pathlib import Path

from lrs.adapters.sqlite.aggregates import Aggregates
from lrs.adapters.sqlite.attachments import Attachments
from lrs.adapters.sqlite.conflicts import Conflicts
from lrs.adapters.sqlite.credentials import Credentials
from lrs.adapters.sqlite.database import Database
from lrs.adapters.sqlite.dead_letters import DeadLetters
from lrs.adapters.sqlite.failure import translated
from lrs.adapters.sqlite.files import PATIENCE, Kind, connect, prepare
from lrs.adapters.sqlite.positions import Positions
from lrs.adapters.sqlite.query import Queries
from lrs.adapters.sqlite.rulesets import Rulesets
from lrs.adapters.sqlite.statements import Statements
from lrs.adapters.sqlite.threads import Worker
from schemas.errors import StoreError
from schemas.ports import Store

STATEMENTS = Kind("store of statements", 0x4C525353, "statements")
PROVINCES = Kind("store of aggregates", 0x4C525350, "provinces")


class SqliteStore(
    Statements,
    Queries,
    Conflicts,
    Positions,
    DeadLetters,
    Credentials,
    Aggregates,
    Rulesets,
    Attachments,
    Store,
):
    """A store in `path` (`data/store.db`) and, beside it, `data/store.provinces.db` for the aggregates and
    `data/store.attachments/`, which the first attachment makes.
    """

    def __init__(
        self, statements: Database, provinces: Database, snapshot: Worker, attachments: Path
    ) -> None:
        self._statements = statements
        self._provinces = provinces
        self._snapshot = snapshot
        self._attachments = attachments

    @classmethod
    async def open(
        cls, path: Path | str, *, create: bool = True, patience: float = PATIENCE, apart: bool = False
    ) -> SqliteStore:
        """The store at `path`; with `create` it is made if it is not there, and migrated if it is old.

        `patience`: seconds to wait for another process. With `apart` statements are found by a process of
        its own, for an event loop that has much else to do. Raises NotPrepared, FormatTooNew, StoreError.
        """
        path = Path(path)
        beside = await asyncio.to_thread(cls._prepare, path, create)
        with translated():
            snapshot = Worker("store-snapshot", connect(path, patience, reading=True))
            statements = Database(path, patience, apart=apart)
            folder = path.with_name(f"{path.stem}.attachments")
            return cls(statements, Database(beside, patience), snapshot, folder)

    @staticmethod
    def _prepare(path: Path, create: bool) -> Path:
        """The path of the aggregates' file, once both are there and belong together."""
        beside = path.with_name(f"{path.stem}.provinces{path.suffix}")
        with translated():
            # the first file decides on the id, whoever makes the second
            store_id = prepare(path, STATEMENTS, create=create, new={"id": secrets.token_hex(4)})["id"]
            found = prepare(beside, PROVINCES, create=create, new={"id": store_id})["id"]
            if found != store_id:
                raise StoreError(f"{beside} belongs to the store {found}, {path} is the store {store_id}")
        return beside

    async def close(self) -> None:
        async with AsyncExitStack() as stack:
            for part in (self._statements, self._provinces, self._snapshot):
                stack.push_async_callback(part.close)

"""The embedded store: three SQLite files, so that the projector, the aggregator and whoever writes documents
never contend for one write lock, and a folder of attachments."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import AsyncExitStack
from pathlib import Path

from lrs.adapters.sqlite.activities import Activities
from lrs.adapters.sqlite.aggregates import Aggregates
from lrs.adapters.sqlite.agreements import Agreements
from lrs.adapters.sqlite.attachments import Attachments
from lrs.adapters.sqlite.audit import Audit
from lrs.adapters.sqlite.conflicts import Conflicts
from lrs.adapters.sqlite.credentials import Credentials
from lrs.adapters.sqlite.database import Database
from lrs.adapters.sqlite.dead_letters import DeadLetters
from lrs.adapters.sqlite.editions import Editions
from lrs.adapters.sqlite.erasures import Erasures
from lrs.adapters.sqlite.failure import translated
from lrs.adapters.sqlite.files import PATIENCE, Kind, connect, prepare
from lrs.adapters.sqlite.links import Links
from lrs.adapters.sqlite.plans import Plans
from lrs.adapters.sqlite.positions import Positions
from lrs.adapters.sqlite.query import Queries
from lrs.adapters.sqlite.resource_documents import ResourceDocuments
from lrs.adapters.sqlite.rulesets import Rulesets
from lrs.adapters.sqlite.statements import Statements
from lrs.adapters.sqlite.threads import Worker
from schemas.errors import StoreError
from schemas.ports import Store

STATEMENTS = Kind(
    "store of statements",
    0x4C525353,
    "statements",
    ("statements_2", "statements_3", "statements_4"),
)
PROVINCES = Kind("store of aggregates", 0x4C525350, "provinces", ("provinces_2",))
DOCUMENTS = Kind("store of documents", 0x4C525344, "documents", ("documents_2", "documents_3"))


class SqliteStore(
    Statements,
    Erasures,
    Links,
    Activities,
    Queries,
    Conflicts,
    Positions,
    DeadLetters,
    Credentials,
    Aggregates,
    Rulesets,
    ResourceDocuments,
    Attachments,
    Plans,
    Audit,
    Editions,
    Agreements,
    Store,
):
    """A store in `path` (`data/store.db`) and, beside it, `data/store.provinces.db` for the aggregates,
    `data/store.documents.db` for the documents and editions, and `data/store.attachments/`, which the first
    attachment makes.
    """

    def __init__(
        self,
        statements: Database,
        provinces: Database,
        documents: Database,
        snapshot: Worker,
        attachments: Path,
    ) -> None:
        self._statements = statements
        self._provinces = provinces
        self._documents = documents
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
        provinces, documents = await asyncio.to_thread(cls._prepare, path, create)
        with translated():
            snapshot = Worker("store-snapshot", connect(path, patience, reading=True))
            return cls(
                Database(path, patience, apart=apart),
                Database(provinces, patience),
                Database(documents, patience, readers=2),
                snapshot,
                path.with_name(f"{path.stem}.attachments"),
            )

    @staticmethod
    def _prepare(path: Path, create: bool) -> list[Path]:
        """The paths of the files beside the first one, once all are there and belong together."""
        besides = []
        with translated():
            # the first file decides on the id, whoever makes the others
            store_id = prepare(path, STATEMENTS, create=create, new={"id": secrets.token_hex(4)})["id"]
            for kind in (PROVINCES, DOCUMENTS):
                beside = path.with_name(f"{path.stem}.{kind.schema}{path.suffix}")
                found = prepare(beside, kind, create=create, new={"id": store_id})["id"]
                if found != store_id:
                    raise StoreError(f"{beside} belongs to the store {found}, {path} is the store {store_id}")
                besides.append(beside)
        return besides

    async def close(self) -> None:
        async with AsyncExitStack() as stack:
            for part in (self._statements, self._provinces, self._documents, self._snapshot):
                stack.push_async_callback(part.close)

"""Opens the log and the store that the settings name, and migrates them: the one place that knows adapters.
`lrs.resources` puts the application over them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from consumers.opening import begin_new_log, open_partitions
from lrs.adapters.sqlite.log import SqliteLog
from lrs.adapters.sqlite.store import SqliteStore
from lrs.registry import ensure_living
from lrs.settings import Settings
from schemas.errors import StoreError
from schemas.ports import PROJECTOR, EventLog, Store

if TYPE_CHECKING:
    from lrs.adapters.kafka import Address

SQLITE, KAFKA, MONGO = "sqlite", "kafka", ("mongodb", "mongodb+srv")


def _scheme(url: str) -> str:
    return url.partition(":")[0]


def _sqlite_path(url: str, setting: str) -> Path:
    parts = urlsplit(url)
    if parts.scheme != SQLITE or parts.netloc or not parts.path.strip("/"):
        known = "kafka://host:port" if setting == "LRS_LOG" else "mongodb://host/database"
        # without what may be a password
        raise StoreError(
            f"{setting}={parts.scheme}://… is no address of an adapter: "
            f"write sqlite:///path/to/file.db or {known}"
        )
    return Path(parts.path.removeprefix("/") if not url.startswith("sqlite:////") else parts.path[1:])


def _kafka(settings: Settings) -> Address:
    from lrs.adapters.kafka import Address, Security  # noqa: PLC0415 - files need no driver

    security = Security(
        settings.kafka_tls,
        settings.kafka_ca,
        settings.kafka_certificate,
        settings.kafka_key,
        settings.kafka_mechanism,
        settings.kafka_username,
        settings.kafka_password.get_secret_value(),
    )
    return Address.parse(settings.log, security)


@asynccontextmanager
async def open_log(
    settings: Settings, *, create: bool = False, busy: bool = False
) -> AsyncIterator[EventLog]:
    """The event log at `settings.log`. Raises NotPrepared where it does not exist; `create` makes files, and
    nothing in a cluster. `busy`: for an event loop that answers requests.
    """
    log: EventLog
    if _scheme(settings.log) == KAFKA:
        from lrs.adapters.kafka import KafkaLog  # noqa: PLC0415

        compression = None if settings.kafka_compression == "none" else settings.kafka_compression
        log = await KafkaLog.open(
            _kafka(settings), compression=compression, largest=settings.largest_unit if busy else 0
        )
    else:
        log = await SqliteLog.open(_sqlite_path(settings.log, "LRS_LOG"), create=create, apart=busy)
    try:
        yield log
    finally:
        await log.close()


@asynccontextmanager
async def open_store(settings: Settings, *, create: bool = False, busy: bool = False) -> AsyncIterator[Store]:
    """The store at `settings.store`. Raises NotPrepared where it does not exist; `create` makes files, and
    nothing in a cluster. `busy`: for an event loop that answers requests.
    """
    store: Store
    if _scheme(settings.store) in MONGO:
        from lrs.adapters.mongo import MongoStore  # noqa: PLC0415

        store = await MongoStore.open(settings.store)
    else:
        store = await SqliteStore.open(_sqlite_path(settings.store, "LRS_STORE"), create=create, apart=busy)
    try:
        yield store
    finally:
        await store.close()


async def migrate(
    settings: Settings,
    partitions: int,
    facts_partitions: int,
    replication: int | None,
    *,
    shard: bool = False,
    new_log: bool = False,
) -> list[str]:
    """Make what the log and the store need and is not there, mend what differs; what was done, a line each.

    The numbers are of partitions of a cluster's topics and of their replicas (None: three, or as many as
    there are brokers). `new_log`: the log that the store stands in is lost, and another one is begun.

    Raises StoreError, FormatTooNew, Unavailable.
    """
    said: list[str] = []
    if _scheme(settings.store) in MONGO:
        from lrs.adapters import mongo  # noqa: PLC0415

        said += await mongo.migrate(settings.store, shard=shard)
    async with open_store(settings, create=True) as store:
        if _scheme(settings.log) == KAFKA:
            from lrs.adapters import kafka  # noqa: PLC0415

            # a topic that the store stands in is not made again unasked: it was lost
            fresh = new_log or not await store.positions(PROJECTOR)
            wanted = kafka.Wanted(partitions, facts_partitions, replication, settings.largest_unit)
            said += await kafka.migrate(_kafka(settings), wanted, fresh=fresh)
        async with open_log(settings, create=True) as log_:
            if new_log:
                said.append(f"positions moved to the new log: {await begin_new_log(log_, store)}")
            new = await open_partitions(log_, store)
            await ensure_living(store)
    if new:
        said.append(f"partitions of statements opened: {', '.join(map(str, new))}")
    return said


def dev_credential_file(settings: Settings) -> Path:
    """Where the development credential is kept: beside the store, where that is a file."""
    if _scheme(settings.store) == SQLITE:
        return _sqlite_path(settings.store, "LRS_STORE").with_name("dev-credential")
    return Path("data/dev-credential")

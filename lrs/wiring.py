"""The one place that builds the object graph: from settings to adapters, consumers and the application."""

from __future__ import annotations

import asyncio
import fcntl
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from lrs.adapters.sqlite.log import SqliteLog
from lrs.adapters.sqlite.store import SqliteStore
from lrs.auth.authenticator import Authenticator
from lrs.endpoint.commit import GroupCommit
from lrs.endpoint.intake import Intake
from lrs.endpoint.unprojected import Unprojected
from lrs.endpoint.watermarks import Watermarks
from lrs.endpoint.workers import Workers, sensible
from lrs.http import about
from lrs.http.application import Guard, application
from lrs.http.body import Bodies
from lrs.http.metrics import Metrics
from lrs.http.openapi import OpenApiResource
from lrs.http.operations import OperationsResource
from lrs.http.reports import ReportsResource
from lrs.http.statements import StatementsResource
from lrs.settings import Settings
from schemas.errors import StoreError
from schemas.ports import EventLog, Store
from schemas.record import STATEMENTS

log = logging.getLogger(__name__)


def _sqlite_path(url: str, setting: str) -> Path:
    parts = urlsplit(url)
    if parts.scheme != "sqlite" or parts.netloc or not parts.path.strip("/"):
        raise StoreError(f"{setting}={url} is no address of an adapter: write sqlite:///path/to/file.db")
    return Path(parts.path.removeprefix("/") if not url.startswith("sqlite:////") else parts.path[1:])


@asynccontextmanager
async def open_log(
    settings: Settings, *, create: bool = False, busy: bool = False
) -> AsyncIterator[EventLog]:
    """The event log at `settings.log`. Raises NotPrepared where it does not exist and `create` is not
    given. `busy`: for an event loop that answers requests.
    """
    log = await SqliteLog.open(_sqlite_path(settings.log, "LRS_LOG"), create=create, apart=busy)
    try:
        yield log
    finally:
        await log.close()


@asynccontextmanager
async def open_store(settings: Settings, *, create: bool = False, busy: bool = False) -> AsyncIterator[Store]:
    """The store at `settings.store`. Raises NotPrepared where it does not exist and `create` is not given.
    `busy`: for an event loop that answers requests.
    """
    store = await SqliteStore.open(_sqlite_path(settings.store, "LRS_STORE"), create=create, apart=busy)
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def build_endpoint(settings: Settings, log_: EventLog, store: Store) -> AsyncIterator[web.Application]:
    """The application over a log and a store; leaving it flushes what was handed over."""
    metrics = Metrics()
    unprojected = Unprojected(settings.max_unprojected)
    watermarks = Watermarks(log_, store, unprojected)
    commit = GroupCommit(log_, STATEMENTS, await log_.partitions(STATEMENTS))
    workers = Workers(sensible() if settings.workers is None else settings.workers)
    home_page = settings.home_page or f"http://{settings.host}:{settings.port}"
    statements = StatementsResource(
        Intake(log_, store, commit, unprojected, home_page, watermarks.doubt),
        workers,
        store,
        watermarks,
        Bodies(settings.max_body, settings.max_in_flight, metrics.in_flight),
        metrics,
        max_batch=settings.max_batch,
        page_limit=settings.page_limit,
        patience=settings.read_your_writes,
    )
    routes = [
        *statements.routes(),
        *about.ROUTES,
        *ReportsResource(store, log_, watermarks).routes(),
        *OpenApiResource().routes(),
        *OperationsResource(log_, store, watermarks, unprojected, metrics).routes(),
    ]
    await watermarks.start()
    try:
        async with workers:
            yield application(Guard(Authenticator(store, hashes=1), metrics), routes, settings.max_body)
    finally:
        await commit.close()
        await watermarks.close()


def dev_credential_file(settings: Settings) -> Path:
    """Where the development credential is kept: beside the store."""
    return _sqlite_path(settings.store, "LRS_STORE").with_name("dev-credential")


@asynccontextmanager
async def lease(settings: Settings, name: str, stop: asyncio.Event) -> AsyncIterator[bool]:
    """Hold the one place of a consumer on these files, after waiting for whoever holds it; False where
    `stop` came first.

    It is a comfort: without it two would fence each other, and nothing would be counted twice. The lock
    goes with the process.
    """
    path = _sqlite_path(settings.store, "LRS_STORE")
    with path.with_name(f"{path.name}.{name}.lock").open("a") as file:
        told = False
        while not stop.is_set():
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if not told:
                    log.warning("another process runs the consumer %s on %s: standing by", name, path)
                    told = True
                await asyncio.sleep(0.25)
            else:
                yield True
                return
        yield False

"""The one place that builds the object graph: from settings to adapters, consumers and the application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from consumers.opening import begin_new_log, open_partitions
from lrs.adapters.sqlite.log import SqliteLog
from lrs.adapters.sqlite.store import SqliteStore
from lrs.audit.trail import Trail
from lrs.auth.authenticator import Authenticator
from lrs.check.living import LivingRules
from lrs.endpoint.commit import GroupCommit
from lrs.endpoint.intake import Intake
from lrs.endpoint.signature import Keys, load_keys
from lrs.endpoint.unprojected import Unprojected
from lrs.endpoint.watermarks import Watermarks
from lrs.endpoint.workers import Workers, sensible
from lrs.http import about
from lrs.http.activities import ActivitiesResource
from lrs.http.agents import AgentsResource
from lrs.http.application import Guard, application
from lrs.http.body import Bodies
from lrs.http.check import CheckResource
from lrs.http.dashboard import DashboardResource
from lrs.http.documents import DocumentsResource
from lrs.http.editions import EditionsResource
from lrs.http.exports import ExportsResource
from lrs.http.feeds import FeedsResource
from lrs.http.metrics import Metrics
from lrs.http.mixed import MixedBodies
from lrs.http.openapi import OpenApiResource
from lrs.http.operations import OperationsResource
from lrs.http.origins import Origins
from lrs.http.profile import ProfileResource
from lrs.http.reports import ReportsResource
from lrs.http.statements import StatementsResource
from lrs.registry import ensure_living
from lrs.settings import Settings
from schemas.errors import NotPrepared, StoreError
from schemas.ports import PROJECTOR, EventLog, Store
from schemas.profile import Profile
from schemas.record import STATEMENTS

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


@asynccontextmanager
async def build_endpoint(settings: Settings, log_: EventLog, store: Store) -> AsyncIterator[web.Application]:
    """The application over a log and a store; leaving it flushes what was handed over."""
    metrics = Metrics()
    trail = Trail(store)
    unprojected = Unprojected(settings.max_unprojected)
    commit = GroupCommit(log_, STATEMENTS)
    watermarks = Watermarks(log_, store, unprojected, commit.widen)
    workers = Workers(sensible() if settings.workers is None else settings.workers)
    bodies = Bodies(settings.max_body, settings.max_in_flight, metrics.in_flight)
    home_page = settings.home_page or f"http://{settings.host}:{settings.port}"
    living, profile = LivingRules(store), Profile(settings.namespaces)
    intake = Intake(
        log_,
        store,
        commit,
        unprojected,
        home_page,
        watermarks.doubt,
        lambda: watermarks.answering,
        living.person_keys,
    )
    statements = StatementsResource(
        intake,
        workers,
        store,
        watermarks,
        bodies,
        MixedBodies(
            store,
            bodies,
            _signature_keys(settings),
            max_body=settings.max_body,
            max_attachments=settings.max_attachments,
            max_statement=settings.max_statement,
        ),
        metrics,
        max_batch=settings.max_batch,
        max_statement=settings.max_statement,
        down_conversion=settings.xapi_down_conversion,
        refuse_identity_numbers=settings.refuse_identity_numbers,
        prefix=settings.path_prefix,
        page_limit=settings.page_limit,
        patience=settings.read_your_writes,
    )
    routes = [
        *statements.routes(),
        *AgentsResource(intake, store, watermarks, settings.read_your_writes).routes(),
        *ActivitiesResource(intake, store, watermarks, settings.read_your_writes).routes(),
        *DocumentsResource(store, bodies, settings.max_body).routes(),
        *about.ROUTES,
        *CheckResource(
            intake,
            store,
            living,
            profile,
            bodies,
            max_batch=settings.max_batch,
            max_statement=settings.max_statement,
            refuse_identity_numbers=settings.refuse_identity_numbers,
        ).routes(),
        *ReportsResource(store, log_, watermarks, profile).routes(),
        *ProfileResource(living, settings.namespaces).routes(),
        *ExportsResource(store, profile, trail).routes(),
        *FeedsResource(log_).routes(),
        *EditionsResource(store).routes(),
        *OpenApiResource(settings.path_prefix).routes(),
        *DashboardResource().routes(),
        *OperationsResource(log_, store, watermarks, unprojected, metrics).routes(),
    ]
    await watermarks.start()
    await trail.start()
    try:
        async with workers:
            guard = Guard(
                Authenticator(store, hashes=1),
                metrics,
                bodies,
                Origins(settings.allowed_origins),
                settings.xapi_default_version,
                trail,
            )
            yield application(guard, routes, settings.max_body)
    finally:
        await commit.close()
        await watermarks.close()
        await trail.close()


def _signature_keys(settings: Settings) -> Keys:
    """The registered keys. Raises NotPrepared where they cannot be read."""
    if settings.signature_keys is None:
        return ()
    try:
        return load_keys(settings.signature_keys)
    except (OSError, ValueError) as error:
        raise NotPrepared(f"LRS_SIGNATURE_KEYS: {error}") from error


def dev_credential_file(settings: Settings) -> Path:
    """Where the development credential is kept: beside the store, where that is a file."""
    if _scheme(settings.store) == SQLITE:
        return _sqlite_path(settings.store, "LRS_STORE").with_name("dev-credential")
    return Path("data/dev-credential")

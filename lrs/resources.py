"""The application over a log and a store: every resource with what it needs, behind one guard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

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
from lrs.settings import Settings
from schemas.errors import NotPrepared
from schemas.ports import EventLog, Store
from schemas.profile import Profile
from schemas.record import STATEMENTS


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

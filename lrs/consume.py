"""Runs consumers in this process until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import secrets
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack

from consumers.aggregator import Aggregator
from consumers.person_secret import check_secret
from consumers.projector import Projector
from consumers.runner import Consumer, Runner
from consumers.sweeper import sweep
from consumers.trimmer import trim
from lrs.collector import settle
from lrs.settings import Settings
from lrs.snapshots.publisher import Publisher
from lrs.wiring import open_log, open_store
from schemas.ports import EventLog, Store
from schemas.profile import Profile
from schemas.unit import gazetteer

CONSUMERS: dict[str, Callable[[EventLog, Store, Profile, Settings], Consumer]] = {
    Projector.name: lambda log, store, profile, settings: Projector(
        log, store, profile, settings.person_secret.get_secret_value().encode()
    ),
    Aggregator.name: lambda log, store, profile, _: Aggregator(log, store, profile),
}

HOUR = 3600.0
AT_ONCE = 4
"""Partitions that a process works on at once where the store is a server, for which it mostly waits."""

log = logging.getLogger(__name__)


async def consume(settings: Settings, names: Sequence[str], *, beside: bool = False) -> None:
    """Run these consumers. On SIGTERM or SIGINT they finish their batch and stop.

    `beside`: standard input is a pipe from the server, and its end means that the server is gone. Raises
    NotPrepared, OutsideLog, WrongLog, FormatTooNew where an operator must act.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        if beside:
            stack.callback(_stop_at_end_of_input(loop, stop))
        log_ = await stack.enter_async_context(open_log(settings))
        store = await stack.enter_async_context(open_store(settings))
        if Projector.name in names and (secret := settings.person_secret.get_secret_value()):
            await check_secret(store, secret.encode())
        profile = Profile(settings.namespaces)
        gazetteer()
        settle()
        if Projector.name in names:
            stack.callback(asyncio.create_task(_trim(settings, log_, store)).cancel)
            stack.callback(asyncio.create_task(_sweep(log_, store)).cancel)
            stack.callback(asyncio.create_task(_forget_audit(settings, store)).cancel)
        if Aggregator.name in names and settings.snapshots:
            publisher = Publisher(store, log_)
            stack.callback(asyncio.create_task(publisher.run(settings.snapshots)).cancel)
        at_once = 1 if settings.store.startswith("sqlite:") else AT_ONCE
        async with asyncio.TaskGroup() as group:
            for name in names:
                group.create_task(
                    Runner(
                        log_, CONSUMERS[name](log_, store, profile, settings), stop, at_once=at_once
                    ).run(),
                    name=name,
                )


async def _trim(settings: Settings, log_: EventLog, store: Store) -> None:
    """Trim the log once an hour, for ever; several at once do no harm."""
    while True:
        await asyncio.sleep(HOUR * random.uniform(0.9, 1.1))  # noqa: S311 - no secret
        before = int((time.time() - settings.retention * 24 * HOUR) * 1000)
        try:
            for trimmed in await trim(log_, store, before):
                if trimmed.records:
                    log.info("%d records of %s were forgotten", trimmed.records, trimmed.topic)
        except Exception as error:
            # whatever it was: personal data must not stay because of it
            log.warning("the log is not trimmed: %s", error)


async def _sweep(log_: EventLog, store: Store) -> None:
    """Sweep attachments once an hour, for ever, a part of them at a time and beginning anywhere; several at
    once do no harm.
    """
    after = secrets.token_hex(8)
    while True:
        await asyncio.sleep(HOUR * random.uniform(0.9, 1.1))  # noqa: S311 - no secret
        try:
            after = await sweep(log_, store, after)
        except Exception as error:
            # whatever it was: what was erased must not stay because of it
            log.warning("attachments are not swept: %s", error)


async def _forget_audit(settings: Settings, store: Store) -> None:
    """Forget entries of the audit trail after their retention, once an hour, for ever."""
    while True:
        await asyncio.sleep(HOUR * random.uniform(0.9, 1.1))  # noqa: S311 - no secret
        before = int((time.time() - settings.audit_retention * 24 * HOUR) * 1000)
        try:
            await store.forget_audit(before)
        except Exception as error:
            # whatever it was: the next hour tries again
            log.warning("the audit trail keeps what is old: %s", error)


def _stop_at_end_of_input(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> Callable[[], None]:
    def readable() -> None:
        if not os.read(sys.stdin.fileno(), 4096):
            loop.remove_reader(sys.stdin.fileno())
            stop.set()

    def unwatch() -> None:
        loop.remove_reader(sys.stdin.fileno())

    loop.add_reader(sys.stdin.fileno(), readable)
    return unwatch

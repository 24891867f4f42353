"""Runs consumers in this process until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack

from consumers.aggregator import Aggregator
from consumers.projector import Projector
from consumers.runner import Consumer, Runner
from lrs.collector import settle
from lrs.settings import Settings
from lrs.wiring import lease, open_log, open_store
from schemas.ports import EventLog, Store
from schemas.profile import Profile
from schemas.unit import gazetteer

CONSUMERS: dict[str, Callable[[EventLog, Store, Profile], Consumer]] = {
    Projector.name: Projector,
    Aggregator.name: Aggregator,
}

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
        profile = Profile(settings.namespaces)
        gazetteer()
        settle()
        async with asyncio.TaskGroup() as group:
            for name in names:
                group.create_task(
                    _run(settings, Runner(log_, CONSUMERS[name](log_, store, profile), stop), name, stop)
                )


async def _run(settings: Settings, runner: Runner, name: str, stop: asyncio.Event) -> None:
    async with lease(settings, name, stop) as held:
        if held:
            log.info("%s runs", name)
            await runner.run()


def _stop_at_end_of_input(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> Callable[[], None]:
    def readable() -> None:
        if not os.read(sys.stdin.fileno(), 4096):
            loop.remove_reader(sys.stdin.fileno())
            stop.set()

    def unwatch() -> None:
        loop.remove_reader(sys.stdin.fileno())

    loop.add_reader(sys.stdin.fileno(), readable)
    return unwatch

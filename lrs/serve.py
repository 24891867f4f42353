"""Runs the endpoint, with the consumers beside it, until it is told to stop."""

from __future__ import annotations

import asyncio
import errno
import logging
import signal
import sys
from contextlib import AsyncExitStack

from aiohttp import web

from consumers.opening import open_partitions
from lrs.beside import Beside
from lrs.collector import settle
from lrs.consume import CONSUMERS
from lrs.registry import dev_credential, ensure_living, kept_dev_credential
from lrs.resources import build_endpoint
from lrs.settings import Settings
from lrs.wiring import dev_credential_file, open_log, open_store
from schemas.ports import Store

SWITCH_INTERVAL = 0.0005
"""Seconds for which a busy event loop may keep the interpreter from a thread that has come back from
SQLite.
"""
DRAIN = 10.0
"""Seconds that requests under way have to finish when the server stops."""

log = logging.getLogger(__name__)


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; then requests under way are finished, and consumers finish their
    batch.
    """
    sys.setswitchinterval(SWITCH_INTERVAL)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        log_ = await stack.enter_async_context(open_log(settings, create=True, busy=True))
        store = await stack.enter_async_context(open_store(settings, create=True, busy=True))
        await ensure_living(store)
        await open_partitions(log_, store)
        told = await _development(settings, store)
        if settings.embedded if settings.consumers is None else settings.consumers:
            await stack.enter_async_context(Beside(settings, tuple(CONSUMERS)))
        app = await stack.enter_async_context(build_endpoint(settings, log_, store))
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=DRAIN, auto_decompress=False)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await _listen(runner, settings)
        host, port = runner.addresses[0][:2]
        url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        settle()
        print(f"Learning records at {url}{told}", flush=True)  # noqa: T201
        await stop.wait()
        log.info("stopping")


async def _listen(runner: web.AppRunner, settings: Settings) -> None:
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise ValueError(
            f"port {settings.port} of {settings.host} is in use: stop what uses it, or take another one with "
            "--port or LRS_PORT"
        ) from error


async def _development(settings: Settings, store: Store) -> str:
    """Make the development credential that the settings want; what to print of it."""
    if settings.dev_credential is not None:
        key, _, secret = settings.dev_credential.get_secret_value().partition(":")
        await dev_credential(store, key, secret)
        return f"\n  development credential from LRS_DEV_CREDENTIAL: {key}:…"
    if not settings.dev:
        return ""
    path = dev_credential_file(settings)
    key, secret = await asyncio.to_thread(kept_dev_credential, path)
    await dev_credential(store, key, secret)
    return f"\n  development credential, kept in {path}: {key}:{secret}"

"""Keeps consumers running beside the server, each in a process of its own: they share no interpreter lock
with it.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Sequence
from types import TracebackType

from lrs.child import environment
from lrs.settings import Settings

PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds before a consumer that ended is started again; doubled while it keeps ending at once."""
LASTING = 60.0
"""Seconds after which a run counts as one that lasted."""
PATIENCE = 30.0
"""Seconds that a consumer has to finish its batch when the server stops."""

log = logging.getLogger(__name__)


class Beside:
    """Consumer processes for as long as the context lasts. They end when this process does, however it
    ends.
    """

    def __init__(self, settings: Settings, names: Sequence[str]) -> None:
        self._environment = {**environment(), **settings.environment()}
        self._names = names
        self._tasks: list[asyncio.Task[None]] = []
        self._stop = asyncio.Event()

    async def __aenter__(self) -> Beside:
        self._tasks = [asyncio.create_task(self._keep(name)) for name in self._names]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        await asyncio.gather(*self._tasks)

    async def _keep(self, name: str) -> None:
        pause = PAUSE
        loop = asyncio.get_running_loop()
        while not self._stop.is_set():
            began = loop.time()
            try:
                status = await self._run(name)
            except OSError as error:
                status = str(error)
            if self._stop.is_set():
                return
            pause = PAUSE if loop.time() - began > LASTING else min(pause * 2, LONGEST_PAUSE)
            log.error("consumer %s ended with %s; again in %.0f s", name, status, pause)
            stopping = asyncio.ensure_future(self._stop.wait())
            await asyncio.wait({stopping}, timeout=pause)
            stopping.cancel()

    async def _run(self, name: str) -> str:
        """Run the consumer to its end; says how it ended."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "lrs", "consume", "--beside", name,
            stdin=asyncio.subprocess.PIPE, env=self._environment,
        )  # fmt: skip
        await self._watch(process, name)
        return f"exit code {process.returncode}"

    async def _watch(self, process: asyncio.subprocess.Process, name: str) -> None:
        """Return when the process has ended, by itself or because the server stops."""
        ended = asyncio.ensure_future(process.wait())
        stopping = asyncio.ensure_future(self._stop.wait())
        await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if process.stdin is not None:
            process.stdin.close()
        done, _ = await asyncio.wait({ended}, timeout=PATIENCE)
        if not done:
            log.error("consumer %s does not stop: it is killed, and will begin where its output ends", name)
            process.kill()
        await ended

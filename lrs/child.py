"""A child process that is asked and answers: texts to its standard input, texts from its standard output, in
order.

It shares no interpreter lock with us. It ends when its input does, so it never outlives us for long, and is
started again when it ends by itself.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import struct
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from lrs.logs import log_to_stderr

PAUSE, LONGEST_PAUSE = 0.05, 30.0
"""Seconds before a child that ended is started again; doubled while it keeps ending at once."""
LASTING = 60.0
"""Seconds after which a run counts as one that lasted."""
PATIENCE = 10.0
"""Seconds to wait for a child's first start; and for one to answer what is left when it is to end."""
LONGEST_ANSWER = 60.0
"""Seconds after which a child that does not answer is killed: whoever waits for it waits in vain."""
WITHHELD = frozenset({"LRS_DEV_CREDENTIAL"})
"""Variables of the environment that no child is given: it has no use for them."""

_LENGTH = struct.Struct("<I")
_BUFFER = 1024 * 1024

log = logging.getLogger(__name__)


class Ended(Exception):
    """The child ended before it answered; nobody knows how far it came."""


def environment() -> dict[str, str]:
    """Our environment, without the secret in it."""
    return {name: value for name, value in os.environ.items() if name not in WITHHELD}


class Child:
    """`python -m <module> <arguments>`, which must call `attend`."""

    def __init__(self, module: str, *arguments: str) -> None:
        self._module = module
        self._arguments = arguments
        self._process: asyncio.subprocess.Process | None = None
        self._waiting: deque[tuple[float, asyncio.Future[bytes]]] = deque()
        self._begun = asyncio.Event()
        """Set once it was started for the first time, or never will be."""
        self._stopping = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start it; `running` says when it is there."""
        self._keeping = asyncio.create_task(self._keep())

    @property
    def running(self) -> bool:
        """Whether it can be asked."""
        return self._process is not None

    async def ask(self, text: bytes) -> bytes:
        """What it answers. Waits for its first start. Raises Ended."""
        await self.begun()
        return await self.send(text)

    async def begun(self) -> None:
        """Wait until it was started for the first time, or that failed."""
        if not self._begun.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await self._begun.wait()

    def send(self, text: bytes) -> asyncio.Future[bytes]:
        """Its answer to come, or Ended; also if it does not run."""
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        if self._process is None or self._process.stdin is None or self._stopping.is_set():
            answer.set_exception(Ended(f"{self._module} does not run"))
            return answer
        try:
            self._process.stdin.writelines((_LENGTH.pack(len(text)), text))
        except (RuntimeError, OSError):
            # it has just ended, and its end is still on its way to us
            answer.set_exception(Ended(f"{self._module} ended"))
        else:
            self._waiting.append((asyncio.get_running_loop().time(), answer))
        return answer

    async def close(self) -> None:
        """Let it answer what it was sent, then end."""
        self._stopping.set()
        self._begun.set()
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
        if self._keeping is None:
            return
        done, _ = await asyncio.wait({self._keeping}, timeout=PATIENCE)
        if not done and self._process is not None:
            log.error("%s does not end: it is killed", self._module)
            self._process.kill()
        await self._keeping

    async def _keep(self) -> None:
        pause = PAUSE
        loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            began = loop.time()
            try:
                status = await self._run()
            except Exception as error:
                # whatever it was: it must come again, or nobody is answered any more
                log.exception("asking %s failed", self._module)
                status = str(error)
            self._begun.set()
            if self._stopping.is_set():
                return
            pause = PAUSE if loop.time() - began > LASTING else pause
            log.error("%s ended with %s; again in %.2f s", self._module, status, pause)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._stopping.wait()
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _run(self) -> str:
        """Run it to its end, and say how it ended."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", self._module, *self._arguments, env=environment(),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=_BUFFER,
        )  # fmt: skip
        assert process.stdin is not None  # noqa: S101
        assert process.stdout is not None  # noqa: S101
        if self._stopping.is_set():
            process.stdin.close()
        self._process = process
        self._begun.set()
        watching = asyncio.create_task(self._watch(process))
        try:
            while True:
                (length,) = _LENGTH.unpack(await process.stdout.readexactly(_LENGTH.size))
                text = await process.stdout.readexactly(length)
                _, waiting = self._waiting.popleft()
                if not waiting.done():
                    waiting.set_result(text)
        except asyncio.IncompleteReadError:
            pass
        finally:
            self._process = None
            watching.cancel()
            while self._waiting:
                _, waiting = self._waiting.popleft()
                if not waiting.done():
                    waiting.set_exception(Ended(f"{self._module} ended"))
            if process.returncode is None and not self._stopping.is_set():
                with suppress(ProcessLookupError):
                    process.kill()
        return f"exit code {await process.wait()}"

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(LONGEST_ANSWER / 10)
            if self._waiting and loop.time() - self._waiting[0][0] > LONGEST_ANSWER:
                log.error("%s has not answered for %.0f s: it is killed", self._module, LONGEST_ANSWER)
                process.kill()
                return


def attend(answer: Callable[[bytes], bytes]) -> None:
    """In the child: answer every text until there are no more.

    Who tells the server to stop may tell all its group, so signals of a stop are not heard: what is under way
    is still answered.
    """
    log_to_stderr()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    with suppress(BrokenPipeError):
        while head := source.read(_LENGTH.size):
            (length,) = _LENGTH.unpack(head)
            text = answer(source.read(length))
            sink.write(_LENGTH.pack(len(text)) + text)
            sink.flush()

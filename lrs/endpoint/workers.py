"""Processes that prepare bodies, so that no batch holds the server's loop up and a second core is used.

A worker is a child that reads parcels of bodies from its standard input and writes what became of them to its
standard output, in order; it ends when the input does. Bodies that come while parcels are under way gather
for the next: the more there is to do, the less it costs to ask.
"""

from __future__ import annotations

import asyncio
import logging
import marshal
import os
import signal
import struct
import sys
from collections import deque
from contextlib import suppress
from types import TracebackType
from typing import BinaryIO

from lrs.collector import settle
from lrs.endpoint.prepare import Body, Prepared, prepare
from lrs.problem import Problem, overloaded, problem_of
from schemas.xapi import Version

PARCEL = 128 * 1024
"""Bytes after which no further body joins a parcel; a larger body is a parcel by itself."""
AHEAD = 2
"""Parcels that a worker has at once: the next is there when it has answered one."""
PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds before a worker that ended is started again; doubled while it keeps ending."""

PATIENCE = 10.0
"""Seconds that a worker has to answer what is left when the server stops."""

_LENGTH = struct.Struct("<I")
_BUFFER = 1024 * 1024

log = logging.getLogger(__name__)


def sensible() -> int:
    """How many workers suit this machine: one core is left to the loop, and more than four it cannot feed."""
    return min(4, max(1, len(os.sched_getaffinity(0)) - 1))


class Workers:
    """So many workers for as long as the context lasts; with none, bodies are prepared on the loop."""

    def __init__(self, count: int) -> None:
        self._workers = [_Worker() for _ in range(count)]

    async def __aenter__(self) -> Workers:
        for worker in self._workers:
            worker.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.gather(*(worker.stop() for worker in self._workers))

    @property
    def running(self) -> int:
        """How many are there to be asked."""
        return sum(worker.running for worker in self._workers)

    @property
    def burden(self) -> int:
        """Bytes that were asked about and are not answered."""
        return sum(worker.burden for worker in self._workers)

    async def prepare(self, body: Body) -> Prepared:
        """What `prepare` returns or raises, whoever does it; 503 where a worker died over it."""
        running = [worker for worker in self._workers if worker.running]
        if not running:
            return prepare(body)
        least = running[0] if len(running) == 1 else min(running, key=_burden)
        answer = await least.ask(body)
        if isinstance(answer, Problem):
            raise answer
        return answer


def _burden(worker: _Worker) -> int:
    return worker.burden


_Answer = Prepared | Problem
_Waiting = tuple[Body, asyncio.Future[_Answer]]


class _Worker:
    """One child process, started again when it ends."""

    def __init__(self) -> None:
        self.burden = 0
        """Bytes that it was asked about and has not answered."""
        self._process: asyncio.subprocess.Process | None = None
        self._gathered: deque[_Waiting] = deque()
        self._asked: deque[list[_Waiting]] = deque()
        self._sending = False
        self._keeping: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()

    @property
    def running(self) -> bool:
        return self._process is not None

    def start(self) -> None:
        self._keeping = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """Let it answer what it was asked, then end."""
        self._stopping.set()
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
        if self._keeping is not None:
            done, _ = await asyncio.wait({self._keeping}, timeout=PATIENCE)
            if not done and self._process is not None:
                log.error("a worker does not stop: it is killed")
                self._process.kill()
            await self._keeping

    async def ask(self, body: Body) -> _Answer:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[_Answer] = loop.create_future()
        self._gathered.append((body, answer))
        self.burden += len(body.text)
        if not self._sending:
            self._sending = True
            loop.call_soon(self._send)
        return await answer

    def _send(self) -> None:
        self._sending = False
        process, gathered = self._process, self._gathered
        if process is None or process.stdin is None:
            self._give_up()
            return
        while gathered and len(self._asked) < AHEAD:
            parcel = [gathered.popleft()]
            size = len(parcel[0][0].text)
            while gathered and size + len(gathered[0][0].text) <= PARCEL:
                parcel.append(gathered.popleft())
                size += len(parcel[-1][0].text)
            self._asked.append(parcel)
            text = marshal.dumps([(*body[:1], body.version.value, *body[2:]) for body, _ in parcel])
            process.stdin.writelines((_LENGTH.pack(len(text)), text))

    async def _keep(self) -> None:
        pause = PAUSE
        while not self._stopping.is_set():
            status = await self._run()
            if self._stopping.is_set():
                return
            log.error("a worker ended with %s; again in %.1f s", status, pause)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._stopping.wait()
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _run(self) -> str:
        """Run the child to its end, and say how it ended. Whoever waits for it then is told to come again."""
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "lrs.endpoint.workers",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=_BUFFER,
            )  # fmt: skip
        except OSError as error:
            return str(error)
        assert process.stdout is not None  # noqa: S101
        self._process = process
        try:
            while True:
                (length,) = _LENGTH.unpack(await process.stdout.readexactly(_LENGTH.size))
                self._answered(marshal.loads(await process.stdout.readexactly(length)))  # noqa: S302 - our child's
        except asyncio.IncompleteReadError:
            pass
        finally:
            self._process = None
            self._give_up()
        return f"exit code {await process.wait()}"

    def _answered(self, answers: list[tuple[bool, tuple[object, ...]]]) -> None:
        for (body, waiting), (well, made) in zip(self._asked.popleft(), answers, strict=True):
            self.burden -= len(body.text)
            if not waiting.done():
                waiting.set_result(Prepared(*made) if well else Problem(*made))  # type: ignore[arg-type]
        if self._gathered:
            self._send()

    def _give_up(self) -> None:
        left = [*(waiting for parcel in self._asked for waiting in parcel), *self._gathered]
        self._asked.clear()
        self._gathered.clear()
        self.burden = 0
        for _, waiting in left:
            if not waiting.done():
                waiting.set_result(
                    overloaded("worker-ended", "The request was not worked on. Send the same one again.")
                )


def work(source: BinaryIO, sink: BinaryIO) -> None:
    """Prepare the bodies that come from `source` until it ends."""
    while head := source.read(_LENGTH.size):
        (length,) = _LENGTH.unpack(head)
        asked = marshal.loads(source.read(length))  # noqa: S302 - our parent's
        text = marshal.dumps([_prepared(*said) for said in asked])
        sink.write(_LENGTH.pack(len(text)) + text)
        sink.flush()


def _prepared(
    text: bytes, version: str, authority: dict[str, object], most: int, identifier: str | None
) -> tuple[bool, tuple[object, ...]]:
    try:
        return True, tuple(prepare(Body(text, Version(version), authority, most, identifier)))
    except Exception as error:
        problem = problem_of(error)
        if problem.status >= 500:
            log.exception("a body could not be prepared")
        return False, (problem.status, problem.code, problem.message, problem.path)


if __name__ == "__main__":
    # who tells the server to stop may tell all its group: what is under way is still answered
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    settle()
    work(sys.stdin.buffer, sys.stdout.buffer)

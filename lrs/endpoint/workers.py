"""Processes that prepare bodies: the loop is spared parsing and checking them, and a second core is used.

A worker is given parcels of bodies and answers with what became of them. Bodies that come while parcels are
under way gather for the next: the more there is to do, the less it costs to ask.
"""

from __future__ import annotations

import asyncio
import logging
import marshal
import os
from collections import deque
from types import TracebackType
from typing import NamedTuple

from lrs.child import Child, attend
from lrs.collector import settle
from lrs.endpoint.prepare import Body, Prepared, prepare
from lrs.problem import OVERLOADED, Problem, overloaded, problem_of
from schemas.xapi import Version

PARCEL = 128 * 1024
"""Bytes after which no further body joins a parcel; a larger body is a parcel by itself."""
AHEAD = 2
"""Parcels that a worker has at once: the next is there when it has answered one."""

log = logging.getLogger(__name__)


class Refused(NamedTuple):
    """What a `Problem` says. No exception: one that is kept would keep the request alive that it met."""

    status: int
    code: str
    message: str
    path: str | None = None


_Answer = Prepared | Refused
_Waiting = tuple[Body, asyncio.Future[_Answer]]
_BUSY = "The request was not worked on. Send the same one again."


def sensible() -> int:
    """How many workers suit this machine: one core is left to the loop, and more than four it cannot feed."""
    return min(4, max(1, len(os.sched_getaffinity(0)) - 1))


class Workers:
    """So many workers for as long as the context lasts; with none, bodies are prepared on the loop."""

    def __init__(self, count: int) -> None:
        self._workers = [_Worker() for _ in range(count)]

    async def __aenter__(self) -> Workers:
        for worker in self._workers:
            worker.child.start()
        await asyncio.gather(*(worker.child.begun() for worker in self._workers))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.gather(*(worker.child.close() for worker in self._workers))

    @property
    def running(self) -> int:
        """How many are there to be asked."""
        return sum(worker.child.running for worker in self._workers)

    @property
    def burden(self) -> int:
        """Bytes that were asked about and are not answered."""
        return sum(worker.burden for worker in self._workers)

    async def prepare(self, body: Body) -> Prepared:
        """What `prepare` returns or raises, whoever does it; 503 where a worker died over it, or none is
        there: what killed them must not come here.
        """
        if not self._workers:
            return prepare(body)
        running = [worker for worker in self._workers if worker.child.running]
        if not running:
            raise overloaded("worker-ended", _BUSY)
        least = running[0] if len(running) == 1 else min(running, key=_burden)
        answer = await least.ask(body)
        if isinstance(answer, Prepared):
            return answer
        if answer.status == OVERLOADED:
            raise overloaded(answer.code, answer.message)
        raise Problem(*answer)


def _burden(worker: _Worker) -> int:
    return worker.burden


class _Worker:
    """One child, and the bodies that it was given or is to be given."""

    def __init__(self) -> None:
        self.child = Child("lrs.endpoint.workers")
        self.burden = 0
        """Bytes that it was asked about and has not answered."""
        self._gathered: deque[_Waiting] = deque()
        self._parcels = 0
        self._sending = False

    def ask(self, body: Body) -> asyncio.Future[_Answer]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[_Answer] = loop.create_future()
        self._gathered.append((body, answer))
        self.burden += len(body.text)
        if not self._sending:
            self._sending = True
            loop.call_soon(self._send)
        return answer

    def _send(self) -> None:
        self._sending = False
        gathered = self._gathered
        while gathered and self._parcels < AHEAD:
            parcel = [gathered.popleft()]
            size = len(parcel[0][0].text)
            while gathered and size + len(gathered[0][0].text) <= PARCEL:
                parcel.append(gathered.popleft())
                size += len(parcel[-1][0].text)
            said = marshal.dumps([(body.text, body.version.value, *body[2:]) for body, _ in parcel])
            self._parcels += 1
            answered = self.child.send(said)
            answered.add_done_callback(lambda it, parcel=parcel: self._answered(parcel, it))  # type: ignore[misc]

    def _answered(self, parcel: list[_Waiting], answered: asyncio.Future[bytes]) -> None:
        self._parcels -= 1
        self.burden -= sum(len(body.text) for body, _ in parcel)
        answers: list[_Answer]
        if answered.cancelled() or answered.exception() is not None:
            answers = [Refused(OVERLOADED, "worker-ended", _BUSY)] * len(parcel)
        else:
            made = marshal.loads(answered.result())  # noqa: S302 - our own child's
            answers = [Prepared(*it) if well else Refused(*it) for well, it in made]
        for (_, waiting), answer in zip(parcel, answers, strict=True):
            if not waiting.done():
                waiting.set_result(answer)
        if self._gathered:
            self._send()


def work(text: bytes) -> bytes:
    """In the child: what becomes of a parcel's bodies."""
    parcel = marshal.loads(text)  # noqa: S302 - our own parent's
    return marshal.dumps([_prepared(*said) for said in parcel])


def _prepared(
    text: bytes,
    version: str,
    authority: dict[str, object],
    most: int,
    largest: int,
    identifier: str | None,
    mixed: bool,
    refuse_identity_numbers: bool,
) -> tuple[bool, tuple[object, ...]]:
    try:
        body = Body(
            text, Version(version), authority, most, largest, identifier, mixed, refuse_identity_numbers
        )
        return True, tuple(prepare(body))
    except Exception as error:
        # nothing here may keep the error: it holds what was parsed
        return False, tuple(_refused(error))


def _refused(error: Exception) -> Refused:
    problem = problem_of(error)
    if problem.status >= 500:
        log.error("a body could not be prepared", exc_info=error)
    return Refused(problem.status, problem.code, problem.message, problem.path)


if __name__ == "__main__":
    settle()
    attend(work)

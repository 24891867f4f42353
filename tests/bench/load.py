"""The generator of load, a process of its own: `python -m tests.bench.load --population N --seed N`.

First it says what its statements are (a line of JSON), then it does the jobs that it reads: it prepares,
warms up, says `{"warmed": requests}`, waits for a line, runs, and says the outcome, or `{"failed": reason}`.
"""

from __future__ import annotations

import gc
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import cycle
from time import process_time
from typing import Any

import click
import uvloop

from lrs.simulate.dice import dice
from tests.bench.client import Failed, Run
from tests.bench.duty import work
from tests.bench.figure import percentiles
from tests.bench.job import CREDENTIAL, STATEMENTS, Job, Outcome
from tests.bench.statements import Statements

HOST = "127.0.0.1"
_FASTEST = 20_000
"""Statements or pages a second for which the warm-up is prepared."""
_LEAST, _MORE = 10_000, 2.0
"""Prepared are so many times what the warm-up's rate needs, and for at least so many statements a second."""
_SOME = 10_000
"""Statements that are asked for by id."""


class Load:
    """Does jobs; remembers the ids that the last one posted."""

    def __init__(self, statements: Statements, seed: int) -> None:
        self._statements = statements
        self._random = dice(seed, "bench", "reads")
        self._posted: list[str] = []

    def do(self, job: Job) -> Iterator[dict[str, Any]]:
        """What there is to say: first that it is prepared, then the outcome. Raises Failed."""
        measured: Iterator[bytes]
        if job.kind == "get":
            requests = self._reads(job)
            warm = uvloop.run(_run(cycle(requests), job, _warm_up(job)))
            measured = cycle(requests)
        else:
            self._posted = []
            count = max(job.connections, int(_FASTEST * _warm_up(job) / job.batch))
            requests = self._posts(job, count)
            warm = uvloop.run(_run(iter(requests), job, _warm_up(job)))
            rate = len(warm.latencies) / (warm.ended - warm.began)
            if job.distinct:
                del self._posted[len(warm.latencies) * job.batch :]
                enough = _MORE * max(rate, _LEAST / job.batch) * job.seconds
                requests = self._posts(job, job.connections + int(enough))
                measured = iter(requests)
            else:
                measured = cycle(requests)
        yield {"warmed": len(warm.latencies)}
        gc.collect()
        gc.disable()
        before = process_time()
        run = uvloop.run(_run(measured, job, job.seconds))
        cpu = process_time() - before
        gc.enable()
        if job.kind == "post" and job.distinct:
            del self._posted[(len(warm.latencies) + len(run.latencies)) * job.batch :]
        yield _outcome(run, cpu).plain()

    def _posts(self, job: Job, count: int) -> list[bytes]:
        requests = []
        for _ in range(count):
            taken = self._statements.take(job.batch, shuffled=job.shuffled)
            self._posted += (name for name, _ in taken)
            texts = [text for _, text in taken]
            body = texts[0] if job.batch == 1 else b"[" + b",".join(texts) + b"]"
            length = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            requests.append(_head("POST", STATEMENTS, length) + body)
        return requests

    def _reads(self, job: Job) -> list[bytes]:
        paths: Sequence[str] = job.paths
        if not paths:
            names = self._random.choices(self._posted, k=_SOME)
            paths = [f"{STATEMENTS}?statementId={name}" for name in names]
        return [_head("GET", path) for path in paths]


def _warm_up(job: Job) -> float:
    """Seconds: long enough for the first request's costs (a credential's slow hash) to be over."""
    return max(0.3, job.seconds / 10)


async def _run(requests: Iterator[bytes], job: Job, seconds: float) -> Run:
    run = Run(requests, seconds)
    await run.drive(HOST, job.ports, job.connections)
    return run


def _head(method: str, path: str, more: str = "") -> bytes:
    authorization = b64encode(CREDENTIAL.encode()).decode()
    return (
        f"{method} {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Basic {authorization}\r\n"
        f"X-Experience-API-Version: 2.0.0\r\n{more}\r\n"
    ).encode()


def _outcome(run: Run, cpu: float) -> Outcome:
    count = len(run.latencies)
    return Outcome(
        requests=count,
        began=run.began,
        ended=run.ended,
        retries=run.retries,
        latencies=percentiles(run.latencies),
        size=run.bytes / count,
        cpu=cpu,
        short=run.short,
    )


@click.command
@click.option("--population", type=int, required=True)
@click.option("--seed", type=int, required=True)
def main(population: int, seed: int) -> None:
    """Do jobs until the input ends."""
    statements = Statements(population, seed)
    load = Load(statements, seed)
    work(asdict(statements.spread), load.do, Failed)


if __name__ == "__main__":
    main()

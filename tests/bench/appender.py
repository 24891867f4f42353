"""Appends to the log, a process of its own: as the endpoint does it, or by a bare producer beside which that
is measured.

It makes statements in the form in which the log keeps them, with their headers, says how many they are, and
then does the jobs that it reads, on the topic of `LRS_LOG`. Both ways write the same over and over; ids are
the projector's business, which does not run here.
"""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import cycle
from time import monotonic, process_time
from typing import Any

import click
import uvloop
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from consumers.projector import CREDENTIAL as CREDENTIAL_HEADER
from consumers.projector import PLATFORM as PLATFORM_HEADER
from consumers.projector import VOIDS_ANY
from lrs.adapters.kafka import Address
from lrs.adapters.kafka.writer import LARGEST_BATCH
from lrs.collector import settle
from lrs.endpoint.commit import GroupCommit
from lrs.endpoint.intake import SCHEMA
from lrs.endpoint.prepare import Body, prepare
from lrs.settings import Settings
from lrs.wiring import open_log
from schemas.errors import StoreError
from schemas.record import STATEMENTS, Headers, NewRecord
from schemas.xapi import Version
from tests.bench.duty import work
from tests.bench.figure import percentiles
from tests.bench.job import CREDENTIAL, Job, Outcome
from tests.bench.statements import Statements
from tests.bench.store import PLATFORM

KEPT, AT_ONCE = 20_000, 1000
"""Different statements that are appended, and how many are made at once."""
AUTHORITY = {"objectType": "Agent", "account": {"homePage": "http://127.0.0.1:0", "name": PLATFORM}}
HEADERS: Headers = (
    (PLATFORM_HEADER, PLATFORM.encode()),
    (CREDENTIAL_HEADER, CREDENTIAL.partition(":")[0].encode()),
    SCHEMA,
    (VOIDS_ANY, b"1"),
)

Append = Callable[[Sequence[bytes]], Awaitable[object]]
"""Append what a request has; done, it is in the log."""


@asynccontextmanager
async def committing(settings: Settings) -> AsyncIterator[Append]:
    """The endpoint's way: what waits is appended together, each time to a partition that is free."""
    async with open_log(settings, busy=True) as log:
        commit = GroupCommit(log, STATEMENTS, await log.partitions(STATEMENTS))
        yield lambda values: commit.append([NewRecord(value, HEADERS) for value in values])
        await commit.close()


@asynccontextmanager
async def producing(settings: Settings) -> AsyncIterator[Append]:
    """A producer alone, with the same options: a record batch for each request, on one partition after
    another.
    """
    address = Address.parse(settings.log)
    topic, headers = address.topic(STATEMENTS), list(HEADERS)
    async with AIOKafkaProducer(
        **address.options(),
        enable_idempotence=True,
        acks="all",
        linger_ms=0,
        compression_type=None if settings.kafka_compression == "none" else settings.kafka_compression,
        max_batch_size=LARGEST_BATCH,
    ) as producer:
        partitions = cycle(sorted(await producer.partitions_for(topic)))

        async def append(values: Sequence[bytes]) -> object:
            batch = producer.create_batch()
            for value in values:
                batch.append(timestamp=None, key=None, value=value, headers=headers)
            batch.close()
            return await (await producer.send_batch(batch, topic, partition=next(partitions)))

        yield append


async def _run(job: Job, seconds: float, requests: Iterator[Sequence[bytes]]) -> Outcome:
    latencies = array("d")
    way = committing if job.kind == "commit" else producing
    async with way(Settings()) as append:
        await append(next(requests))
        began, used = monotonic(), process_time()

        async def write() -> None:
            sent = monotonic()
            while sent < began + seconds:
                await append(next(requests))
                now = monotonic()
                latencies.append(now - sent)
                sent = now

        await asyncio.gather(*(write() for _ in range(job.connections)))
        ended, cpu = monotonic(), process_time() - used
    return Outcome(len(latencies), began, ended, 0, percentiles(latencies), 0.0, cpu, False)


def _values(population: int, seed: int) -> list[bytes]:
    statements = Statements(population, seed)
    values: list[bytes] = []
    while len(values) < KEPT:
        text = b"[" + b",".join(text for _, text in statements.take(AT_ONCE)) + b"]"
        values += prepare(Body(text, Version.V2_0_0, AUTHORITY, AT_ONCE, len(text))).values
    return values


@click.command
@click.option("--population", type=int, required=True)
@click.option("--seed", type=int, required=True)
def main(population: int, seed: int) -> None:
    """Do jobs until the input ends."""
    values = _values(population, seed)
    settle()

    def do(job: Job) -> Iterator[dict[str, Any]]:
        requests = cycle([values[at : at + job.batch] for at in range(0, KEPT, job.batch)])
        yield {"warmed": uvloop.run(_run(job, max(0.3, job.seconds / 10), requests)).requests}
        yield uvloop.run(_run(job, job.seconds, requests)).plain()

    work({"statements": KEPT}, do, StoreError, KafkaError)


if __name__ == "__main__":
    main()

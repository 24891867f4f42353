"""Inserts documents into MongoDB, a process of its own: the limit beside which projection is measured.

It reads the documents that the projector has written to `LRS_STORE`, says how many they are, and then does
the jobs that it reads: each inserts them, so many a call, by a client like the adapter's into a new
collection with the same indexes and nothing else.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from time import monotonic, process_time
from typing import Any

import click
import uvloop
from pymongo.errors import PyMongoError

from lrs.adapters.mongo.address import connect, database_name
from lrs.adapters.mongo.collections import COLLECTIONS
from lrs.adapters.mongo.reading import BATCH
from lrs.collector import settle
from lrs.settings import Settings
from tests.bench.duty import work
from tests.bench.figure import percentiles
from tests.bench.job import Job, Outcome

MOST = 60_000
"""Documents that are kept in memory."""
(STATEMENTS,) = (kept for kept in COLLECTIONS if kept.name == "statements")


async def _read(url: str) -> list[dict[str, Any]]:
    client = connect(url)
    try:
        statements = client[database_name(url)][STATEMENTS.name]
        found: list[dict[str, Any]] = await statements.find(limit=MOST, batch_size=BATCH).to_list(None)
        return found
    finally:
        client.close()


async def _insert(url: str, documents: list[dict[str, Any]], job: Job) -> Outcome:
    latencies = array("d")
    client = connect(url)
    name = f"{database_name(url)}-bare"
    try:
        collection = client[name]["statements"]
        await collection.create_indexes(list(STATEMENTS.indexes))
        began, used = monotonic(), process_time()
        for at in range(0, len(documents) - job.batch + 1, job.batch):
            sent = monotonic()
            await collection.insert_many(documents[at : at + job.batch], ordered=False)
            latencies.append(monotonic() - sent)
        ended, cpu = monotonic(), process_time() - used
        return Outcome(len(latencies), began, ended, 0, percentiles(latencies), 0.0, cpu, False)
    finally:
        await client.drop_database(name)
        client.close()


@click.command
def main() -> None:
    """Do jobs until the input ends."""
    url = Settings().store
    documents = uvloop.run(_read(url))
    settle()

    def do(job: Job) -> Iterator[dict[str, Any]]:
        yield {"warmed": 0}
        yield uvloop.run(_insert(url, documents, job)).plain()

    work({"documents": len(documents)}, do, PyMongoError)


if __name__ == "__main__":
    main()

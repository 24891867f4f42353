"""Writes the table of faults, for operators."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from tests.engines import kafka_jars, secantus
from tests.engines.cache import Cache
from tests.engines.missing import Missing
from tests.faults.row import HEAD, Row

_TEXT = """\
# Faults

What was broken in the middle of load, and what came of it. `make faults` runs this again, on engines of its
own, and writes this page: {date}.

- Kafka: {kafka}.
- Store: {store}.
- Python {python} on {cores} cores, which other work may have shared: times are for comparison alone, no test
  depends on them.

The program runs as in a cluster: `lrs serve`, `lrs consume statements`, `lrs consume provinces`, each in
processes of its own. Platforms post batches throughout, and send what was answered 503, or not at all, again
with the same ids (some give up: such a batch is there whole or not at all, and *acknowledged* does not count
it). *Passed* says that every acknowledged statement is stored, that the listing has no duplicate, that the
figures are those of a recount that shares no code with the aggregator, that nothing became a dead letter or a
conflict, that what readers were told by `X-Experience-API-Consistent-Through` was true and never went back,
and that every process that should live was alive and then ended when told to.

{table}
"""
_BETA = (
    "{name}, a beta server of MongoDB's protocol with one node, in the place of MongoDB. It is **not "
    "MongoDB**: what stands here about the store is that server's"
)


def write(path: Path, rows: Iterable[Row]) -> None:
    """Write the page with the rows that there are so far."""
    lines = [HEAD, tuple("---" for _ in HEAD), *(it.cells() for it in rows)]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    path.write_text(
        _TEXT.format(
            date=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
            kafka=f"Apache Kafka {kafka_jars.VERSION}",
            store=_store(),
            python=platform.python_version(),
            cores=os.cpu_count(),
            table=table,
        )
    )


def _store() -> str:
    try:
        return _BETA.format(name=secantus.find(Cache()))
    except Missing as error:
        return str(error)

"""Whether the figures are right: the store's cells beside an independent recount of what it answers."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.figure import figures
from tests.acceptance.client import Client
from tests.acceptance.server import KEY, PATIENCE, SECRET, Server
from tests.recount.reader import read_statements
from tests.recount.recount import differences, recount
from tests.recount.statement import voided_ids

_SAMPLE = re.compile(r"([a-z_]+)(?:\{(.*)\})? (\S+)")
_LABEL = re.compile(r'([a-z]+)="((?:[^"\\]|\\.)*)"')

Json = Mapping[str, Any]
Metrics = dict[tuple[str, tuple[tuple[str, str], ...]], float]


async def metrics(client: Client) -> Metrics:
    """What /metrics says, by name and labels."""
    answer = await client.send("GET", "/metrics")
    assert answer.status == 200, answer.body
    return {
        (match[1], tuple(_LABEL.findall(match[2] or ""))): float(match[3])
        for line in answer.body.decode().splitlines()
        if (match := _SAMPLE.fullmatch(line))
    }


def total(found: Metrics, name: str, **labels: str) -> float:
    """The sum of the series of that name with these labels."""
    return sum(
        value for (of, has), value in found.items() if of == name and labels.items() <= dict(has).items()
    )


async def settled(server: Server, patience: float | None = None) -> None:
    """Wait until both consumers have processed all that is in the log.

    A killed consumer may leave a transaction open in MongoDB, which holds its partition until the server ends
    it, after a minute.
    """
    deadline = time.monotonic() + (patience or (2 if server.engines.embedded else 5) * PATIENCE)
    async with Client(server) as client:
        while lag := total(await metrics(client), "lrs_consumer_lag_records"):
            assert time.monotonic() < deadline, f"{lag} records are not processed:\n{server.stderr}"
            await asyncio.sleep(0.03)


async def kept(server: Server) -> tuple[Mapping[str, int], Json]:
    """The figures of the living ruleset, from its cells, and the ruleset."""
    async with server.opened_store() as store:
        living = await store.living()
        return figures(await store.cells(living.number, "")), living.model_dump(mode="json")


@dataclass(frozen=True, slots=True)
class Recounted:
    """What a recount found right: the figures, the statements that the store answered, voided ones too, and
    which of them are voided.
    """

    figures: Mapping[str, int]
    statements: Sequence[Json]
    voided: set[str]

    @property
    def ids(self) -> set[str]:
        """The ids of all statements."""
        return {it["id"] for it in self.statements}


async def assert_recounted(server: Server) -> Recounted:
    """Once everything is counted, the figures are those of the recount."""
    await settled(server)
    statements, voided = await asyncio.to_thread(read_statements, server.url, KEY, SECRET)
    assert voided == voided_ids(statements, void_any={"dev"})
    found, rules = await kept(server)
    counted = await asyncio.to_thread(
        recount,
        statements,
        rules["platforms"].values(),
        topics=rules["topics"],
        void_any={"dev"},
        ruleset=rules,
    )
    different = differences(found, counted)
    assert not different, "\n".join(different[:20])
    return Recounted(found, statements, voided)

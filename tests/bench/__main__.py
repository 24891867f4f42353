"""`python -m tests.bench`."""

from __future__ import annotations

import asyncio
import signal
import tempfile
from contextlib import AsyncExitStack, ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import click
import orjson

from tests.bench.bench import IDLE_EVERY, Bench, Limit
from tests.bench.cluster import Cluster, started
from tests.bench.cluster_bench import KAFKA, STORE, ClusterBench
from tests.bench.cpu import Others
from tests.bench.engines import CLUSTER, FILES, Engines, Files
from tests.bench.figure import Figure
from tests.bench.generator import generating
from tests.bench.machine import describe
from tests.bench.process import Broken, python
from tests.bench.profiled import hottest
from tests.bench.statements import Spread, Statements
from tests.bench.store import CONSUMERS, store
from tests.bench.table import notes, table

WHERE = click.Path(path_type=Path)
_HANDLER = (
    "The limit is an aiohttp handler that only parses its body (for GET: answers a constant of the same "
    "size), one process, driven by the same client in the same run; the endpoint also uses a worker"
)
LIMITS = {
    FILES: f"{_HANDLER} and two processes for SQLite.",
    CLUSTER: f"{_HANDLER}. The limit of appends is a bare producer with the same options, a record batch a "
    "request; that of projection a bare insert_many of the same documents into a collection with the same "
    "indexes. Engines share the cores too: where these are used up it is the machine that bounds a rate, "
    "and the processor time of each is what carries over.",
}
"""What stands beside the figures, by engines."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run comes to. `engines`: those it was measured on, `servers`: them in words. `profile`: the
    hottest functions, if a process was profiled. `others`: cores that processes of others used meanwhile.
    """

    engines: str
    servers: str
    machine: str
    spread: Spread
    figures: list[Figure]
    profile: str = ""
    others: float = 0.0


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--engines",
    type=click.Choice([FILES, CLUSTER, "all"]),
    default=FILES,
    show_default=True,
    help="Files, or a Kafka and a MongoDB: those of LRS_TEST_KAFKA and LRS_TEST_MONGODB, or new ones.",
)
@click.option("--seconds", type=float, default=10.0, show_default=True, help="For each figure.")
@click.option("--population", type=int, default=20_000, show_default=True, help="Learners.")
@click.option(
    "--most",
    type=click.IntRange(1),
    default=4,
    show_default=True,
    help="Processes of a kind that are measured together on a cluster.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of the statements.")
@click.option("--directory", type=WHERE, help="Where the files are made.  [default: as temporary files]")
@click.option("--json", "raw", type=WHERE, help="Write the raw figures there.")
@click.option(
    "--profile",
    type=click.Choice(["endpoint", *CONSUMERS]),
    help="Measure only what is sustained, with this process under cProfile; show its hottest functions.",
)
def main(raw: Path | None, engines: str, **said: Any) -> None:
    """Measure a real server over loopback, and show the figures as Markdown.

    Exit codes: 0 where everything was measured, whether targets are met or missed; 1 where it could not be.
    """
    directory = said.pop("directory")
    date = datetime.now(UTC).date().isoformat()
    runs: list[Measured] = []
    for name in [FILES, CLUSTER] if engines == "all" else [engines]:
        try:
            runs.append(_measured(name, directory, **said))
        except Broken as error:
            raise click.ClickException(str(error)) from error
        except asyncio.CancelledError:
            raise click.Abort from None
    click.echo("\n\n".join(_shown(measured, date, said["seconds"]) for measured in runs))
    if raw is not None:
        found = {"date": date, **said, "runs": [asdict(measured) for measured in runs]}
        raw.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2))


def _measured(name: str, directory: Path | None, **said: Any) -> Measured:
    """A run in a directory of its own, which is gone with everything that was started."""
    others = Others()
    with ExitStack() as stack:
        made = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lrs-bench-", dir=directory)))
        engines: Cluster | Files = stack.enter_context(started(made)) if name == CLUSTER else Files()
        measured = asyncio.run(_measure(engines, made, **said))
    # once the engines have ended, too: until then what they used is taken for that of others
    return replace(measured, others=others.now())


async def _measure(
    engines: Cluster | Files,
    directory: Path,
    *,
    seconds: float,
    population: int,
    seed: int,
    most: int,
    profile: str | None,
) -> Measured:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    began = monotonic()

    def tell(doing: str) -> None:
        click.echo(f"{monotonic() - began:6.1f} s  {doing}", err=True)

    async with AsyncExitStack() as stack:
        tell(f"making the statements of {population:,} learners")
        generator = await stack.enter_async_context(generating(directory, population, seed))
        empty = await stack.enter_async_context(python("empty", ["-m", "tests.bench.empty"], directory))
        port = int((await empty.said()).rpartition(b":")[2])
        limit = Limit(port, empty.pid)
        bench = (
            ClusterBench(engines, generator, limit, directory, seconds, tell, most)
            if isinstance(engines, Cluster)
            else Bench(engines, generator, limit, directory, seconds, tell)
        )
        done = partial(Measured, engines.name, _servers(engines), describe(directory), generator.spread)
        if profile is not None:
            out = directory / "profile"
            async with store(directory, engines, consumers=True, profiled=(profile, out)) as under:
                figure = await bench.sustained(under)
            return done([figure], hottest(out))
        few = Statements(max(1, population // 100), seed + 1).take(max(3, int(seconds / IDLE_EVERY)))
        figures = await bench.figures([text for _, text in few])
        tell("done")
        return done(figures)


def _servers(engines: Engines) -> str:
    if isinstance(engines, Cluster):
        return f"On {KAFKA}: {engines.log_server}. On {STORE}: {engines.store_server}."
    return ""


def _shown(measured: Measured, date: str, seconds: float) -> str:
    return "\n\n".join(
        part
        for part in (
            f"Measured on {date}: {measured.machine}. Client, server and consumers share these cores; "
            f"{seconds:g} s a figure. Other programs used {measured.others:.0%} of a core.\n"
            f"Posted were {measured.spread.describe()}.\n"
            f"{LIMITS[measured.engines]}",
            measured.servers,
            table(measured.figures),
            notes(measured.figures),
            measured.profile,
        )
        if part
    )


if __name__ == "__main__":
    main()

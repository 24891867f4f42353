"""`python -m tests.bench`."""

from __future__ import annotations

import asyncio
import signal
import tempfile
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import click
import orjson

from tests.bench.bench import IDLE_EVERY, Bench, Limit
from tests.bench.cpu import Others
from tests.bench.figure import Figure
from tests.bench.generator import generating
from tests.bench.machine import describe
from tests.bench.process import Broken, python
from tests.bench.profiled import hottest
from tests.bench.statements import Spread, Statements
from tests.bench.store import CONSUMERS, store
from tests.bench.table import notes, table

WHERE = click.Path(path_type=Path)


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run comes to. `profile`: the hottest functions, if a process was profiled. `others`: cores that
    processes of others used meanwhile.
    """

    machine: str
    spread: Spread
    figures: list[Figure]
    profile: str = ""
    others: float = 0.0


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--seconds", type=float, default=10.0, show_default=True, help="For each figure.")
@click.option("--population", type=int, default=20_000, show_default=True, help="Learners.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the statements.")
@click.option("--directory", type=WHERE, help="Where the files are made.  [default: as temporary files]")
@click.option("--json", "raw", type=WHERE, help="Write the raw figures there.")
@click.option(
    "--profile",
    type=click.Choice(["endpoint", *CONSUMERS]),
    help="Measure only what is sustained, with this process under cProfile; show its hottest functions.",
)
def main(raw: Path | None, **said: Any) -> None:
    """Measure a real server over loopback, and show the figures as Markdown.

    Exit codes: 0 where everything was measured, whether targets are met or missed; 1 where it could not be.
    """
    with tempfile.TemporaryDirectory(prefix="lrs-bench-", dir=said.pop("directory")) as made:
        others = Others()
        try:
            measured = asyncio.run(_measure(Path(made), **said))
        except Broken as error:
            raise click.ClickException(str(error)) from error
        except asyncio.CancelledError:
            raise click.Abort from None
    measured = replace(measured, others=others.now())
    date = datetime.now(UTC).date().isoformat()
    click.echo(_shown(measured, date, said["seconds"]))
    if raw is not None:
        raw.write_bytes(orjson.dumps({"date": date, **said, **asdict(measured)}, option=orjson.OPT_INDENT_2))


async def _measure(
    directory: Path, *, seconds: float, population: int, seed: int, profile: str | None
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
        bench = Bench(generator, Limit(port, empty.pid), directory, seconds, tell)
        machine = describe(directory)
        if profile is not None:
            out = directory / "profile"
            async with store(directory, consumers=True, profiled=(profile, out)) as under:
                figure = await bench.sustained(under)
            return Measured(machine, generator.spread, [figure], hottest(out))
        few = Statements(max(1, population // 100), seed + 1).take(max(3, int(seconds / IDLE_EVERY)))
        figures = await bench.figures([text for _, text in few])
        tell("done")
        return Measured(machine, generator.spread, figures)


def _shown(measured: Measured, date: str, seconds: float) -> str:
    return "\n\n".join(
        part
        for part in (
            f"Measured on {date}: {measured.machine}. Client, server and consumers share these cores; "
            f"{seconds:g} s a figure. Other programs used {measured.others:.0%} of a core.\n"
            f"Posted were {measured.spread.describe()}.\n"
            "The limit is an aiohttp handler that only parses its body (for GET: answers a constant of the "
            "same size), one process, driven by the same client in the same run; the endpoint also uses a "
            "worker and two processes for SQLite.",
            table(measured.figures),
            notes(measured.figures),
            measured.profile,
        )
        if part
    )


if __name__ == "__main__":
    main()

"""`python -m tests.conformance SUITE`: the official suite, for each version twice in a row on one store."""

from __future__ import annotations

import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from tests.acceptance.engines import Engines
from tests.acceptance.server import Server
from tests.conformance.outcome import Outcome
from tests.conformance.suite import Suite, Unusable
from tests.engines import kafka_jars, secantus
from tests.engines.cache import Cache
from tests.engines.kafka import KafkaCluster
from tests.engines.missing import Missing, NotUp
from tests.engines.mongodb import MongoServer

VERSIONS = ("1.0.3", "2.0.0")
RUNS = 2


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--engines", type=click.Choice(["files", "cluster"]), default="files", show_default=True)
@click.option("--version", "versions", type=click.Choice(VERSIONS), multiple=True, default=VERSIONS)
@click.option("--runs", type=click.IntRange(1), default=RUNS, show_default=True, help="On the same store.")
@click.option("--grep", help="Only tests whose titles match this pattern.")
def main(folder: Path, engines: str, versions: tuple[str, ...], runs: int, grep: str | None) -> None:
    """Run the checkout in FOLDER against a new server for each version; 1 where a test has failed."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    suite = Suite(folder.absolute())
    outcomes = []
    try:
        suite.check()
        with _engines(engines) as (used, temporary):
            for version in versions:
                folder_of_version = temporary / version
                folder_of_version.mkdir()
                with Server(folder_of_version, used, xapi_default_version=version) as server:
                    server.start()
                    for number in range(1, runs + 1):
                        outcome = suite.run(server.url, version, grep)
                        click.echo(f"xAPI {version} on {engines}, run {number}: {_told(outcome)}")
                        outcomes.append(outcome)
    except (Unusable, Missing, NotUp) as error:
        raise click.ClickException(str(error)) from error
    sys.exit(0 if all(it.well for it in outcomes) else 1)


@contextmanager
def _engines(name: str) -> Iterator[tuple[Engines, Path]]:
    """What servers stand on, and a folder that is not kept."""
    with tempfile.TemporaryDirectory(prefix="lrs-conformance-") as temporary:
        folder = Path(temporary)
        if name == "files":
            yield Engines(name), folder
            return
        cache = Cache()
        kafka = KafkaCluster(kafka_jars.find(cache), folder / "kafka")
        mongodb = MongoServer(secantus.find(cache), folder / "mongodb")
        with kafka, mongodb:
            yield Engines(name, kafka.start().url, mongodb.start().url), folder


def _told(outcome: Outcome) -> str:
    lines = [f"{outcome.passed} passed, {outcome.failed} failed, {outcome.seconds:.1f} s"]
    lines += [f"  {' / '.join(titles)}" for titles in outcome.failing]
    return "\n".join(lines)


if __name__ == "__main__":
    main()

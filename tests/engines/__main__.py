"""`python -m tests.engines`: install engines, or run them."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from aiokafka.errors import KafkaError
from pymongo.errors import PyMongoError

from tests.engines import kafka_jars, secantus
from tests.engines.cache import Cache
from tests.engines.kafka import KafkaCluster
from tests.engines.kafka_jars import KafkaJars
from tests.engines.missing import Missing, NotUp
from tests.engines.mongodb import MongoServer
from tests.engines.port import free_ports, is_free
from tests.engines.process import EngineProcess
from tests.engines.trial import try_kafka, try_mongodb

TRIAL_WITHIN = 60.0
"""Seconds that a round trip may take."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Real engines for the tests: Kafka, and a server of MongoDB's protocol."""


@main.command()
@click.option("--strict", is_flag=True, help="Fail where an engine cannot be had.")
@click.option("--again", is_flag=True, help="Try also what has passed its round trip before.")
def install(strict: bool, again: bool) -> None:
    """Install what is not there yet, from the package registries, and try each with one round trip."""
    # A broker that has just come up is asked too early now and then, and asked again.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    cache = Cache()
    missing = []
    for name, put in (("Kafka", _kafka), ("MongoDB's protocol", _mongodb)):
        try:
            put(cache, again)
        except Missing as error:
            click.echo(f"{name}: not installed: {error}", err=True)
            missing.append(name)
        except (NotUp, AssertionError, KafkaError, PyMongoError, TimeoutError) as error:
            raise click.ClickException(f"{name} is installed and does not work: {error!r}") from error
    if missing:
        click.echo(f"Tests that need an engine that is missing are skipped: {', '.join(missing)}", err=True)
    sys.exit(1 if missing and strict else 0)


def _kafka(cache: Cache, again: bool) -> None:
    if cache.installed(kafka_jars.NAME, kafka_jars.VERSION) is None:
        click.echo(f"Kafka {kafka_jars.VERSION}: asking Maven for it: 45 MB, about 15 seconds")
    jars = kafka_jars.install(cache)
    with cache.locked(kafka_jars.NAME, jars.version):
        if not jars.archive.exists():
            click.echo(f"Kafka {jars.version}: keeping its classes for a quick start: about 10 seconds")
            _archive(jars)

    def trial(folder: Path) -> None:
        with KafkaCluster(jars, folder) as cluster:
            cluster.start()
            asyncio.run(_soon(try_kafka(cluster.bootstrap)))

    _try(cache, kafka_jars.NAME, jars.version, trial, again)


def _archive(jars: KafkaJars) -> None:
    """Let a broker that works for a moment keep its classes for those to come. They start without, too."""
    made = jars.folder / "classes.part"
    made.unlink(missing_ok=True)
    options = (f"-XX:ArchiveClassesAtExit={made}",)
    with _temporary() as folder, KafkaCluster(jars, folder, options=options) as cluster:
        cluster.start()
        asyncio.run(_soon(try_kafka(cluster.bootstrap)))
        if cluster.stop() and made.exists():
            made.rename(jars.archive)


def _mongodb(cache: Cache, again: bool) -> None:
    installed = secantus.install(cache, click.echo)

    def trial(folder: Path) -> None:
        with MongoServer(installed, folder) as server:
            server.start()
            asyncio.run(_soon(try_mongodb(server.url)))

    _try(cache, installed.name, installed.version, trial, again)


def _try(cache: Cache, name: str, version: str, trial: Callable[[Path], None], again: bool) -> None:
    """Say what is installed, after a round trip where there was none yet. Raises what fails in it."""
    folder = cache.folder(name, version)
    passed = folder / "passed"
    with cache.locked(name, version):
        if again or not passed.exists():
            began = time.monotonic()
            with _temporary() as temporary:
                trial(temporary)
            passed.write_text(f"{time.monotonic() - began:.1f} s")
    click.echo(f"{name} {version}: a round trip took {passed.read_text()}: {folder}")


@contextmanager
def _temporary() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="lrs-engines-") as folder:
        yield Path(folder)


async def _soon(trial: Awaitable[None]) -> None:
    async with asyncio.timeout(TRIAL_WITHIN):
        await trial


@main.command()
@click.option("--folder", type=click.Path(path_type=Path), default=Path("data/engines"), show_default=True,
              help="Where their data is kept.")  # fmt: skip
@click.option("--kafka-port", type=int, help="[default: 9092, or another one where that is taken]")
@click.option("--mongodb-port", type=int, help="[default: 27017, or another one where that is taken]")
def cluster(folder: Path, kafka_port: int | None, mongodb_port: int | None) -> None:
    """Run one broker and one server of MongoDB's protocol until Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    cache = Cache()
    try:
        jars, installed = kafka_jars.find(cache), secantus.find(cache)
        ports = [kafka_port or _usual(9092), *free_ports(1)]
        kafka = KafkaCluster(jars, (folder / "kafka").absolute(), ports=ports)
        mongodb = MongoServer(installed, (folder / "mongodb").absolute(), port=mongodb_port or _usual(27017))
        with kafka, mongodb:
            try:
                kafka.start()
                mongodb.start()
                click.echo(
                    f"LRS_LOG={kafka.url}\nLRS_STORE=mongodb://{mongodb.address}/lrs?directConnection=true"
                )
                _watch(*kafka.brokers, mongodb)
            except KeyboardInterrupt:
                mongodb.stop()
                kafka.stop()
    except (Missing, NotUp) as error:
        raise click.ClickException(str(error)) from error


def _watch(*processes: EngineProcess) -> None:
    """Wait for Ctrl-C. Raises NotUp where one of the processes ends."""
    while True:
        for process in processes:
            if not process.running:
                raise NotUp(f"{process.name} has ended:\n{process.tail}")
        time.sleep(0.5)


def _usual(port: int) -> int:
    """The port where people look for it, or where that is taken another one."""
    return port if is_free(port) else free_ports(1)[0]


if __name__ == "__main__":
    main()

"""`lrs migrate`."""

from __future__ import annotations

import click

from lrs.cli.awaited import awaited
from lrs.settings import Settings


@click.command
@click.option(
    "--partitions", type=click.IntRange(1, 10_000), default=12, show_default=True,
    help="Partitions of lrs.statements; can be raised at any time.",
)  # fmt: skip
@click.option(
    "--facts-partitions", type=click.IntRange(1, 10_000), default=64, show_default=True,
    help="Partitions of lrs.facts, when it is made; fixed from then on.",
)  # fmt: skip
@click.option(
    "--replication", type=click.IntRange(1, 9),
    help="Replicas of each topic; by itself 3, or as many as there are brokers.",
)  # fmt: skip
@click.option("--shard", is_flag=True, help="Shard MongoDB's collections, where it is a sharded cluster.")
@click.option(
    "--new-log",
    is_flag=True,
    help="The log is lost: begin another one. What it had beyond the store is lost.",
)
@awaited
async def migrate(
    partitions: int, facts_partitions: int, replication: int | None, shard: bool, new_log: bool
) -> None:
    """Make the topics, collections and files that are missing, and mend what differs.

    Run it before the first start, after an update, and to add partitions. It may be run at any time, beside
    everything else; what is there is kept. Files are also made by `lrs serve` itself.

    \b
    Examples:
      lrs migrate
      lrs migrate --partitions 24
    """
    from lrs.wiring import migrate as run  # noqa: PLC0415 - the help needs no adapter

    topics = (partitions, facts_partitions, replication)
    for line in await run(Settings(), *topics, shard=shard, new_log=new_log):
        click.echo(line)
    click.echo("The log and the store are ready.")

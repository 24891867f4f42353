"""`lrs trim`."""

from __future__ import annotations

import time

import click

from consumers.trimmer import trim as forget
from lrs.cli.awaited import awaited
from lrs.settings import Settings
from lrs.wiring import open_log, open_store

DAY = 86_400


@click.command
@click.option("--days", type=click.FloatRange(0, 18), help="Instead of LRS_RETENTION.", metavar="DAYS")
@click.option("--dry-run", is_flag=True, help="Only say what would be forgotten.")
@awaited
async def trim(days: float | None, dry_run: bool) -> None:
    """Have the log forget what is older than its retention and was passed by every consumer.

    `lrs consume statements` does it by itself, once an hour; this does it now. The statements stay in the
    store.

    \b
    Examples:
      lrs trim --dry-run
      lrs trim --days 1
    """
    settings = Settings()
    retention = settings.retention if days is None else days
    before = int((time.time() - retention * DAY) * 1000)
    async with open_log(settings) as log, open_store(settings) as store:
        for it in await forget(log, store, before, dry=dry_run):
            done = "would be forgotten" if dry_run else "forgotten"
            click.echo(f"{it.topic}: {it.records} records {done}, in {len(it.beginnings)} partitions")

"""`lrs serve`."""

from __future__ import annotations

from typing import Any

import click

from lrs.cli.awaited import awaited
from lrs.logs import log_to_stderr
from lrs.settings import Settings


@click.command
@click.option("--host", help="Address to listen on.  [LRS_HOST]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; 0 takes a free one.  [LRS_PORT]")
@click.option("--log", metavar="URL", help="Where the event log is.  [LRS_LOG]")
@click.option("--store", metavar="URL", help="Where the store is.  [LRS_STORE]")
@click.option(
    "--consumers/--no-consumers",
    default=None,
    help="Whether to run the consumers too, without which nothing is counted.  [LRS_CONSUMERS]",
)
@click.option("--dev", is_flag=True, default=None, help="Make and print a development credential.  [LRS_DEV]")
@awaited
async def serve(**said: Any) -> None:
    """Serve the endpoint and the reports, until interrupted.

    The files of the log and the store are made where they do not exist. Without --no-consumers the consumers
    run beside the endpoint. Options go before the environment, whose names stand in brackets.

    \b
    Examples:
      lrs serve
      lrs serve --host 0.0.0.0 --port 8080 --no-consumers
    """
    from lrs.serve import serve as run  # noqa: PLC0415 - the help needs no server

    settings = Settings(**{name: value for name, value in said.items() if value is not None})
    log_to_stderr(settings.log_level)
    await run(settings)

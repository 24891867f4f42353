"""`lrs consume`."""

from __future__ import annotations

import click

from lrs.cli.awaited import awaited
from lrs.logs import log_to_stderr
from lrs.settings import Settings

CONSUMERS = ("statements", "provinces")


@click.command
@click.argument("consumers", nargs=-1, type=click.Choice(CONSUMERS))
@click.option(
    "--beside", is_flag=True, hidden=True, help="Stop when standard input ends: the server is gone."
)
@awaited
async def consume(consumers: tuple[str, ...], beside: bool) -> None:
    """Run consumers alone, without an endpoint, until interrupted.

    `statements` makes the store from the log, `provinces` the figures; without a name both run. Any number of
    these processes may run: those that have nothing to do stand by.

    \b
    Examples:
      lrs consume
      lrs consume provinces
    """
    from lrs.consume import consume as run  # noqa: PLC0415 - the help needs no server

    settings = Settings()
    log_to_stderr(settings.log_level)
    await run(settings, consumers or CONSUMERS, beside=beside)

"""`lrs audit`: who did what about persons."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import click
import orjson

from lrs.cli.awaited import awaited
from lrs.cli.table import aligned
from lrs.settings import Settings
from lrs.wiring import open_store
from schemas.audit import Entry
from schemas.ports import Store
from schemas.xapi import Invalid, format_timestamp, parse_timestamp

PAGE = 1000


@click.group
def audit() -> None:
    """See who read what about persons, gave it out or erased it, and who changed who may.

    \b
    Example:
      lrs audit list --since 2026-01-01T00:00:00+07:00
    """


@audit.command("list")
@click.option("--since", metavar="TIMESTAMP", help="Only what was done at this moment or later.")
@click.option(
    "--format",
    "shape",
    type=click.Choice(["table", "ndjson"]),
    default="table",
    show_default=True,
    help="table for people; ndjson, one entry a line, for other programs.",
)
@awaited
async def list_(since: str | None, shape: str) -> None:
    """List the audit trail, the oldest first.

    An entry says when, who (a credential's key, or user:NAME of who ran a command), what, how much and about
    what was asked for. A learner is named by their pseudonym alone. Writing statements is not in it: the log
    says that.

    \b
    Examples:
      lrs audit list
      lrs audit list --since 2026-01-01T00:00:00+07:00 --format ndjson > trail.ndjson
    """
    begin = 0 if since is None else _moment(since)
    async with open_store(Settings()) as store:
        if shape == "ndjson":
            async for entry in _entries(store, begin):
                click.echo(orjson.dumps(_whole(entry)).decode())
            return
        rows = [
            (
                format_timestamp(it.moment),
                it.who,
                it.platform or None,
                it.what,
                it.amount,
                it.times,
                it.about,
            )
            async for it in _entries(store, begin)
        ]
    click.echo(aligned(("when", "who", "platform", "what", "amount", "times", "about"), rows))


def _moment(text: str) -> int:
    try:
        return parse_timestamp(text)
    except (Invalid, ValueError):
        raise ValueError(
            f"{text} is no timestamp: write it as {format_timestamp(time.time_ns() // 10**6)}"
        ) from None


async def _entries(store: Store, begin: int) -> AsyncIterator[Entry]:
    after = 0
    while page := await store.audited(after, PAGE):
        for entry in page:
            if entry.moment >= begin:
                yield entry
        after = page[-1].number


def _whole(entry: Entry) -> dict[str, object]:
    return {**entry._asdict(), "moment": format_timestamp(entry.moment), "about": orjson.loads(entry.about)}

"""`lrs edition`: the public figures, numbered and frozen."""

from __future__ import annotations

import time
from datetime import datetime

import click

from lrs.cli.awaited import awaited
from lrs.cli.json_text import json_text
from lrs.cli.table import aligned
from lrs.editions import publish as publishing
from lrs.editions.change import changes, tables_of
from lrs.editions.draft import read_public
from lrs.editions.shape import Change, PublicEdition
from lrs.settings import Settings
from lrs.wiring import open_log, open_store
from schemas.edition import Edition, EditionHead
from schemas.figure import ALL
from schemas.ports import Store
from schemas.xapi import format_timestamp

HEADER = ("number", "day", "published", "through", "digest")
PARTIAL = "without parts that are hidden, so that no small number follows"


@click.group
def edition() -> None:
    """Publish the figures of a day, and see what was published.

    \b
    Example:
      lrs edition publish --dry-run
    """


@edition.command
@click.option("--dry-run", is_flag=True, help="Say what would be published, and keep nothing.")
@click.option(
    "--day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day, where it is not the last one that is over; later than that of the latest edition.",
)
@click.option(
    "--wait",
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for the consumers to pass the end of the day.",
)
@awaited
async def publish(dry_run: bool, day: datetime | None, wait: float) -> None:
    """Freeze the public figures, complete through the end of a day, under the next number.

    No figure tells of fewer people than LRS_SMALLEST_CELL, and none from which such a number follows is
    shown. An edition is never changed, and there is one for a day: a second call is refused.

    \b
    Examples:
      lrs edition publish --dry-run
      lrs edition publish
    """
    settings = Settings()
    now = time.time_ns() // 1_000_000
    chosen = day.date() if day else publishing.yesterday(now)
    async with open_store(settings) as store, open_log(settings) as log:
        made = await publishing.prepare(store, log, chosen, settings.smallest_cell, wait)
        if not dry_run:
            await publishing.publish(store, made)
    click.echo(_told(read_public(made)))
    click.echo("Nothing was kept: this was a dry run." if dry_run else f"digest   {made.head.digest}")


@edition.command("list")
@click.option("--limit", default=31, show_default=True, help="How many of the latest.")
@click.option("--json", "as_json", is_flag=True, help="For other programs.")
@awaited
async def list_(limit: int, as_json: bool) -> None:
    """List the latest editions.

    \b
    Example:
      lrs edition list
    """
    async with open_store(Settings()) as store:
        heads = await store.editions(None, limit)
    if as_json:
        click.echo(json_text([dict(zip(HEADER, _row(head), strict=True)) for head in heads]))
    else:
        click.echo(aligned(HEADER, [_row(head) for head in heads]))


@edition.command
@click.argument("number", type=int, required=False)
@click.option("--json", "as_json", is_flag=True, help="The public bytes, of which the digest is.")
@awaited
async def show(number: int | None, as_json: bool) -> None:
    """Show edition NUMBER, or the latest, as everybody reads it.

    \b
    Examples:
      lrs edition show
      lrs edition show 7 --json | sha256sum
    """
    async with open_store(Settings()) as store:
        found = await _edition(store, number)
    if as_json:
        click.echo(found.public, nl=False)
        return
    click.echo(_told(read_public(found)))
    click.echo(f"digest   {found.head.digest}")


@edition.command
@click.argument("one", type=int)
@click.argument("other", type=int)
@click.option("--json", "as_json", is_flag=True, help="For other programs.")
@awaited
async def diff(one: int, other: int, as_json: bool) -> None:
    """Show what edition OTHER shows otherwise than edition ONE.

    \b
    Example:
      lrs edition diff 6 7
    """
    async with open_store(Settings()) as store:
        tables = [tables_of(read_public(await _edition(store, number))) for number in (one, other)]
    found = changes(*tables)
    click.echo(json_text([it.model_dump() for it in found]) if as_json else _listed(found))


async def _edition(store: Store, number: int | None) -> Edition:
    found = await (publishing.latest(store) if number is None else publishing.read(store, number))
    if found is None:
        if number is None:
            raise ValueError("there is no edition yet: `lrs edition publish` makes one")
        raise ValueError(f"there is no edition {number}: `lrs edition list` lists them")
    return found


def _row(head: EditionHead) -> tuple[int | str, ...]:
    published, through = map(format_timestamp, (head.published, head.through))
    return head.number, head.day, published, through, head.digest


def _told(public: PublicEdition) -> str:
    nation = next(row for row in public.provinces if row.code is None)
    figures = {name: getattr(nation, name) for name in ("registered", "trained", "confirmed")}
    rows = [
        (
            row.code,
            row.name,
            *(getattr(row, name).value for name in figures),
            "*" if any(getattr(row, name).partial for name in figures) else "",
        )
        for row in public.provinces
        if row.scheme == nation.scheme and any(getattr(row, name).value is not None for name in figures)
    ]
    return "\n".join(
        (
            f"edition  {public.number} of {public.day}",
            aligned((nation.scheme, "province", *figures, ""), rows),
            f"through  {public.through}",
            f"rules    {public.ruleset.number}; trained: {public.ruleset.trained}",
            f"changes  {len(public.changes)} since the edition before",
            *((f"*        {PARTIAL}",) if any(row[-1] for row in rows) else ()),
        )
    )


def _listed(found: tuple[Change, ...]) -> str:
    header = ("table", "unit", "group", "figure", "before", "after")
    rows = [
        (
            it.table,
            f"{it.scheme}/{it.code}" if it.code else "nation",
            "" if it.group == ALL else it.group,
            it.figure,
            it.before,
            it.after,
        )
        for it in found
    ]
    return aligned(header, rows)

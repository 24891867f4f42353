"""`lrs import`: what was noted on paper, sent as statements."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from lrs.attendance import summary
from lrs.attendance.cells import content_of, lines_of
from lrs.attendance.column import COLUMNS
from lrs.attendance.endpoint import Endpoint, Unsent
from lrs.attendance.fault import Fault
from lrs.attendance.row import LIST_ID, rows_of
from lrs.attendance.sending import Judged, Ready, judge, send
from lrs.attendance.statement import Maker
from lrs.attendance.template import template as template_
from lrs.auth.hashing import new_key
from lrs.cli.awaited import awaited
from lrs.cli.complete import platforms
from lrs.cli.progress import Progress
from lrs.cli.table import aligned
from lrs.registry import add_credential, revoke_credential
from lrs.settings import Settings
from lrs.wiring import open_store
from schemas.credential import Scope

Pair = tuple[str, str]


@click.group
def import_() -> None:
    """Send what was noted on paper: class lists, and what mobile learning points bring back.

    \b
    Example:
      lrs import attendance classes.xlsx --platform ha-noi --dry-run
    """


@import_.command
def template() -> None:
    """Print a file of attendance to begin with, as CSV.

    \b
    Example:
      lrs import template > classes.csv
    """
    for column in COLUMNS:
        click.echo(f"{column.name}: {column.what}", err=True)
    click.echo(template_(), nl=False)


def _pair(_: click.Context, __: click.Parameter, value: str | None) -> Pair | None:
    if value is None:
        return None
    key, colon, secret = value.partition(":")
    if not (key and colon and secret):
        # what was written is not repeated: it may hold a secret
        raise click.BadParameter("write it as KEY:SECRET")
    return key, secret


def _list_id(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is not None and LIST_ID.fullmatch(value) is None:
        raise click.BadParameter("write letters without accents, digits and . _ - alone, 32 at most")
    return value


@import_.command
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--platform",
    shell_complete=platforms,
    help="Whose learners they are. Without --credential one is made in the store of the settings, for the "
    "time of the run.",
)
@click.option(
    "--credential",
    metavar="KEY:SECRET",
    envvar="LRS_IMPORT_CREDENTIAL",
    callback=_pair,
    help="The platform's, with the scope statements/write; better in the environment: LRS_IMPORT_CREDENTIAL.",
)
@click.option("--url", help="The endpoint.  [default: the one of the settings, on this machine]")
@click.option("--home-page", metavar="URL", help="Of the learners' accounts; else the registration's.")
@click.option(
    "--list",
    "list_id",
    metavar="ID",
    callback=_list_id,
    help="Of the list on which classes and numbers stand, wanted where a row has them: such as the commune's "
    "code. The same class and number on another list is another learner.",
)
@click.option("--dry-run", is_flag=True, help="Say what would count, and send nothing.")
@click.option("--skip-bad", is_flag=True, help="Send the good rows though others are bad.")
@click.option("--replace", is_flag=True, help="Void what was sent of rows that have changed; send them anew.")
@awaited
async def attendance(
    file: Path,
    platform: str | None,
    credential: Pair | None,
    url: str | None,
    home_page: str | None,
    list_id: str | None,
    dry_run: bool,
    skip_bad: bool,
    replace: bool,
) -> None:
    """Send the rows of FILE (CSV or XLSX) as a platform's statements.

    All rows are asked about first: nothing is sent while one is bad, unless --skip-bad. A row is known by its
    platform, learner, verb, activity, topic and day, so the file can be sent again, whole or where it was
    interrupted, and counts once. A row that says otherwise than before is bad, unless --replace. Names of
    people are not taken.

    \b
    Examples:
      lrs import attendance classes.csv --platform ha-noi --dry-run
      lrs import attendance points.xlsx --url https://lrs.example --skip-bad
      lrs import attendance class-lists.xlsx --platform ha-noi --list 00070-2025
    """
    if platform is None and credential is None:
        raise click.UsageError("Say --platform, or give a credential in LRS_IMPORT_CREDENTIAL.")
    settings = Settings()
    lines = lines_of(file.name, await asyncio.to_thread(content_of, file))
    refuse = settings.refuse_identity_numbers
    rows, faults = rows_of(lines, datetime.now(UTC), refuse_identity_numbers=refuse, list_id=list_id)
    flagged = sum(row.identity_number for row in rows)
    async with (
        _known(settings, platform, credential) as pair,
        Endpoint(url or settings.own_url, *pair) as endpoint,
    ):
        progress = Progress(len(rows))
        try:
            head = await endpoint.check([])
            if platform is not None and head["platform"] != platform:
                raise click.UsageError(f"The credential is of {head['platform']}, not of {platform}.")
            home_page = home_page or head["home_page"]
            if not home_page:
                raise click.UsageError("The registration has no home page: say --home-page.")
            maker = Maker(head["platform"], home_page, settings.namespaces[0])
            judged = await judge(endpoint, maker, rows, progress, replace=replace)
            judged.faults = sorted([*faults, *judged.faults])
            progress.close()
            _show(judged, flagged, trial=head["trial"])
            if judged.faults and not skip_bad:
                raise click.ClickException(
                    f"{_rows(len({it.row for it in judged.faults}))} bad: nothing was sent"
                    + ("" if dry_run else "; mend them, or send the others with --skip-bad")
                )
            if dry_run:
                click.echo("Nothing was sent.")
                return
            progress = Progress(len(judged.ready))
            await send(endpoint, judged.ready, progress)
            progress.close()
        except Unsent as error:
            raise click.ClickException(str(error)) from error
    click.echo(_done(judged))


@asynccontextmanager
async def _known(settings: Settings, platform: str | None, credential: Pair | None) -> AsyncIterator[Pair]:
    """Key and secret: what was given, or a credential that lasts as long as this."""
    if credential is not None or platform is None:
        yield credential or ("", "")
        return
    async with open_store(settings) as store:
        key = f"import-{new_key()}"
        _, secret = await add_credential(store, platform, {Scope.WRITE}, key=key)
        try:
            yield key, secret
        finally:
            await revoke_credential(store, key)


def _show(judged: Judged, flagged: int, *, trial: bool) -> None:
    counted = judged.ready
    if counted:
        header = ("unit", "name", "group", "learners", "may be trained", "statements")
        click.echo("What would count; groups overlap and are not added up:\n")
        click.echo(aligned(header, summary.by_group(counted)))
        channels = ("channel", "month", "learners", "statements")
        click.echo(f"\n{aligned(channels, summary.by_channel(counted))}")
    for line in _remarks(counted):
        click.echo(line)
    if judged.unchanged:
        click.echo(f"\n{_rows(len(judged.unchanged))} there already, and unchanged.")
    if flagged:
        click.echo(
            f"{_rows(flagged)} with an account of twelve digits, the form of a citizen's number: name "
            "accounts by an opaque id."
        )
    if trial:
        click.echo("The platform is on trial: nothing of it is in the national figures.")
    if judged.faults:
        click.echo("\nBad rows:\n")
        click.echo(_bad(judged.faults))


def _bad(faults: Sequence[Fault]) -> str:
    return aligned(("row", "column", "code", "what to do"), [(str(it.row), *it[1:]) for it in faults])


def _remarks(rows: Sequence[Ready]) -> list[str]:
    """What was remarked of rows that count all the same, with how often."""
    found: dict[str, tuple[int, str]] = {}
    for it in rows:
        for remark in it.reading["remarks"]:
            count, _ = found.get(remark["code"], (0, ""))
            found[remark["code"]] = count + 1, remark["meaning"]
    return [f"\n{_rows(count)}: {code}: {meaning}" for code, (count, meaning) in sorted(found.items())]


def _done(judged: Judged) -> str:
    replaced = sum(it.replaces for it in judged.ready)
    parts = [f"{_rows(len(judged.ready))} sent"]
    if replaced:
        parts.append(f"{replaced:,} of them in the place of what was sent before")
    if judged.unchanged:
        parts.append(f"{len(judged.unchanged):,} there already")
    if judged.faults:
        parts.append(f"{len({it.row for it in judged.faults}):,} bad and left out")
    return "; ".join(parts) + "."


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"

"""`lrs person`: which accounts are one person's."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click

from consumers.person_secret import agree_on_secret, check_secret
from lrs.attendance.cells import content_of, lines_of
from lrs.audit.operator import note
from lrs.cli.awaited import awaited
from lrs.cli.passing import passed
from lrs.cli.table import aligned
from lrs.persons.change import Change, accounts_of, ask, change, new_origin, of_import
from lrs.persons.sheet import account, rows_of
from lrs.settings import Settings
from lrs.wiring import open_log, open_store
from schemas.audit import What, about_import, about_learners
from schemas.errors import NotPrepared
from schemas.fact import learner_key
from schemas.link import Link, Said, pseudonym, records_of, said
from schemas.ports import Store
from schemas.xapi import format_timestamp

WAIT = click.option(
    "--wait", type=click.FloatRange(0), default=60.0, show_default=True, help="Seconds to wait."
)
DRY_RUN = click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
MOST_FAULTS = 20


@click.group
def person() -> None:
    """Say which accounts are one person's, so that the person counts once.

    What is kept names nobody: an account by the key of its learner, a person by a pseudonym under
    LRS_PERSON_SECRET, which must stay the same for ever.

    \b
    Example:
      lrs person import links.csv --dry-run
    """


async def secret_of(settings: Settings, store: Store) -> bytes:
    """The secret under which persons are kept. Raises NotPrepared where there is none, or another one than
    this store's.
    """
    secret = settings.person_secret.get_secret_value()
    if not secret:
        raise NotPrepared(
            "LRS_PERSON_SECRET is not set: make one (`openssl rand -hex 32`), keep it safe, never change it"
        )
    await check_secret(store, secret.encode())
    return secret.encode()


@person.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@DRY_RUN
@WAIT
@awaited
async def import_(file: Path, dry_run: bool, wait: float) -> None:
    """Import the rows of FILE (CSV or XLSX): all of them, or where one is wrong, none.

    Its first row names the columns home_page, account and person. An account that a row names is that
    person's from then on, whoever's it was; others stay as they are. It can be imported again: what holds
    already is not said again. The figures of both sides are made again at once.

    \b
    Examples:
      lrs person import links.csv --dry-run
      lrs person import links.csv
    """
    settings = Settings()
    async with open_store(settings) as store:
        secret = await secret_of(settings, store)
    rows, faults = rows_of(lines_of(file.name, await asyncio.to_thread(content_of, file)))
    if faults:
        shown = [(it.row, it.column, it.code, it.message) for it in faults[:MOST_FAULTS]]
        click.echo(aligned(("row", "column", "code", "what to do"), shown), err=True)
        count = len(faults)
        raise ValueError(f"nothing was imported: {count} fault{'s' if count > 1 else ''}")
    wanted = [said(row.identifier, pseudonym(row.person, secret)) for row in rows]
    click.echo(f"{len(rows):,} rows: {len({it.person for it in wanted}):,} persons.")
    await _say(settings, wanted, wait, dry_run=dry_run)


@person.command
@click.argument("person_key", metavar="PERSON")
@click.option(
    "--account", "accounts", nargs=2, multiple=True, required=True, metavar="HOMEPAGE NAME", help="Theirs."
)
@DRY_RUN
@WAIT
@awaited
async def link(person_key: str, accounts: Sequence[tuple[str, str]], dry_run: bool, wait: float) -> None:
    """Say that accounts are those of the person with the key PERSON.

    \b
    Example:
      lrs person link p-4711 --account https://one.example an --account https://two.example nguyen-an
    """
    settings = Settings()
    async with open_store(settings) as store:
        whose = pseudonym(person_key, await secret_of(settings, store))
    await _say(settings, [said(account(*it), whose) for it in accounts], wait, dry_run=dry_run)


@person.command
@click.option("--account", "accounts", nargs=2, multiple=True, metavar="HOMEPAGE NAME", help="Which ones.")
@click.option("--person", "person_key", metavar="PERSON", help="All accounts of this person.")
@click.option("--import", "origin", metavar="IMPORT", help="All that this import linked and still holds.")
@DRY_RUN
@WAIT
@awaited
async def unlink(
    accounts: Sequence[tuple[str, str]],
    person_key: str | None,
    origin: str | None,
    dry_run: bool,
    wait: float,
) -> None:
    """Say that accounts are nobody's any more: each counts by itself again.

    \b
    Examples:
      lrs person unlink --account https://one.example an
      lrs person unlink --import 20251123T080000-4f1a --dry-run
    """
    if sum(map(bool, (accounts, person_key, origin))) != 1:
        raise click.UsageError("Say which: by --account, --person or --import.")
    settings = Settings()
    wanted = [said(account(*it), None) for it in accounts]
    if not accounts:
        async with open_store(settings) as store:
            if person_key:
                found = await accounts_of(store, pseudonym(person_key, await secret_of(settings, store)))
            else:
                found = await of_import(store, origin or "")
        if not found:
            what = (
                "no account is linked to this person" if person_key else f"nothing of import {origin} holds"
            )
            raise ValueError(f"{what}: see `lrs person list`")
        wanted = [Said(it.account, it.terms, None) for it in found]
    await _say(settings, wanted, wait, dry_run=dry_run)


async def _say(settings: Settings, wanted: Sequence[Said], wait: float, *, dry_run: bool) -> None:
    """Append what would change, and wait until it holds."""
    async with open_store(settings) as store:
        found = await change(store, wanted)
        _show(found)
        if dry_run or not found.said:
            click.echo("Nothing was changed" + (": this was a dry run." if dry_run else ": all of it holds."))
            return
        if any(it.person is not None for it in found.said):
            await agree_on_secret(store, settings.person_secret.get_secret_value().encode())
        origin = new_origin()
        changed = ((What.LINK, found.linked + found.moved), (What.UNLINK, found.unlinked))
        for what, amount in changed:
            if amount:
                await note(store, what, amount, about_import(origin))
        async with open_log(settings) as log:
            asked = await ask(log, store, records_of(found.said, origin))
        done = await passed(store, {asked.partition: asked.first + asked.count}, wait)
        noted = await _noted(store, found.said, origin) if done else True
    if not noted:
        raise ValueError("the links were not understood and were set aside: see `lrs deadletters list`")
    if not done:
        raise ValueError(
            f"import {origin} is in the log and was not carried out within {wait:g} s: it will be as soon as "
            "`lrs consume statements` gets there"
        )
    click.echo(f"This is import {origin}. The figures follow at once.")


async def _noted(store: Store, links: Sequence[Said], origin: str) -> bool:
    last = links[-1].account
    return any(it.origin == origin for it in await store.linked([last]))


def _show(found: Change) -> None:
    rows = [(it, getattr(found, it)) for it in ("linked", "moved", "unlinked", "unchanged")]
    click.echo(aligned(("accounts", "number"), rows))


@person.command("list")
@click.option("--person", "person_key", metavar="PERSON", help="Of this person alone.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True, help="At most.")
@awaited
async def list_(person_key: str | None, limit: int) -> None:
    """List the accounts that are a person's, by pseudonyms.

    \b
    Examples:
      lrs person list
      lrs person list --person p-4711
    """
    settings = Settings()
    async with open_store(settings) as store:
        if person_key is not None:
            whose = pseudonym(person_key, await secret_of(settings, store))
            found = (await accounts_of(store, whose))[:limit]
            asked = about_learners([whose])
        else:
            found, asked = list(await store.links_by_person(("", ""), limit)), "{}"
        await note(store, What.READ_LINKS, len(found), asked)
    click.echo(_table(found))


@person.command
@click.option(
    "--account", "of", nargs=2, required=True, metavar="HOMEPAGE NAME", help="An account on a platform."
)
@awaited
async def history(of: tuple[str, str]) -> None:
    """List all that was ever said of whose an account is, the latest last: that holds.

    \b
    Example:
      lrs person history --account https://one.example an
    """
    learner = learner_key(account(*of))
    async with open_store(Settings()) as store:
        found = await store.linked([learner])
        await note(store, What.READ_LINKS, len(found), about_learners([learner]))
    click.echo(_table(found))


def _table(links: Sequence[Link]) -> str:
    rows = [
        (format_timestamp(it.moment), it.account, (it.person or "nobody").removeprefix("person:"), it.origin)
        for it in links
    ]
    return aligned(("said", "account", "person", "import"), rows)

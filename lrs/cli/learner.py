"""`lrs learner`: what a person may ask of what is kept about them."""

from __future__ import annotations

import asyncio
import time
from hashlib import sha1
from pathlib import Path
from typing import Any

import click

from lrs.audit.operator import note
from lrs.cli.awaited import awaited
from lrs.exports.learner import LearnerExport
from lrs.exports.parcel import opened
from lrs.settings import Settings
from lrs.wiring import open_log, open_store
from schemas.audit import What, about_learners
from schemas.erasure import erasure_record
from schemas.fact import learner_key
from schemas.ports import PROJECTOR, EventLog, Store
from schemas.record import STATEMENTS, Appended
from schemas.xapi import Invalid, Version, check_agent, format_timestamp, ifi, parse_timestamp

MBOX, DIGEST = "mbox", "mbox_sha1sum"


@click.group
def learner() -> None:
    """Do what a learner asks for about what is kept of them.

    \b
    Example:
      lrs learner export --account https://one.example an
      lrs learner erase --account https://one.example an
    """


@learner.command
@click.option("--account", nargs=2, metavar="HOMEPAGE NAME", help="Their account on a platform.")
@click.option("--mbox", metavar="MAILTO", help="Their address, as mailto:an@example.vn; its hash, too.")
@click.option("--mbox-sha1sum", metavar="HASH", help="The SHA-1 hash of the address.")
@click.option("--openid", metavar="URI", help="Their OpenID.")
@click.option("--until", metavar="TIMESTAMP", help="Erase what is of this moment or earlier; else of now.")
@click.option("--wait", type=click.FloatRange(0), default=60.0, show_default=True, help="Seconds to wait.")
@click.option("--yes", is_flag=True, help="Do not ask once more.")
@awaited
async def erase(
    account: tuple[str, str] | None,
    mbox: str | None,
    mbox_sha1sum: str | None,
    openid: str | None,
    until: str | None,
    wait: float,
    yes: bool,
) -> None:
    """Erase a learner: for ever, and from the figures too.

    Statements of theirs alone lose their content; from those of others only this learner is taken out. What
    platforms send later from before the erasure is treated alike; what the learner does afterwards is new.
    Free text that names them is not found by this. The log forgets the records themselves after its
    retention (LRS_RETENTION).

    \b
    Examples:
      lrs learner erase --account https://one.example an
      lrs learner erase --mbox mailto:an@example.vn --until 2025-12-31T23:59:59+07:00 --yes
    """
    agents = _agents({"account": account, MBOX: mbox, DIGEST: mbox_sha1sum, "openid": openid})
    moment = _moment(until)
    if not yes:
        click.confirm("What is erased cannot be brought back. Erase this learner?", abort=True)
    settings = Settings()
    async with open_store(settings) as store, open_log(settings) as log:
        learners = [learner_key(ifi(agent) or "") for agent in agents]
        # when it is asked for, so that it is known of one that was never carried out
        await note(store, What.ERASE_LEARNER, 0, about_learners(learners))
        partition, appended = await _asked(log, store, [ifi(agent) or "" for agent in agents], moment)
        done = await _passed(store, partition, appended.first + appended.count, wait)
        wanted = appended.timestamp if moment is None else moment
        # an earlier erasure is not this one
        found = await store.erasures(learners) if done else {}
        noted = [name for name, it in found.items() if it.until >= wanted]
        if noted:
            await note(store, What.ERASE_LEARNER, len(noted), about_learners(noted))
    if done and len(noted) < len(agents):
        raise ValueError("the erasure was not understood and was set aside: see `lrs deadletters list`")
    if not done:
        raise ValueError(
            f"the erasure is in the log and was not carried out within {wait:g} s: it will be as soon as "
            "`lrs consume statements` gets there; asking again does no harm"
        )
    click.echo("Erased: nothing that is stored names this learner any more. The figures follow at once.")


@learner.command
@click.option("--account", nargs=2, metavar="HOMEPAGE NAME", help="Their account on a platform.")
@click.option("--mbox", metavar="MAILTO", help="Their address, as mailto:an@example.vn; its hash, too.")
@click.option("--mbox-sha1sum", metavar="HASH", help="The SHA-1 hash of the address.")
@click.option("--openid", metavar="URI", help="Their OpenID.")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR|FILE",
    help="A new folder, or a ZIP where the name ends with .zip; else learner-<pseudonym>.zip.",
)
@awaited
async def export(
    account: tuple[str, str] | None,
    mbox: str | None,
    mbox_sha1sum: str | None,
    openid: str | None,
    output: Path | None,
) -> None:
    """Give out all that is kept of a learner: for themselves, and for nobody else.

    Statements, voided ones too, documents, attachments, conflicts, dead letters, and the figures in which
    they are counted, with a README in Vietnamese and English. Of what names others too they get their own
    part. That it was done is kept in the audit trail (`lrs audit list`).

    \b
    Examples:
      lrs learner export --account https://one.example an
      lrs learner export --mbox mailto:an@example.vn --output an.zip
    """
    agents = _agents({"account": account, MBOX: mbox, DIGEST: mbox_sha1sum, "openid": openid})
    identifiers = [ifi(agent) or "" for agent in agents]
    learners = [learner_key(it) for it in identifiers]
    path = output or Path(f"learner-{learners[0][:12]}.zip")
    settings = Settings()
    async with open_store(settings) as store, open_log(settings) as log:
        with opened(path) as parcel:
            # also when it begins, so that it is known of one that was broken off
            await note(store, What.EXPORT_LEARNER, 0, about_learners(learners))
            now = time.time_ns() // 1_000_000
            counts = await LearnerExport(store, log, identifiers).into(parcel, now)
        amount = sum(count for name, count in counts.items() if name != "figures")
        await note(store, What.EXPORT_LEARNER, amount, about_learners(learners))
    for name, count in counts.items():
        click.echo(f"{count:>8,} {name}")
    click.echo(f"{path} has all that is kept of this learner. It is personal data: give it to them alone.")


def _agents(given: dict[str, Any]) -> list[dict[str, Any]]:
    """The agents that are meant; an address stands for its hash as well. Raises UsageError, ValueError."""
    named = {name: value for name, value in given.items() if value}
    if len(named) != 1:
        raise click.UsageError("Name the learner by one of --account, --mbox, --mbox-sha1sum and --openid.")
    if "account" in named:
        home_page, name = named["account"]
        named = {"account": {"homePage": home_page, "name": name}}
    try:
        check_agent(named, Version.V2_0_0)
    except Invalid as error:
        where = "/".join(map(str, error.path)) or "the learner"
        raise ValueError(f"{where}: {error.message}") from None
    if MBOX not in named:
        return [named]
    digest = sha1(named[MBOX].encode(), usedforsecurity=False).hexdigest()
    return [named, {DIGEST: digest}]


def _moment(until: str | None) -> int | None:
    if until is None:
        return None
    try:
        moment = parse_timestamp(until)
    except (Invalid, ValueError):
        raise ValueError(f"{until} is no timestamp: write it as 2025-12-31T23:59:59+07:00") from None
    if moment > time.time() * 1000:
        raise ValueError(f"{format_timestamp(moment)} is still to come: an erasure ends now at the latest")
    return moment


async def _asked(
    log: EventLog, store: Store, identifiers: list[str], moment: int | None
) -> tuple[int, Appended]:
    """Ask for the erasure; the partition, and what the projector must pass there."""
    positions = await store.positions(PROJECTOR)
    if not positions:
        raise ValueError("no consumer has read lrs.statements yet: there is nothing to be erased")
    partition = min(positions)
    records = [erasure_record(identifier, moment) for identifier in identifiers]
    return partition, (await log.append(STATEMENTS, {partition: records}))[partition]


async def _passed(store: Store, partition: int, end: int, seconds: float) -> bool:
    """Whether the projector gets there in time."""
    deadline = time.monotonic() + seconds
    while (await store.positions(PROJECTOR))[partition].offset < end:
        if time.monotonic() >= deadline:
            return False
        await asyncio.sleep(0.1)
    return True

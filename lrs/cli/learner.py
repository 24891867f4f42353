"""`lrs learner`: what a person may ask of what is kept about them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from hashlib import sha1
from pathlib import Path
from typing import Any

import click

from lrs.audit.operator import note
from lrs.cli.awaited import awaited
from lrs.cli.passing import caught_up, passed
from lrs.cli.person import secret_of
from lrs.exports.learner import LearnerExport
from lrs.exports.parcel import opened
from lrs.persons.change import accounts_of, ask, new_origin
from lrs.settings import Settings
from lrs.wiring import open_log, open_store
from schemas.audit import What, about_learners
from schemas.document import term
from schemas.erasure import Erasure, erasure_record, erasure_record_of
from schemas.fact import learner_key
from schemas.link import Link, Said, pseudonym, records_of
from schemas.ports import Store
from schemas.record import NewRecord
from schemas.xapi import Invalid, Version, check_agent, format_timestamp, ifi, parse_timestamp

MBOX, DIGEST, PERSON = "mbox", "mbox_sha1sum", "person"


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
@click.option("--person", metavar="PERSON", help="The key of a person: all their accounts.")
@click.option("--until", metavar="TIMESTAMP", help="Erase what is of this moment or earlier; else of now.")
@click.option("--wait", type=click.FloatRange(0), default=60.0, show_default=True, help="Seconds to wait.")
@click.option("--yes", is_flag=True, help="Do not ask once more.")
@awaited
async def erase(
    account: tuple[str, str] | None,
    mbox: str | None,
    mbox_sha1sum: str | None,
    openid: str | None,
    person: str | None,
    until: str | None,
    wait: float,
    yes: bool,
) -> None:
    """Erase a learner: for ever, and from the figures too.

    Where an account is linked to a person (`lrs person`), all accounts of that person are erased, and are
    nobody's afterwards: an account that was linked wrongly is to be unlinked first.

    Statements of theirs alone lose their content; from those of others only this learner is taken out. What
    platforms send later from before the erasure is treated alike; what the learner does afterwards is new.
    Free text that names them is not found by this. The log forgets the records themselves after its
    retention (LRS_RETENTION).

    \b
    Examples:
      lrs learner erase --account https://one.example an
      lrs learner erase --mbox mailto:an@example.vn --until 2025-12-31T23:59:59+07:00 --yes
    """
    agents = _agents({"account": account, MBOX: mbox, DIGEST: mbox_sha1sum, "openid": openid, PERSON: person})
    moment = _moment(until)
    settings = Settings()
    async with open_store(settings) as store, open_log(settings) as log:
        whose = [] if person is None else [pseudonym(person, await secret_of(settings, store))]
        records = {
            learner_key(identifier): erasure_record(identifier, moment)
            for identifier in (ifi(agent) or "" for agent in agents)
        }
        if not await caught_up(log, store, wait):
            raise ValueError(
                f"the consumers did not catch up within {wait:g} s: it is not known which accounts are of "
                "one person: nothing was asked for"
            )
        theirs = await _of_one_person(store, list(records), whose)
        for link in theirs:
            records.setdefault(link.account, erasure_record_of(link.account, link.terms, moment))
        if not await _is_known(store, records):
            click.echo(
                "No statement, document or link names this learner: is it written as their platform does?"
            )
        if not yes:
            if len(theirs) > 1:
                click.echo(f"This is a person with {len(theirs)} accounts: all of them are erased.")
            click.confirm("What is erased cannot be brought back. Erase this learner?", abort=True)
        # when it is asked for, so that it is known of one that was never carried out
        await note(store, What.ERASE_LEARNER, 0, about_learners(records))
        parted = records_of([Said(it.account, it.terms, None) for it in theirs], new_origin())
        asked = await ask(log, store, [*records.values(), *parted])
        done = await passed(store, {asked.partition: asked.first + asked.count}, wait)
        wanted = asked.timestamp if moment is None else moment
        # an earlier erasure is not this one
        found = await store.erasures(list(records)) if done else {}
        noted = [name for name, it in found.items() if it.until >= wanted]
        if noted:
            await note(store, What.ERASE_LEARNER, len(noted), about_learners(noted))
    if done and len(noted) < len(records):
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
@click.option("--person", metavar="PERSON", help="The key of a person: all their accounts.")
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
    person: str | None,
    output: Path | None,
) -> None:
    """Give out all that is kept of a learner: for themselves, and for nobody else.

    Statements, voided ones too, documents, attachments, conflicts, dead letters, what was said of whose their
    accounts are, and the figures in which they are counted, with a README in Vietnamese and English. Of what
    names others too they get their own part. That it was done is kept in the audit trail (`lrs audit list`).

    Where an account is linked to a person (`lrs person`), it is about all accounts of that person: one that
    was linked wrongly is to be unlinked first.

    \b
    Examples:
      lrs learner export --account https://one.example an
      lrs learner export --mbox mailto:an@example.vn --output an.zip
    """
    agents = _agents({"account": account, MBOX: mbox, DIGEST: mbox_sha1sum, "openid": openid, PERSON: person})
    settings = Settings()
    async with open_store(settings) as store, open_log(settings) as log:
        whose = [] if person is None else [pseudonym(person, await secret_of(settings, store))]
        learners = {
            learner_key(identifier): term("related-agent", identifier)
            for identifier in (ifi(agent) or "" for agent in agents)
        }
        theirs = await _of_one_person(store, list(learners), whose)
        for link in theirs:
            learners.setdefault(link.account, link.terms[1])
        if len(theirs) > 1:
            click.echo(f"This is a person with {len(theirs)} accounts: all of them are given.")
        path = output or Path(f"learner-{next(iter(learners))[:12]}.zip")
        with opened(path) as parcel:
            # also when it begins, so that it is known of one that was broken off
            await note(store, What.EXPORT_LEARNER, 0, about_learners(learners))
            now = time.time_ns() // 1_000_000
            counts = await LearnerExport(store, log, learners).into(parcel, now)
        amount = sum(count for name, count in counts.items() if name != "figures")
        await note(store, What.EXPORT_LEARNER, amount, about_learners(learners))
    for name, count in counts.items():
        click.echo(f"{count:>8,} {name}")
    click.echo(f"{path} has all that is kept of this learner. It is personal data: give it to them alone.")


def _agents(given: dict[str, Any]) -> list[dict[str, Any]]:
    """The agents that are meant; an address stands for its hash as well. Raises UsageError, ValueError."""
    named = {name: value for name, value in given.items() if value}
    if len(named) != 1:
        raise click.UsageError(
            "Name the learner by one of --account, --mbox, --mbox-sha1sum, --openid and --person."
        )
    if PERSON in named:
        return []
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


async def _is_known(store: Store, records: Mapping[str, NewRecord]) -> bool:
    """Whether a statement, a document or a link is of one of the learners of these erasures."""
    for learner, record in records.items():
        _, related = Erasure.decode(record.value, 0).terms
        found, _ = await store.found_by(related, "", 1)
        documents = [it.id async for it in store.documents_of(learner)]
        if found or documents:
            return True
    return bool(await store.linked(list(records)))


async def _of_one_person(store: Store, learners: list[str], persons: list[str]) -> list[Link]:
    """The links of all accounts of these persons, and of those whose these learners' accounts are. Raises
    ValueError where that is nobody.
    """
    whose = sorted({*persons, *(await store.links(learners)).values()})
    found = [link for person in whose for link in await accounts_of(store, person)]
    if not (learners or found):
        raise ValueError("no account is linked to this person")
    return found

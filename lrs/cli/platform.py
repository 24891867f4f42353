"""`lrs platform`: who may post, and what is believed of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from consumers.person_secret import agree_on_secret
from lrs.cli.activity_map import parse_activity_map
from lrs.cli.awaited import awaited
from lrs.cli.complete import group_codes, platforms, province_units
from lrs.cli.credential import show_secret
from lrs.cli.json_text import json_text
from lrs.cli.person import secret_of
from lrs.cli.rebuild import refill
from lrs.cli.table import aligned
from lrs.registry import (
    TrialChoice,
    add_credential,
    after_all_stored,
    after_trial,
    ensure_living,
    register,
)
from lrs.settings import Settings
from lrs.wiring import open_log, open_store
from schemas.credential import DEFAULT_SCOPES
from schemas.registration import Registration
from schemas.unit import Unit, gazetteer
from schemas.xapi import format_timestamp

ANY = "any"


@click.group
def platform() -> None:
    """Register platforms, and see which there are.

    \b
    Example:
      lrs platform list
    """


@platform.command
@click.argument("name", shell_complete=platforms)
@click.option("--home-page", required=True, metavar="URL", help="Of the accounts of its learners.")
@click.option(
    "--provinces",
    required=True,
    metavar="UNITS",
    shell_complete=province_units,
    help="The provinces that it may report, with their schemes, parted by commas; or `any`.",
)
@click.option(
    "--unit",
    metavar="UNIT",
    shell_complete=province_units,
    help="Where its learners are whose statements name no unit.",
)
@click.option(
    "--groups",
    default="",
    metavar="CODES",
    shell_complete=group_codes,
    help="The audience groups of its learners whose statements name none, parted by commas.",
)
@click.option("--confirms", is_flag=True, help="Whether its confirmations of learners count.")
@click.option(
    "--person-keys",
    is_flag=True,
    help="Whether its ext/person says whose an account is, from now on. Needs LRS_PERSON_SECRET.",
)
@click.option(
    "--activities",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV of two columns, activity and topic: which activity belongs to which topic. An activity that "
    "ends in * stands for all that begin so.",
)
@click.option(
    "--trial",
    is_flag=True,
    help="Keep and preview what it sends, and count nothing of it: until it is added without --trial. "
    "Refused for a platform that counts already.",
)
@click.option(
    "--trial-statements",
    type=click.Choice([it.value for it in TrialChoice]),
    help="When a trial ends: whether what was sent in it is counted from then on, or left out until somebody "
    "says `counted`. What is left out is all that is in the log when the trial ends, by the log's own clock.",
)
@click.option("--with-credential", is_flag=True, help="Make a credential too, and print its secret.")
@awaited
async def add(
    name: str,
    activities: Path | None,
    with_credential: bool,
    trial_statements: str | None,
    **said: Any,
) -> None:
    """Register the platform NAME, or change its registration.

    A new platform counts at once. Another registration of a platform that is there changes the rules by which
    statements already stored are counted, so all figures are made again beside the present ones and replace
    them when they are complete; the same one again changes nothing. What an option does not say, the
    registration has not: options of an earlier call are not kept.

    \b
    Examples:
      lrs platform add one-touch --home-page https://quangnam.onetouch.edu.vn \\
          --unit vn-2004/49 --provinces vn-2004/49,vn-2025/48 --with-credential
      lrs platform add vneid --home-page https://vneid.gov.vn --provinces any --confirms
      lrs platform add moodle-hue --home-page https://moodle.example --unit vn-2025/46 \\
          --provinces vn-2025/46 --trial
      lrs platform add moodle-hue --home-page https://moodle.example --unit vn-2025/46 \\
          --provinces vn-2025/46 --trial-statements left-out
    """
    registration = _registration(name, activities, **said)
    settings = Settings()
    choice = None if trial_statements is None else TrialChoice(trial_statements)
    async with open_store(settings, create=True) as store:
        if registration.person_keys:
            secret = await secret_of(settings, store)
        known = (await ensure_living(store)).platforms.get(name)
        ended = None
        if choice is TrialChoice.LEFT_OUT:
            async with open_log(settings, create=True) as log:
                ended = await after_all_stored(log, store)
        registration = after_trial(known, registration, choice, ended)
        registered = await register(store, registration)
        if registration.person_keys:
            await agree_on_secret(store, secret)
        if registered.outcome == "changed":
            click.echo(f"{name} was registered otherwise: all figures are made again under the new rules.")
            number = await refill(settings, store, registered.ruleset)
            click.echo(f"{name} is registered; the figures are those of ruleset {number} now.")
        elif registered.outcome == "added":
            click.echo(f"{name} is registered (ruleset {registered.ruleset.number}).")
        else:
            click.echo(f"{name} was registered so already.")
        if registration.trial:
            click.echo(f"It is on trial: see /reports/platforms/{name}/preview.")
        if with_credential:
            show_secret(*await add_credential(store, name, DEFAULT_SCOPES))


def _registration(
    name: str,
    activities: Path | None,
    *,
    home_page: str,
    provinces: str,
    unit: str | None,
    groups: str,
    confirms: bool,
    person_keys: bool,
    trial: bool,
) -> Registration:
    try:
        topics = parse_activity_map(activities.read_text(encoding="utf-8")) if activities else {}
    except ValueError as error:
        raise ValueError(f"{activities}: {error}") from error
    registration = Registration(
        name=name,
        home_page=home_page,
        provinces=None if provinces == ANY else frozenset(_parts(provinces)),
        unit=unit,
        groups=tuple(_parts(groups)),
        confirms=confirms,
        person_keys=person_keys,
        activities=topics,
        trial=trial,
    )
    if registration.provinces is not None and unit is not None:
        province = str(Unit.parse(unit).province_unit)
        if province not in registration.provinces:
            raise ValueError(f"unit: {unit} lies in {province}, which is not among --provinces {provinces}")
    return registration


def _parts(text: str) -> list[str]:
    return [part for part in (part.strip() for part in text.split(",")) if part]


@platform.command("list")
@click.option("--json", "as_json", is_flag=True, help="Whole registrations, for other programs.")
@awaited
async def list_(as_json: bool) -> None:
    """List the platforms that are registered.

    \b
    Examples:
      lrs platform list
      lrs platform list --json > platforms.json
    """
    async with open_store(Settings()) as store:
        found = (await ensure_living(store)).platforms
    registrations = [found[name] for name in sorted(found)]
    if as_json:
        click.echo(json_text([_whole(registration) for registration in registrations]))
        return
    header = (
        "platform",
        "home page",
        "provinces",
        "default unit",
        "groups",
        "confirms",
        "person keys",
        "activities",
        "trial",
    )
    click.echo(aligned(header, [_row(registration) for registration in registrations]))


def _whole(registration: Registration) -> dict[str, Any]:
    whole = registration.model_dump(mode="json")
    return {**whole, "provinces": None if whole["provinces"] is None else sorted(whole["provinces"])}


def _trial(registration: Registration) -> str:
    if registration.trial:
        return "yes"
    since = registration.counted_since
    return "no" if since is None else f"until {format_timestamp(since)}"


def _row(registration: Registration) -> tuple[str | int | None, ...]:
    unit = registration.unit
    return (
        registration.name,
        registration.home_page or None,
        ANY if registration.provinces is None else " ".join(sorted(registration.provinces)) or None,
        f"{unit} {gazetteer().name(Unit.parse(unit))}" if unit else None,
        " ".join(registration.groups) or None,
        "yes" if registration.confirms else "no",
        "yes" if registration.person_keys else "no",
        len(registration.activities),
        _trial(registration),
    )

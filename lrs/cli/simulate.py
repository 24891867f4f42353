"""`lrs simulate`: platforms that do not exist, posting to an endpoint that does."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import aiohttp
import click

from lrs.auth.hashing import new_key
from lrs.cli.awaited import awaited
from lrs.cli.progress import Progress
from lrs.cli.table import aligned
from lrs.registry import add_credential, register, revoke_credential
from lrs.reports.selection import NAMES
from lrs.settings import Settings
from lrs.simulate.august import august as august_
from lrs.simulate.campaigns import CAMPAIGNS
from lrs.simulate.delivery import Delivery
from lrs.simulate.expected import Expected
from lrs.simulate.launch import launch
from lrs.simulate.launch import registrations as launch_platforms
from lrs.simulate.nation import nation as nation_
from lrs.simulate.nation import registrations as nation_platforms
from lrs.simulate.post import Undelivered, deliver
from lrs.wiring import open_store
from schemas.credential import Scope
from schemas.registration import Registration
from schemas.unit import Unit, gazetteer

Pair = tuple[str, str]
Command = TypeVar("Command", bound=Callable[..., Any])
LAUNCH_DAY, AUGUST = "2025-04-18", "2025-08"


def _pairs(_: click.Context, __: click.Parameter, values: Sequence[str]) -> dict[str, Pair]:
    """By platform key and secret, of values `platform=key:secret`."""
    found: dict[str, Pair] = {}
    for value in values:
        platform, equals, pair = value.partition("=")
        key, colon, secret = pair.partition(":")
        if not (platform and equals and key and colon and secret):
            # What was written is not repeated: it may hold a secret.
            raise click.BadParameter("write it as platform=key:secret")
        found[platform] = key, secret
    return found


def _posting(command: Command) -> Command:
    """The options that every simulation has."""
    options = (
        click.option("--url", help="The endpoint.  [default: the one of the settings, on this machine]"),
        click.option("--seed", default=0, show_default=True, help="Another number is other people."),
        click.option(
            "--concurrency",
            default=8,
            show_default=True,
            type=click.IntRange(1, 256),
            help="Requests under way at once.",
        ),
        click.option(
            "--credential",
            "credentials",
            multiple=True,
            callback=_pairs,
            metavar="PLATFORM=KEY:SECRET",
            help="For an endpoint elsewhere: a credential that was made there, one for each platform. Then "
            "nothing is registered.",
        ),
    )
    return functools.reduce(lambda found, option: option(found), reversed(options), command)


@click.group
def simulate() -> None:
    """Post what made-up platforms would, to see the system work or to put it under load.

    The platforms are registered in the store of the settings, and given credentials for the time of the run.
    What they post stays, and counts: use a store of its own, or one that may be removed afterwards.

    \b
    Example:
      lrs simulate quang-nam-launch
    """


@simulate.command("quang-nam-launch")
@_posting
@click.option("--august/--no-august", default=False, help="Have 1,000 of them go on in August, in Đà Nẵng.")
@awaited
async def quang_nam_launch(august: bool, seed: int, **posting: Any) -> None:
    """The morning of 2025-04-18, when 3,444 learners registered in Quảng Nam.

    About 30,000 statements of one platform, with repeats, late ones and voids.

    \b
    Examples:
      lrs simulate quang-nam-launch --august
      lrs simulate quang-nam-launch --url https://lrs.example --credential one-touch=KEY:SECRET
    """
    scenarios = [launch(seed), *([august_(seed)] if august else [])]
    deliveries = [delivery for scenario in scenarios for delivery in scenario.deliveries]
    total = sum(delivery.statements for delivery in deliveries)
    await _post(deliveries, launch_platforms(), total, **posting)
    periods = zip((LAUNCH_DAY, AUGUST), scenarios, strict=False)
    rows = [_figures(period, scenario.expected) for period, scenario in periods]
    click.echo("\nOn a store that was empty the report says, when everything is counted:\n")
    click.echo(aligned(("period", "province", "registered", "active", "trained"), rows))
    click.echo("\nRead it with:")
    click.echo(f"  lrs report provinces --scheme vn-2004 --period {LAUNCH_DAY}")
    if august:
        click.echo(f"  lrs report provinces --scheme vn-2025 --period {AUGUST}")


def _figures(period: str, expected: Expected) -> tuple[str, str, int, int, int | None]:
    unit = Unit("vn-2004", "49") if period == LAUNCH_DAY else Unit("vn-2025", "48")
    # Who completes a topic in August may have been trained by one in April.
    trained = expected.trained if period == LAUNCH_DAY else None
    return period, f"{unit} {gazetteer().name(unit)}", expected.registered, expected.active, trained


@simulate.command
@click.argument("name", type=click.Choice(list(CAMPAIGNS)))
@_posting
@awaited
async def province(name: str, seed: int, **posting: Any) -> None:
    """What the platforms of one province posted in 2025 and 2026.

    \b
    quang-binh  7,950 who learnt online on 2025-05-09, under a code that is another province's today
    thanh-hoa   trained and confirmed in two years, online and in person
    lam-dong    all 124 communes, from 2025-08-14
    ha-noi      mobile learning points, whose statements come months after they were made

    \b
    Examples:
      lrs simulate province quang-binh
      lrs simulate province ha-noi --seed 7
    """
    made = CAMPAIGNS[name](seed)
    total = sum(delivery.statements for delivery in made.deliveries)
    await _post(made.deliveries, made.registrations, total, **posting)
    click.echo("\nOn a store that was empty the figures are, when everything is counted:\n")
    # communes are many, and those of a province are its sum
    rows = [_expected(key, count) for key, count in made.expected.items() if key.count("/") == 1]
    click.echo(aligned(("unit", "name", "group or channel", "period", "measure", "learners"), rows))
    click.echo("\nRead them with:\n  lrs report provinces\n  lrs report provinces --scheme vn-2004")


def _expected(key: str, count: int) -> tuple[str | int, ...]:
    _, unit, *rest = key.split("|")
    code = unit.partition("/")[2]
    return unit, NAMES.get(code) or gazetteer().name(Unit.parse(unit)), *rest, count


@simulate.command
@_posting
@click.option("--learners", default=10_000, show_default=True, type=click.IntRange(1), help="How many.")
@awaited
async def nation(learners: int, seed: int, **posting: Any) -> None:
    """Learners of all 34 provinces on nine platforms, from July 2025 to June 2026.

    Platforms with the programme's extensions and without, old codes and new ones, mobile learning points,
    learners who move; some ten statements for each learner.

    \b
    Examples:
      lrs simulate nation --learners 100000
      lrs simulate nation --learners 2000 --seed 7 --concurrency 32
    """
    await _post(nation_(learners, seed), nation_platforms(), None, **posting)
    click.echo(
        f"\nOn a store that was empty the nation has {learners:,} registered, when everything is counted."
    )
    click.echo("\nRead it with:\n  lrs report provinces")


async def await_answer(url: str) -> None:
    """Raises ClickException where nobody is there: later a server that is away is waited for."""
    try:
        timeout = aiohttp.ClientTimeout(total=5)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(f"{url}/health/live"):
            pass
    except (aiohttp.ClientError, TimeoutError):
        raise click.ClickException(
            f"nobody answers at {url}: is `lrs serve` running there? Say --url, or LRS_PORT as it has it."
        ) from None


async def _post(
    deliveries: Iterable[Delivery],
    registrations: Sequence[Registration],
    total: int | None,
    *,
    url: str | None,
    concurrency: int,
    credentials: Mapping[str, Pair],
) -> None:
    settings = Settings()
    url = url or settings.own_url
    await await_answer(url)
    progress = Progress(total)
    async with _credentials(settings, registrations, credentials) as known:
        try:
            done = await deliver(
                deliveries,
                url,
                known,
                concurrency=concurrency,
                progress=lambda count: progress("statements", count),
            )
        except Undelivered as error:
            raise click.ClickException(str(error)) from error
        finally:
            progress.close()
    click.echo(
        f"{done.acknowledged:,} statements (with those sent twice) acknowledged by {url} in "
        f"{done.seconds:,.1f} s: {done.requests:,} requests, {done.retries:,} of them retries."
    )


@asynccontextmanager
async def _credentials(
    settings: Settings, registrations: Sequence[Registration], given: Mapping[str, Pair]
) -> AsyncIterator[Mapping[str, Pair]]:
    """Key and secret by platform: those that were given, or some made for as long as this lasts."""
    names = [registration.name for registration in registrations]
    if given:
        if missing := set(names) - given.keys():
            raise click.UsageError(f"--credential is missing for {', '.join(sorted(missing))}.")
        yield given
        return
    async with open_store(settings, create=True) as store:
        for registration in registrations:
            registered = await register(store, registration)
            if registered.outcome == "changed":
                raise ValueError(
                    f"{registration.name} is registered otherwise than the simulation needs; take another "
                    "store, or post with --credential as it is"
                )
        made: dict[str, Pair] = {}
        try:
            for name in names:
                key = f"simulate-{new_key()}"
                _, secret = await add_credential(store, name, {Scope.WRITE}, key=key)
                made[name] = key, secret
            yield made
        finally:
            for key, _ in made.values():
                await revoke_credential(store, key)

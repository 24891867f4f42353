"""`lrs rules`: the rules under which figures are made."""

from __future__ import annotations

from collections.abc import Sequence

import click

from lrs.cli.awaited import awaited
from lrs.cli.json_text import json_text
from lrs.cli.rebuild import refill
from lrs.cli.table import aligned
from lrs.registry import ensure_living
from lrs.reports import rules as report
from lrs.rule_change import RuleChange, changed, parse_rule
from lrs.settings import Settings
from lrs.wiring import open_store
from schemas.plan_import import in_force
from schemas.ruleset import TrainedRule
from schemas.series import differences


@click.group
def rules() -> None:
    """See and change the rules: who counts as trained, and where.

    \b
    Example:
      lrs rules show
    """


@rules.command
@click.option("--json", "as_json", is_flag=True, help="For other programs.")
@awaited
async def show(as_json: bool) -> None:
    """Show the rules of the figures that are reported now.

    \b
    Example:
      lrs rules show
    """
    async with open_store(Settings()) as store:
        living = await ensure_living(store)
        found = report.line((await store.series(living.number))[0], None)
    if as_json:
        click.echo(json_text(found.model_dump(mode="json", exclude={"changes", "same_rules"})))
        return
    click.echo(f"ruleset         {found.number}, made {found.created}, reported since {found.since}")
    click.echo(f"trained         {found.trained}")
    for own in found.trained_in:
        click.echo(f"  in {own.plan}: {own.words}")
    click.echo(f"split communes  {found.split_communes}")
    click.echo(f"topics          {' '.join(found.topics)}")


@rules.command
@click.option("--json", "as_json", is_flag=True, help="For other programs.")
@awaited
async def history(as_json: bool) -> None:
    """List the series of figures that there have been, with their rules and dates.

    \b
    Example:
      lrs rules history
    """
    async with open_store(Settings()) as store:
        series = await store.series()
    lines = report.lines_of(series)
    if as_json:
        click.echo(json_text([it.model_dump(mode="json") for it in lines]))
        return
    rows = [
        (
            str(it.number),
            it.since,
            it.until or "now",
            it.trained,
            "; ".join(it.changes) or ("the same, counted again" if it.same_rules else None),
        )
        for it in lines
    ]
    click.echo(aligned(("number", "since", "until", "trained", "what changed"), rows))


def _rule(_: click.Context, __: click.Parameter, text: str | None) -> TrainedRule | None:
    try:
        return None if text is None else parse_rule(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _plan_rules(_: click.Context, __: click.Parameter, values: Sequence[str]) -> dict[str, TrainedRule]:
    found = {}
    for value in values:
        plan, equals, text = value.partition(":")
        if not (plan and equals):
            raise click.BadParameter("write it as PLAN:RULE, as in thanh-hoa-2025-2026:topics=3")
        try:
            found[plan] = parse_rule(text)
        except ValueError as error:
            raise click.BadParameter(str(error)) from None
    return found


@rules.command("set")
@click.option("--trained", metavar="RULE", callback=_rule, help="Who counts as trained.")
@click.option(
    "--trained-in",
    "own",
    multiple=True,
    metavar="PLAN:RULE",
    callback=_plan_rules,
    help="Who counts as trained for a plan's targets.",
)
@click.option("--not-trained-in", "no_own", multiple=True, metavar="PLAN", help="Take a plan's rule away.")
@click.option(
    "--split-communes",
    type=click.Choice(["unresolved", "default-successor"]),
    help="Where people of an old commune that was split count.",
)
@click.option("--topic", "known", multiple=True, metavar="TOPIC", help="Know a topic, as scheme:code.")
@click.option("--no-topic", "unknown", multiple=True, metavar="TOPIC", help="Know a topic no more.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@awaited
async def set_(
    trained: TrainedRule | None,
    own: dict[str, TrainedRule],
    no_own: Sequence[str],
    split_communes: str | None,
    known: Sequence[str],
    unknown: Sequence[str],
    dry_run: bool,
) -> None:
    """Change the rules, and make all figures again under them.

    A RULE is topics=N, courses=N, or both parted by a comma (then either will do), with attended if having
    been there is as good as having completed it; or nobody. What no option names stays as it is.

    Statements go on arriving: the new figures are filled beside the present ones, and take their place when
    they have caught up. They are a new series with a number of its own; `lrs rules history` has those
    before.

    \b
    Examples:
      lrs rules set --trained topics=3,courses=1 --dry-run
      lrs rules set --trained-in thanh-hoa-2025-2026:topics=10,attended
    """
    settings = Settings()
    change = RuleChange(
        trained=trained,
        trained_in={**own, **dict.fromkeys(no_own)},
        default_successor=None if split_communes is None else split_communes == "default-successor",
        topics_known=known,
        topics_unknown=unknown,
    )
    async with open_store(settings) as store:
        living = await ensure_living(store)
        after = changed(living, change, in_force(await store.plan_import()).plans)
        if after is None:
            click.echo(f"These are the rules already (ruleset {living.number}).")
            return
        for line in differences(living, after):
            click.echo(line)
        if dry_run:
            click.echo("Nothing was changed: this was a dry run.")
            return
        number = await refill(settings, store, after)
    click.echo(f"The figures are those of ruleset {number} now, a new series; {living.number} has ended.")

"""`lrs report`: figures, read from the store directly."""

from __future__ import annotations

import click

from lrs.cli.awaited import awaited
from lrs.cli.complete import group_codes
from lrs.cli.json_text import json_text
from lrs.cli.table import Value, aligned
from lrs.reports import measures, sheet, targets_reading, targets_sheet
from lrs.reports import provinces as report_
from lrs.reports.provinces import Provinces
from lrs.reports.selection import NAMES, group_of, period_of, scheme_of, unit_of
from lrs.reports.targets import TargetLine, Targets
from lrs.settings import Settings
from lrs.wiring import open_log, open_store
from schemas.unit import SCHEMES
from schemas.xapi import format_timestamp

_NEVER = format_timestamp(0)


FORMAT = click.option(
    "--format",
    "shape",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="table for people; json and csv as the server answers them.",
)


@click.group
def report() -> None:
    """Read the figures from the store; no server need run.

    \b
    Example:
      lrs report provinces
    """


@report.command
@click.option(
    "--scheme",
    type=click.Choice(SCHEMES),
    default="vn-2025",
    show_default=True,
    help="Provinces before or since 2025-07-01: codes were used again.",
)
@click.option(
    "--period",
    default="total",
    show_default=True,
    help="total, a year, a month or a day: 2025, 2025-04, 2025-04-18.",
)
@click.option(
    "--group",
    default="*",
    show_default=True,
    shell_complete=group_codes,
    help="* for everybody, not-stated, or the code of an audience group.",
)
@FORMAT
@awaited
async def provinces(scheme: str, period: str, group: str, shape: str) -> None:
    """Learners by province, with the nation.

    The table leaves out provinces without any figure; json and csv have them all.

    \b
    Examples:
      lrs report provinces --scheme vn-2004 --period 2025-04-18
      lrs report provinces --group cadres --format csv > cadres.csv
    """
    settings = Settings()
    chosen = scheme_of(scheme), period_of(period), group_of(group)
    async with open_store(settings) as store, open_log(settings) as log:
        found = await report_.read(store, log, *chosen)
    match shape:
        case "json":
            click.echo(json_text(found.model_dump(mode="json")))
        case "csv":
            click.echo(sheet.render(found.head, report_.sheet(found)), nl=False)
        case _:
            click.echo(_table(found))


@report.command
@click.option("--plan", help="The code of one plan alone.")
@click.option("--unit", metavar="UNIT", help="A province: with the plans of those that it succeeded.")
@FORMAT
@awaited
async def targets(plan: str | None, unit: str | None, shape: str) -> None:
    """How far the targets of the provinces' plans are.

    \b
    Examples:
      lrs report targets --unit vn-2025/48
      lrs report targets --plan ha-noi-138 --format json
    """
    settings = Settings()
    province = None if unit is None else unit_of(unit)
    async with open_store(settings) as store, open_log(settings) as log:
        found = await targets_reading.read(store, log, plan, province)
    match shape:
        case "json":
            click.echo(json_text(found.model_dump(mode="json")))
        case "csv":
            click.echo(sheet.render(found.head, targets_sheet.sheet(found)), nl=False)
        case _:
            click.echo(_targets(found))


def _targets(found: Targets) -> str:
    lines = []
    for plan in found.plans:
        known = f"{plan.targets_known} of {plan.targets_stated or '?'} targets"
        now = f", now {plan.now.name}" if plan.now and plan.now.name != plan.name else ""
        lines.append(f"{plan.title} ({plan.plan}; {plan.name}{now}; {known})")
        if plan.targets:
            header = ("due", "group", "indicator", "target", "figure", "of", "status", "missing", "reaches")
            lines.append(aligned(header, [_target(it) for it in plan.targets]))
        lines.append("")
    rules = found.head.ruleset
    reached = "nothing yet" if found.head.through == _NEVER else found.head.through
    lines.append(f"through  {reached}")
    lines.append(f"plans    import {found.book.number}" if found.book.number else "plans    as packaged")
    lines.append(f"rules    {rules.number}; trained: {rules.trained}")
    return "\n".join(lines)


def _target(it: TargetLine) -> tuple[Value, ...]:
    sign = "%" if it.measure == "percent" else ""
    imported = it.imported
    figure = it.count if imported is None else f"{imported.value} ({imported.source})"
    percent = "" if it.percent is None else f"{'over 100 %, ' if it.over_hundred else ''}{it.percent:.2f} %"
    reaches = None if it.pace is None or it.pace.reaches is None else "yes" if it.pace.reaches else "no"
    return (
        it.due,
        it.group,
        it.indicator,
        f"{it.operator} {it.value} {sign}".strip(),
        f"{figure:,}" if isinstance(figure, int) else figure,
        it.denominator,
        ", ".join(filter(None, (it.status, percent))),
        it.gap.people,
        reaches,
    )


def _table(found: Provinces) -> str:
    rows: list[tuple[Value, ...]] = [
        ("" if line.code in NAMES else line.code, line.name, *measures.row(line))
        for line in found.lines
        if any(measures.row(line))
    ]
    left_out = len(found.lines) - len(rows)
    if found.nation is not None:
        rows.append(("", "nation", *measures.row(found.nation)))
    header = (found.head.scheme or "", "province", *(name.replace("_", " ") for name in measures.COLUMNS))
    rules = found.head.ruleset
    everybody = "everybody" if found.group == "*" else found.group
    return "\n".join(
        (
            f"{everybody}, {found.period}; distinct {found.head.counts}",
            aligned(header, rows),
            *([f"{left_out} lines without figures are left out."] if left_out else []),
            f"through  {'nothing yet' if found.head.through == _NEVER else found.head.through}",
            f"rules    {rules.number}; trained: {rules.trained}; split communes: {rules.split_communes}",
        )
    )

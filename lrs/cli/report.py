"""`lrs report`: figures, read from the store directly."""

from __future__ import annotations

import click

from lrs.cli.awaited import awaited
from lrs.cli.complete import group_codes
from lrs.cli.json_text import json_text
from lrs.cli.table import Value, aligned
from lrs.reports import measures, sheet
from lrs.reports import provinces as report_
from lrs.reports.provinces import Provinces
from lrs.reports.selection import NAMES, group_of, period_of, scheme_of
from lrs.settings import Settings
from lrs.wiring import open_log, open_store
from schemas.unit import SCHEMES
from schemas.xapi import format_timestamp

_NEVER = format_timestamp(0)


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
@click.option(
    "--format",
    "shape",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="table for people; json and csv as the server answers them.",
)
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

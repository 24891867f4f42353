"""`lrs plan`: plans, targets, denominators and external figures, from files."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from lrs.audit.operator import operator
from lrs.cli.awaited import awaited
from lrs.cli.json_text import json_text
from lrs.cli.table import aligned
from lrs.plans.importing import File, Proposal, keep, propose, propose_again
from lrs.plans.spreadsheet import LARGEST
from lrs.plans.template import TEMPLATES
from lrs.settings import Settings
from lrs.wiring import open_store
from schemas.plan_book import COLUMNS, Change, TableName
from schemas.plan_import import ImportedFile, PlanImport, in_force
from schemas.plan_sheet import BadSheets
from schemas.row import Row
from schemas.xapi import format_timestamp

TABLES = click.Choice(list(COLUMNS))
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
BY = click.option("--by", metavar="NAME", help="Who does it.  [default: user: and the user of this machine]")


@click.group
def plan() -> None:
    """Import plans and targets, and the figures that they are compared with.

    \b
    Four tables, each in a CSV file, or a sheet of a workbook (XLSX), with these columns in the first row:
      plans             plan scheme province_code date title targets_stated targets_known note
      targets           plan scheme province_code due group indicator operator value unit quote
      denominators      scheme province_code group date people source
      external-figures  scheme province_code group indicator date value unit source
    `lrs plan template TABLE` prints one to begin with, and says what its columns are.

    \b
    Example:
      lrs plan import plans.csv targets.csv --dry-run
    """


@plan.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--whole", is_flag=True, help="FILES are all of their tables: other rows of these are removed.")
@BY
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="What changes, for other programs.")
@awaited
async def import_(
    files: Sequence[Path], *, whole: bool, by: str | None, dry_run: bool, as_json: bool
) -> None:
    """Import FILES together: all of them, or where anything is wrong with one, none.

    A row takes the place of the one with the same plan; or the same unit, group and date (and indicator).
    The targets of a plan are replaced together: a file has all of them. What is not named stays, unless with
    --whole: `lrs plan show TABLE` prints a table to take rows out of. Each import has a number, who made it
    and the digests of its files; `lrs plan history` lists them.

    \b
    Examples:
      lrs plan import denominators.csv --dry-run
      lrs plan import external-figures.csv --whole --dry-run
      lrs plan import ha-noi.xlsx --by "Sở KH&CN Hà Nội"
    """
    async with open_store(Settings(), create=True) as store:
        try:
            proposal = await propose(store, [_file(path) for path in files], by or operator(), whole=whole)
        except BadSheets as bad:
            click.echo(str(bad), err=True)
            count = len(bad.faults)
            raise ValueError(f"nothing was imported: {count} fault{'s' if count > 1 else ''}") from bad
        kept = False if dry_run else await keep(store, proposal)
    if as_json:
        click.echo(json_text({"import": proposal.plan_import.number if kept else None, **_json(proposal)}))
        return
    click.echo(_summary(proposal))
    if dry_run:
        click.echo("Nothing was changed: this was a dry run.")
    elif kept:
        click.echo(f"This is import {proposal.plan_import.number}; the reports have it at once.")
    else:
        click.echo("Nothing was changed: all of it was known.")


def _file(path: Path) -> File:
    if path.stat().st_size > LARGEST:
        raise ValueError(f"{path.name}: at most {LARGEST} bytes (too-large)")
    return File(path.name, path.read_bytes())


def _summary(proposal: Proposal) -> str:
    numbers = Counter((it.table, _kind(it)) for it in proposal.changes)
    rows = [
        (name, *(numbers[name, kind] for kind in ("added", "changed", "removed")))
        for name in COLUMNS
        if any(numbers[name, kind] for kind in ("added", "changed", "removed"))
    ]
    files = proposal.plan_import.files
    lines = [f"{proposal.plan_import.rows} rows in {', '.join(it.name for it in files)}."] if files else []
    lines += map(_line, proposal.changes)
    if rows:
        lines.append(aligned(("table", "added", "changed", "removed"), rows))
    return "\n".join(lines)


def _kind(change: Change) -> str:
    if change.before is None:
        return "added"
    return "removed" if change.after is None else "changed"


def _line(change: Change) -> str:
    """`~ targets p vn-2004 49 2025-12-31 cadres trained: value 80 → 85`."""
    key = " ".join(it or "nation" for it in dict.fromkeys(change.key))
    if change.before is None or change.after is None:
        sign, row = ("+", change.after) if change.before is None else ("-", change.before)
        return f"{sign} {change.table} {key}: {_cells(change, row or {})}"
    before, after = change.before, change.after
    other = (
        f"{column} {before[column] or '(empty)'} → {after[column] or '(empty)'}"
        for column in COLUMNS[change.table]
        if before[column] != after[column]
    )
    return f"~ {change.table} {key}: {', '.join(other)}"


def _cells(change: Change, row: Row) -> str:
    said = ("", *change.key)
    return ", ".join(f"{name} {row[name]}" for name in COLUMNS[change.table] if row[name] not in said)


def _json(proposal: Proposal) -> dict[str, object]:
    return {
        "rows": proposal.plan_import.rows,
        "files": [{"name": it.name, "sha256": it.sha256} for it in proposal.plan_import.files],
        "changes": [
            {"table": it.table, "kind": _kind(it), "before": it.before, "after": it.after}
            for it in proposal.changes
        ],
    }


@plan.command
@click.argument("table", type=TABLES)
@click.option("--import", "number", type=click.IntRange(0), help="As it was after this import; 0: packaged.")
@awaited
async def show(table: TableName, number: int | None) -> None:
    """Print a TABLE as it is in force, as CSV that can be changed and imported again.

    \b
    Examples:
      lrs plan show targets > targets.csv
      lrs plan show denominators --import 3
    """
    found = None
    if number != 0:
        async with open_store(Settings()) as store:
            found = await store.plan_import(number)
    if number and found is None:
        raise ValueError(f"there is no import {number}: see `lrs plan history`")
    click.echo(_csv(table, in_force(found).rows[table].values()), nl=False)


def _csv(table: TableName, rows: Iterable[Row]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS[table], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@plan.command
@click.argument("number", type=click.IntRange(0))
@BY
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@awaited
async def restore(number: int, by: str | None, dry_run: bool) -> None:
    """Make all tables again as they were after the import NUMBER (0: as they were before any).

    It is an import of its own: those in between stay in the history.

    \b
    Example:
      lrs plan restore 3 --dry-run
    """
    async with open_store(Settings(), create=True) as store:
        proposal = await propose_again(store, number, by or operator())
        kept = False if dry_run else await keep(store, proposal)
    click.echo(_summary(proposal))
    if dry_run:
        click.echo("Nothing was changed: this was a dry run.")
    elif kept:
        click.echo(f"This is import {proposal.plan_import.number}: all is again as after {number}.")
    else:
        click.echo("Nothing was changed: all is as it was then.")


@plan.command
@click.option("--json", "as_json", is_flag=True, help="For other programs.")
@awaited
async def history(as_json: bool) -> None:
    """List the imports, the latest last.

    \b
    Example:
      lrs plan history
    """
    async with open_store(Settings()) as store:
        found = await store.plan_imports()
    if as_json:
        click.echo(json_text([_head(it) for it in found]))
        return
    if not found:
        click.echo("Nothing was imported: the plans are those that ship with the program.")
        return
    rows = [
        (str(it.number), format_timestamp(it.moment), it.by, it.rows, file.name, file.sha256)
        for it in found
        for file in it.files or (ImportedFile("(restored)", ""),)
    ]
    click.echo(aligned(("import", "when", "by", "rows", "file", "sha-256"), rows))


def _head(it: PlanImport) -> dict[str, object]:
    files = [{"name": file.name, "sha256": file.sha256} for file in it.files]
    when = format_timestamp(it.moment)
    return {"number": it.number, "when": when, "by": it.by, "rows": it.rows, "files": files}


@plan.command
@click.argument("table", type=TABLES)
def template(table: TableName) -> None:
    """Print a TABLE with an example row, to begin with; on standard error what its columns are.

    \b
    Example:
      lrs plan template denominators > denominators.csv
    """
    made = TEMPLATES[table]
    click.echo(_csv(table, [made.example]), nl=False)
    click.echo(aligned(("column", "what"), list(made.columns.items())), err=True)

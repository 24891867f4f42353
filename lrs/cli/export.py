"""`lrs export`: what the store holds, whole."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import click
import orjson

from lrs.audit.operator import note
from lrs.cli.awaited import awaited
from lrs.cli.progress import Progress
from lrs.exports.file import ExportFile
from lrs.exports.line import line
from lrs.exports.link import held, said
from lrs.exports.parquet import ParquetFile
from lrs.exports.place import lines_of
from lrs.exports.statements import Part, parts
from lrs.settings import Settings
from lrs.wiring import open_store
from schemas.audit import What, about
from schemas.bookmark import Bookmark
from schemas.profile import Profile

PARQUET = ".parquet"


@click.group
def export() -> None:
    """Give out what the store holds.

    \b
    Example:
      lrs export statements --output statements.ndjson.gz
    """


@export.command
@click.option(
    "--province",
    "provinces",
    multiple=True,
    metavar="UNIT",
    help="Only statements of this province, as vn-2025/48 or vn-2004/not-stated; may be given several times.",
)
@click.option(
    "--from", "start", metavar="POSITION", help="Where an earlier export ended; else the beginning."
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Else standard output. Packed where the name ends with .gz, Parquet where it ends with .parquet.",
)
@awaited
async def statements(provinces: tuple[str, ...], start: str | None, output: Path | None) -> None:
    """Every statement, one a line of JSON, in the order of the log.

    A line has the statement's place in the log, its platform, whether it is voided, and the statement as it
    is stored. What was erased is not there. A statement is of the province at which it is counted itself, in
    either scheme, under the rules of now: after they changed, begin a file of a province anew.

    The position it got to is printed at the end; with it as --from the next export has what came since: no
    gap, no repeat. With --output it is kept in FILE.position, and the same command once more goes on from
    there, also after it was killed.

    The export holds personal data: keep it as the store is kept.

    \b
    Examples:
      lrs export statements --output statements.ndjson.gz
      lrs export statements --province vn-2025/48 --output da-nang.ndjson
      lrs export statements --from 5e0c1f2a.0-1200.1-980 > since.ndjson
    """
    lines, began = lines_of(provinces), None if start is None else Bookmark.parse(start)
    settings = Settings()
    profile = Profile(settings.namespaces)
    progress = Progress()
    async with open_store(settings) as store:
        asked = about({"province": ",".join(sorted(lines)), "from": start or ""})
        # when it begins, so that it is known of one that was broken off
        await note(store, What.EXPORT_STATEMENTS, 0, asked)
        if output is not None and output.suffix == PARQUET:
            parquet = ParquetFile(output, lines, began)
            try:
                async for part in parts(store, profile, lines, began):
                    await asyncio.to_thread(parquet.write, part.statements, part.after)
                    progress("statements", len(part.statements))
                parquet.finish()
            except BaseException:
                parquet.abandon()
                raise
            at = parquet.at
        elif output is not None:
            file = ExportFile.open(output, lines, began)
            try:
                async for part in parts(store, profile, lines, file.at):
                    await asyncio.to_thread(file.write, map(line, part.statements), part.after)
                    progress("statements", len(part.statements))
            finally:
                file.close()
            at = file.at
        else:
            at = began or Bookmark()
            async for part in parts(store, profile, lines, at):
                await asyncio.to_thread(_print, part)
                progress("statements", len(part.statements))
                at = part.after
        await note(store, What.EXPORT_STATEMENTS, progress.done("statements"), asked)
    progress.close()
    click.echo(f"position {at}", err=True)


@export.command
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Else standard output.",
)
@awaited
async def links(output: Path | None) -> None:
    """Every account that is a person's, one a line of JSON, by pseudonyms.

    With the statements it is all that the figures are made of. An account's pseudonym is the BLAKE2b hash (16
    bytes, personalised "learner") of `account:HOMEPAGE|NAME`; a person's is made with LRS_PERSON_SECRET. `by`
    is the import that said so, or where `claimed` is true the platform.

    Who has the statements can tell whose pseudonyms they are: keep it as the store is kept.

    \b
    Examples:
      lrs export links --output links.ndjson
      lrs export links | wc -l
    """
    async with open_store(Settings()) as store:
        # when it begins, so that it is known of one that was broken off
        await note(store, What.EXPORT_LINKS, 0)
        amount = 0
        with click.open_file("-" if output is None else str(output), "wb", atomic=output is not None) as file:
            async for it in held(store):
                file.write(orjson.dumps(said(it)) + b"\n")
                amount += 1
        await note(store, What.EXPORT_LINKS, amount)
    click.echo(f"{amount:,} links", err=True)


def _print(part: Part) -> None:
    sys.stdout.buffer.writelines(line(it) + b"\n" for it in part.statements)
    sys.stdout.buffer.flush()

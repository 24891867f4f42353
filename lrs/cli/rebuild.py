"""`lrs rebuild`, and what a change of the rules has in common with it."""

from __future__ import annotations

import time

import click
import orjson

from consumers.rebuild import rebuild as fill
from lrs.audit.operator import note
from lrs.cli.awaited import awaited
from lrs.cli.progress import Progress
from lrs.registry import ensure_living
from lrs.settings import Settings
from lrs.wiring import open_log, open_store
from schemas.audit import What
from schemas.ports import Store
from schemas.profile import Profile
from schemas.ruleset import Ruleset


async def refill(settings: Settings, store: Store, ruleset: Ruleset) -> int:
    """Make all figures again under these rules, which are a change of those of their number, showing
    progress; returns the new number.
    """
    progress = Progress()
    async with open_log(settings, create=True) as log:
        number = await fill(
            log, store, ruleset, Profile(settings.namespaces), progress, based_on=ruleset.number
        )
    progress.close()
    await note(store, What.CHANGE_RULES, about=orjson.dumps({"ruleset": number}).decode())
    return number


@click.command
@awaited
async def rebuild() -> None:
    """Make all figures again from the stored statements.

    It fills a new ruleset beside the living one, which goes on being counted and reported until the new one
    has caught up and takes its place. It needs nobody to stop, and may be interrupted and begun again.

    \b
    Example:
      lrs rebuild
    """
    settings = Settings()
    async with open_store(settings) as store:
        living = await ensure_living(store)
        same = living.model_copy(update={"revision": 0, "created": time.time_ns() // 1_000_000})
        number = await refill(settings, store, same)
    click.echo(f"The figures of ruleset {number} have replaced those of {living.number}.")

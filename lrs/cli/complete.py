"""What a shell may offer for an argument when the tabulator is pressed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import click
from click.shell_completion import CompletionItem

from lrs.settings import Settings
from lrs.wiring import open_store
from schemas.group import groups
from schemas.unit import SCHEMES, gazetteer

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def platforms(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The platforms that are registered; none where the store does not say."""

    async def names() -> list[str]:
        async with open_store(Settings()) as store:
            return sorted((await store.living()).platforms)

    try:
        found = asyncio.run(names())
    except Exception:  # whatever it is, a prompt is no place to tell it
        return []
    return [CompletionItem(name) for name in found if name.startswith(incomplete)]


def province_units(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Provinces of both schemes, and the communes of a province that is written out."""
    done, comma, last = incomplete.rpartition(",")
    provinces = [unit for scheme in SCHEMES for unit in gazetteer().provinces(scheme)]
    communes = [it for unit in provinces if last.startswith(f"{unit}/") for it in gazetteer().communes(unit)]
    return [
        CompletionItem(f"{done}{comma}{unit}", help=gazetteer().name(unit))
        for unit in communes or provinces
        if str(unit).startswith(last)
    ]


def group_codes(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The groups that a statement may name."""
    done, comma, last = incomplete.rpartition(",")
    return [
        CompletionItem(f"{done}{comma}{code}", help=group.vi)
        for code, group in groups().items()
        if group.sendable and code.startswith(last)
    ]

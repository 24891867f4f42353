"""An import of plans: looked at first, then kept."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from lrs.plans.spreadsheet import sheets_of
from schemas.errors import Fenced
from schemas.plan_book import Change, PlanBook
from schemas.plan_import import MOST_FILES, ImportedFile, PlanImport, in_force
from schemas.plan_sheet import BadSheets, Fault, check, read_sheets
from schemas.ports import PlanStore

LARGEST_CONTENT = 12 * 1024 * 1024
"""Bytes of all that imports have brought, at most: one document of every store holds them."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that somebody wants to import: its name, without its folder, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an import would be, and what it would change; nothing is written yet."""

    plan_import: PlanImport
    changes: Sequence[Change]


async def propose(store: PlanStore, files: Sequence[File], by: str, *, whole: bool = False) -> Proposal:
    """What importing these files together would change; with `whole` they are all that there is of their
    tables. Raises BadSheets.
    """
    if len(files) > MOST_FILES:
        raise BadSheets([Fault("all files", None, None, "too-many-files", f"at most {MOST_FILES} files")])
    sheets = [sheet for file in files for sheet in sheets_of(file.name, file.content)]
    read = read_sheets(sheets, whole=whole)
    latest = await store.plan_import()
    before = in_force(latest)
    after = check(read, before)
    brought = PlanBook.of({}) if latest is None else PlanBook.decode(latest.content)
    content = brought.with_(read.book).encode()
    if len(content) > LARGEST_CONTENT:
        message = f"with what was imported before, more than {LARGEST_CONTENT} bytes"
        raise BadSheets([Fault("all files", None, None, "too-large", message)])
    plan_import = PlanImport(
        number=1 if latest is None else latest.number + 1,
        moment=time.time_ns() // 1_000_000,
        by=by,
        files=tuple(ImportedFile(it.name, sha256(it.content).hexdigest()) for it in files),
        rows=len(read.places),
        content=content,
    )
    return Proposal(plan_import, before.changes(after))


async def propose_again(store: PlanStore, number: int, by: str) -> Proposal:
    """What it would change to have all as it was after an import, 0 being before any. Raises ValueError where
    there is no such import.
    """
    wanted = None if number == 0 else await store.plan_import(number)
    if number and wanted is None:
        raise ValueError(f"there is no import {number}: see `lrs plan history`")
    latest = await store.plan_import()
    plan_import = PlanImport(
        number=1 if latest is None else latest.number + 1,
        moment=time.time_ns() // 1_000_000,
        by=by,
        files=(),
        rows=0,
        content=PlanBook.of({}).encode() if wanted is None else wanted.content,
    )
    return Proposal(plan_import, in_force(latest).changes(in_force(wanted)))


async def keep(store: PlanStore, proposal: Proposal) -> bool:
    """Make a proposal the plans in force; False, and nothing is kept, where it changes nothing.

    Raises ValueError where somebody else imported since it was made.
    """
    if not proposal.changes:
        return False
    try:
        await store.add_plan_import(proposal.plan_import)
    except Fenced:
        raise ValueError("somebody else imported plans at this moment: look at it once more") from None
    return True

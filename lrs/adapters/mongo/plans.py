"""What was imported of plans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pymongo import DESCENDING
from pymongo.errors import DuplicateKeyError

from lrs.adapters.mongo.address import Database
from lrs.adapters.mongo.failure import translated
from lrs.adapters.mongo.reading import everything
from schemas.errors import Fenced
from schemas.plan_import import ImportedFile, PlanImport

_HEAD = {"content": 0}


class Plans:
    """The part of the store that keeps imports of plans. None is ever removed, so a number that is there,
    or whose forerunner is not, was taken or is too early.
    """

    _database: Database

    async def add_plan_import(self, plan_import: PlanImport) -> None:
        imports = self._database["plan_imports"]
        with translated():
            latest = await self._latest({"_id": 1})
            if plan_import.number != (latest["_id"] if latest else 0) + 1:
                raise Fenced(f"import {plan_import.number} does not come after the latest one")
            try:
                await imports.insert_one(_document(plan_import))
            except DuplicateKeyError:
                raise Fenced(f"import {plan_import.number} is somebody else's") from None

    async def plan_import(self, number: int | None = None) -> PlanImport | None:
        with translated():
            if number is None:
                found = await self._latest(None)
            else:
                found = await self._database["plan_imports"].find_one({"_id": number})
        return None if found is None else _import(found)

    async def plan_imports(self) -> Sequence[PlanImport]:
        with translated():
            found = await everything(self._database["plan_imports"], {}, _HEAD)
        return sorted(map(_import, found), key=lambda it: it.number)

    async def _latest(self, projection: dict[str, int] | None) -> dict[str, Any] | None:
        found: dict[str, Any] | None = await self._database["plan_imports"].find_one(
            {}, projection, sort=[("_id", DESCENDING)]
        )
        return found


def _document(it: PlanImport) -> dict[str, Any]:
    return {
        "_id": it.number,
        "moment": it.moment,
        "by": it.by,
        "files": [[file.name, file.sha256] for file in it.files],
        "rows": it.rows,
        "content": it.content,
    }


def _import(document: dict[str, Any]) -> PlanImport:
    files = tuple(ImportedFile(*file) for file in document["files"])
    content = document.get("content", b"")
    number, moment, by, rows = (document[name] for name in ("_id", "moment", "by", "rows"))
    return PlanImport(number, moment, by, files, rows, content)

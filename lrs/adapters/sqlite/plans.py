"""What was imported of plans."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import orjson

from lrs.adapters.sqlite.database import Database
from schemas.errors import Fenced
from schemas.plan_import import ImportedFile, PlanImport

_HEAD = "number, moment, by, files, rows"
_ADD = f"INSERT INTO plan_imports ({_HEAD}, content) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608
_ALL = f"SELECT {_HEAD} FROM plan_imports ORDER BY number"  # noqa: S608
_LATEST = f"SELECT {_HEAD}, content FROM plan_imports ORDER BY number DESC LIMIT 1"  # noqa: S608
_ONE = f"SELECT {_HEAD}, content FROM plan_imports WHERE number = ?"  # noqa: S608


class Plans:
    """The part of the store that keeps imports of plans."""

    _provinces: Database

    async def add_plan_import(self, plan_import: PlanImport) -> None:
        await self._provinces.write(_add, plan_import)

    async def plan_import(self, number: int | None = None) -> PlanImport | None:
        sql, values = (_LATEST, ()) if number is None else (_ONE, (number,))
        found = await self._provinces.read(_select, sql, *values)
        return found[0] if found else None

    async def plan_imports(self) -> Sequence[PlanImport]:
        return await self._provinces.read(_select, _ALL)


def _add(connection: sqlite3.Connection, it: PlanImport) -> None:
    (latest,) = connection.execute("SELECT coalesce(max(number), 0) FROM plan_imports").fetchone()
    if it.number != latest + 1:
        raise Fenced(f"the latest import is {latest}: another one came in between")
    files = orjson.dumps([[file.name, file.sha256] for file in it.files]).decode()
    connection.execute(_ADD, (it.number, it.moment, it.by, files, it.rows, it.content))


def _select(connection: sqlite3.Connection, sql: str, *values: Any) -> list[PlanImport]:
    return [
        PlanImport(
            number, moment, by, tuple(ImportedFile(*file) for file in orjson.loads(files)), rows, *content
        )
        for number, moment, by, files, rows, *content in connection.execute(sql, values)
    ]

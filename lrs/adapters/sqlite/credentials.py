"""Credentials of platforms."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence

import orjson

from lrs.adapters.sqlite.database import Database
from schemas.credential import Credential, Scope

_COLUMNS = "key, hashed, platform, scopes, created, revoked"
_ADD = f"INSERT INTO credentials ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING"  # noqa: S608
_ALL = f"SELECT {_COLUMNS} FROM credentials"  # noqa: S608


class Credentials:
    """The part of the store that keeps credentials."""

    _statements: Database

    async def add_credential(self, credential: Credential) -> None:
        if not await self._statements.write(_add, credential):
            raise ValueError(f"the key {credential.key} is taken")

    async def credential(self, key: str) -> Credential | None:
        found = await self._statements.read(_select, f"{_ALL} WHERE key = ?", key)
        return found[0] if found else None

    async def credentials(self, platform: str | None = None) -> Sequence[Credential]:
        if platform is None:
            return await self._statements.read(_select, f"{_ALL} ORDER BY created, key")
        return await self._statements.read(
            _select, f"{_ALL} WHERE platform = ? ORDER BY created, key", platform
        )

    async def revoke_credential(self, key: str) -> bool:
        return await self._statements.write(_revoke, key, time.time_ns() // 1_000_000)


def _add(connection: sqlite3.Connection, credential: Credential) -> bool:
    scopes = orjson.dumps(sorted(credential.scopes)).decode()
    row = (
        credential.key,
        credential.hashed,
        credential.platform,
        scopes,
        credential.created,
        credential.revoked,
    )
    return connection.execute(_ADD, row).rowcount == 1


def _select(connection: sqlite3.Connection, sql: str, *values: str) -> list[Credential]:
    return [
        Credential(key, hashed, platform, frozenset(map(Scope, orjson.loads(scopes))), created, revoked)
        for key, hashed, platform, scopes, created, revoked in connection.execute(sql, values)
    ]


def _revoke(connection: sqlite3.Connection, key: str, now: int) -> bool:
    row = connection.execute(
        "UPDATE credentials SET revoked = ? WHERE key = ? AND revoked IS NULL", (now, key)
    )
    return row.rowcount == 1

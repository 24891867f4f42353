"""Credentials of platforms."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from pymongo.errors import DuplicateKeyError

from lrs.adapters.mongo.address import Database
from lrs.adapters.mongo.failure import translated
from lrs.adapters.mongo.reading import everything
from schemas.credential import Credential, Scope


class Credentials:
    """The part of the store that keeps credentials."""

    _database: Database

    async def add_credential(self, credential: Credential) -> None:
        document = {
            "_id": credential.key,
            "hashed": credential.hashed,
            "platform": credential.platform,
            "scopes": sorted(map(str, credential.scopes)),
            "created": credential.created,
            "revoked": credential.revoked,
        }
        with translated():
            try:
                await self._database["credentials"].insert_one(document)
            except DuplicateKeyError:
                raise ValueError(f"the key {credential.key} is taken") from None

    async def credential(self, key: str) -> Credential | None:
        with translated():
            found = await self._database["credentials"].find_one({"_id": key})
        return None if found is None else _credential(found)

    async def credentials(self, platform: str | None = None) -> Sequence[Credential]:
        of = {} if platform is None else {"platform": platform}
        with translated():
            found = await everything(self._database["credentials"], of)
        return sorted(map(_credential, found), key=lambda it: (it.created, it.key))

    async def revoke_credential(self, key: str) -> bool:
        now = time.time_ns() // 1_000_000
        with translated():
            revoked = await self._database["credentials"].update_one(
                {"_id": key, "revoked": None}, {"$set": {"revoked": now}}
            )
        return revoked.matched_count == 1


def _credential(document: dict[str, Any]) -> Credential:
    return Credential(
        document["_id"],
        document["hashed"],
        document["platform"],
        frozenset(map(Scope, document["scopes"])),
        document["created"],
        document["revoked"],
    )

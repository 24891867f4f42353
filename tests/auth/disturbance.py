"""The means to disturb a store and to move time."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.credential import Credential
from schemas.errors import Unavailable
from schemas.ports import CredentialStore
from schemas.registration import Registration

PLATFORM = Registration(name="one-touch", unit="vn-2004/49", provinces=frozenset({"vn-2004/49"}))


class Clock:
    """Stands still until it is moved. Seconds."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Disturbed(CredentialStore):
    """The credentials of a real store, with a count of the questions and an answer that may fail to come."""

    def __init__(self, credentials: CredentialStore) -> None:
        self._credentials = credentials
        self.asked = 0
        self.down = False

    async def credential(self, key: str) -> Credential | None:
        self.asked += 1
        if self.down:
            raise Unavailable("down")
        return await self._credentials.credential(key)

    async def credentials(self, platform: str | None = None) -> Sequence[Credential]:
        return await self._credentials.credentials(platform)

    async def add_credential(self, credential: Credential) -> None:
        await self._credentials.add_credential(credential)

    async def revoke_credential(self, key: str) -> bool:
        return await self._credentials.revoke_credential(key)

"""Who a request comes from: a slow hash the first time, a look-up ever after.

A (key, secret) that was verified is remembered under a digest keyed with random bytes of this process, so
the secret does not stay in memory. What is remembered is checked against the store again when it is older
than `fresh`, without the slow hash; so a revoked credential is refused within `fresh` seconds.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeVar

from lrs.auth.basic import LONGEST_HEADER, compose, parse
from lrs.auth.hashing import unmatched, verify
from lrs.auth.principal import Principal
from lrs.auth.unauthorized import Reason, Unauthorized
from lrs.problem import overloaded
from schemas.credential import Credential
from schemas.errors import StoreError, Unavailable
from schemas.ports import CredentialStore

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


@dataclass(slots=True)
class _Passed:
    """A pair that was verified. `confirmed`: when the store last said so. `until`: when to ask it again."""

    principal: Principal
    hashed: str
    confirmed: float
    until: float


@dataclass(frozen=True, slots=True)
class _Failed:
    """A pair that was refused, and until when that is not looked at again."""

    reason: Reason
    until: float


class Authenticator:
    """Verifies Basic credentials. Times are seconds.

    `fresh`: how old an answer may be. `grace`: how long what was verified is still served while the store
    does not answer; `patience`: how long it is asked. `refused`: how long a wrong pair is refused unseen.
    `hashes` run at once, `waiting` more may wait for them. `capacity`: pairs remembered, the right ones and
    the wrong ones apart.
    """

    def __init__(
        self,
        credentials: CredentialStore,
        *,
        fresh: float = 2.0,
        grace: float = 30.0,
        patience: float = 1.0,
        refused: float = 5.0,
        hashes: int = 2,
        waiting: int = 64,
        capacity: int = 4096,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._credentials = credentials
        self._fresh = fresh
        self._grace = grace
        self._patience = patience
        self._refused = refused
        self._room = hashes + waiting
        self._capacity = capacity
        self._clock = clock
        self._keyed = blake2b(key=os.urandom(32), digest_size=16)
        self._nobody = unmatched()
        self._passed: dict[bytes, _Passed] = {}
        self._failed: dict[bytes, _Failed] = {}
        self._flights: dict[bytes, asyncio.Task[Principal | Reason]] = {}
        # Its own threads: a hash waits for hashes, and nothing else waits for a hash.
        self._threads = ThreadPoolExecutor(hashes, thread_name_prefix="hash")
        self._hashing = 0

    async def authenticate(self, header: str | None) -> Principal:
        """The principal of the value of the header Authorization.

        Raises Unauthorized; the problem *authentication-overloaded* (503) where too many hashes wait;
        StoreError where the store does not answer and nothing may stand in for it.
        """
        if header is None or len(header) > LONGEST_HEADER:
            raise Unauthorized("credential-missing" if header is None else "credential-invalid")
        passed = self._passed.get(self._digest(header))
        if passed is not None and self._clock() < passed.until:
            return passed.principal
        return await self._decided(*parse(header))

    def _digest(self, header: str) -> bytes:
        digest = self._keyed.copy()
        digest.update(header.encode("utf-8", "surrogatepass"))
        return digest.digest()

    async def _decided(self, key: str, secret: str) -> Principal:
        # However the header was written, one pair is one entry and one check.
        digest = self._digest(compose(key, secret))
        passed = self._passed.get(digest)
        if passed is not None and self._clock() < passed.until:
            return passed.principal
        failed = self._failed.get(digest)
        if failed is not None and self._clock() < failed.until:
            raise Unauthorized(failed.reason)
        flight = self._flights.get(digest)
        if flight is None:
            check = self._check(digest, key, secret, passed)
            flight = self._flights[digest] = asyncio.create_task(check)
        # Shielded: whoever hangs up takes nothing from the others that wait for the same answer.
        answer = await asyncio.shield(flight)
        if isinstance(answer, str):
            raise Unauthorized(answer)
        return answer

    async def _check(
        self, digest: bytes, key: str, secret: str, passed: _Passed | None
    ) -> Principal | Reason:
        try:
            if passed is not None:
                answer = await self._check_again(digest, key, passed)
                if answer is not None:
                    return answer
            return await self._check_slowly(digest, key, secret)
        finally:
            del self._flights[digest]

    async def _check_again(self, digest: bytes, key: str, passed: _Passed) -> Principal | Reason | None:
        """What the store says now of a pair that was right; None if its secret is another one now."""
        asked = self._clock()
        try:
            credential = await self._credential(key)
        except StoreError:
            until = passed.confirmed + self._grace
            if asked >= until:
                raise
            # Not asked at every request: a store in trouble is not helped by that.
            passed.until = min(asked + self._fresh, until)
            return passed.principal
        if credential is None or credential.hashed != passed.hashed:
            del self._passed[digest]
            return None
        return self._remembered(digest, credential, asked)

    async def _check_slowly(self, digest: bytes, key: str, secret: str) -> Principal | Reason:
        if self._hashing >= self._room:
            raise overloaded(
                "authentication-overloaded", "Too many new credentials at once. Send the same request again."
            )
        self._hashing += 1
        try:
            asked = self._clock()
            credential = await self._credential(key)
            # An unknown key costs what a wrong secret costs, so that time does not tell which keys exist.
            hashed = self._nobody if credential is None else credential.hashed
            loop = asyncio.get_running_loop()
            right = await loop.run_in_executor(self._threads, verify, secret, hashed)
        finally:
            self._hashing -= 1
        if credential is None or not right:
            return self._remembered_refusal(digest, "credential-invalid")
        return self._remembered(digest, credential, asked)

    async def _credential(self, key: str) -> Credential | None:
        try:
            async with asyncio.timeout(self._patience):
                return await self._credentials.credential(key)
        except TimeoutError:
            raise Unavailable("the store does not answer whose credential this is") from None

    def _remembered(self, digest: bytes, credential: Credential, asked: float) -> Principal | Reason:
        if credential.revoked is not None:
            self._passed.pop(digest, None)
            return self._remembered_refusal(digest, "credential-revoked")
        principal = Principal(credential.platform, credential.key, credential.scopes)
        passed = _Passed(principal, credential.hashed, asked, asked + self._fresh)
        _put_last(self._passed, digest, passed, self._capacity)
        return principal

    def _remembered_refusal(self, digest: bytes, reason: Reason) -> Reason:
        failed = _Failed(reason, self._clock() + self._refused)
        _put_last(self._failed, digest, failed, self._capacity)
        return reason


def _put_last(entries: dict[_Key, _Value], key: _Key, value: _Value, capacity: int) -> None:
    """Bounded, and the first to go is what was checked least lately: what is in use is checked often."""
    entries.pop(key, None)
    entries[key] = value
    if len(entries) > capacity:
        del entries[next(iter(entries))]

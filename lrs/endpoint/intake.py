"""Takes prepared statements in: refuses conflicts, appends; on return they are durable (G1, G3, G4)."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Literal

import orjson

from consumers.projector import CREDENTIAL, PERSON_KEYS, PLATFORM, VOIDS_ANY
from lrs.auth.principal import Principal
from lrs.endpoint.commit import Appending, GroupCommit
from lrs.endpoint.deadlines import Deadlines
from lrs.endpoint.lookup import Lookup
from lrs.endpoint.prepare import Prepared
from lrs.endpoint.unprojected import Unprojected
from schemas.credential import Scope
from schemas.document import StoredStatement, same_content
from schemas.erasure import named, same_but_erased
from schemas.errors import Busy, StoreError, Unavailable
from schemas.ports import EventLog, StatementStore
from schemas.record import STATEMENTS, Headers, NewRecord, Record

SCHEMA = ("schema", b"1")
"""The header that says in which form the value is."""
PATIENCE = 15.0
"""Seconds that a request waits for the log; its statements may come to be stored after that."""
UNCONFIRMED = "the log has not confirmed these statements yet: send them again"


PERSON = b"ext/person"
"""Is in every statement that says whose an account is."""


Standing = Literal["new", "same", "voided", "erased", "other"]
"""Nothing is under a statement's id; the same content is; it is there, and voided; nothing is left of it,
since its learner was erased, which its platform alone is told; other content is.
"""


class ConflictingStatement(Exception):
    """The id of the request's statement `index` is taken by a statement with other content."""

    def __init__(self, index: int, identifier: str) -> None:
        super().__init__(f"statement {identifier} exists with other content")
        self.index = index
        self.identifier = identifier


class ProjectionBehind(Exception):
    """So much is appended and not yet projected that no more ids can be kept."""


def runs(places: Iterable[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Partition, first offset and length of each row of neighbours: a batch that is sent again is one."""
    found: list[tuple[int, int, int]] = []
    for partition, offset in sorted(places):
        if found and found[-1][0] == partition and sum(found[-1][1:]) == offset:
            found[-1] = (partition, found[-1][1], found[-1][2] + 1)
        else:
            found.append((partition, offset, 1))
    return found


class Intake:
    """The way into the log."""

    def __init__(
        self,
        log: EventLog,
        store: StatementStore,
        commit: GroupCommit,
        unprojected: Unprojected,
        home_page: str,
        doubt: Callable[[Sequence[str]], None] | None = None,
        answering: Callable[[], bool] = lambda: True,
        person_keys: Callable[[str], Awaitable[bool]] | None = None,
    ) -> None:
        """`doubt` is given the ids of an append that failed and may have been done all the same: it lets go
        of them when that is known. Where the store was not `answering` a moment ago it is not asked: every
        request would wait for nothing. `person_keys`: whether a platform's statements may say whose an
        account is; it is asked where they do, and may raise Unavailable.
        """
        self._person_keys = person_keys
        self._log = log
        self._store = store
        self._lookup = Lookup(store)
        self._commit = commit
        self._unprojected = unprojected
        self._home_page = home_page
        self._doubt = doubt or unprojected.release
        self._answering = answering
        self._deadlines = Deadlines(PATIENCE)
        self._authorities: dict[str, dict[str, Any]] = {}
        self._headers: dict[Principal, Headers] = {}
        self._written: dict[str, dict[int, int]] = defaultdict(dict)

    @property
    def has_room(self) -> bool:
        """Whether anything can be taken now."""
        return self._unprojected.has_room(1)

    def authority(self, principal: Principal) -> dict[str, Any]:
        """The agent that vouches for what this principal sends: its platform's account here."""
        authority = self._authorities.get(principal.platform)
        if authority is None:
            account = {"homePage": self._home_page, "name": principal.platform}
            authority = self._authorities[principal.platform] = {"objectType": "Agent", "account": account}
        return authority

    async def take(self, principal: Principal, prepared: Prepared) -> None:
        """Append a request's statements, all or none.

        Raises ConflictingStatement, ProjectionBehind, or Unavailable; then nothing of the request is
        stored, but after Unavailable it may be: sending it again with the same ids is harmless.
        """
        ids = prepared.ids
        if not ids:
            return
        if not self._unprojected.has_room(len(ids)):
            raise ProjectionBehind
        if not self._unprojected.claim_now(ids):
            await self._claim(ids)
        try:
            if prepared.given:
                await self._refuse_conflicts(prepared)
            headers = self._headers_of(principal)
            if any(PERSON in value for value in prepared.values) and await self._may_link(principal):
                headers = (*headers, (PERSON_KEYS, b"1"))
            appending = self._commit.append([NewRecord(value, headers) for value in prepared.values])
        except BaseException:
            self._unprojected.release(ids)
            raise
        # the ids stay claimed until it is known what became of them, whoever still waits to be told
        told = self._deadlines.future()
        appending.add_done_callback(partial(self._appended, principal, ids, told))
        try:
            await told
        except TimeoutError:
            if self._commit.withdraw(appending):
                appending.cancel()
                raise Unavailable("the log takes no statements at the moment: nothing was stored") from None
            raise Unavailable(UNCONFIRMED) from None

    async def _claim(self, ids: Sequence[str]) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await self._unprojected.claim(ids)
        except TimeoutError:
            raise Unavailable(UNCONFIRMED) from None

    def _appended(
        self, principal: Principal, ids: Sequence[str], told: asyncio.Future[None], appending: Appending
    ) -> None:
        """Tell who waits for it. Note where they are; that they are nowhere; or, where nobody knows, that the
        log must be read.
        """
        if not told.done():
            _tell(told, appending)
        if not appending.cancelled():
            error = appending.exception()
            if error is None:
                partition, first = appending.result()
                self._unprojected.appended(ids, partition, first)
                written = self._written[principal.key]
                written[partition] = max(written.get(partition, 0), first + len(ids))
            elif isinstance(error, StoreError) and not isinstance(error, Busy):
                self._doubt(ids)
                return
        self._unprojected.release(ids)

    def written(self, principal: Principal) -> Mapping[int, int]:
        """By partition the end of what was appended here for this credential until now (G13)."""
        return dict(self._written.get(principal.key, ()))

    async def _refuse_conflicts(self, prepared: Prepared) -> None:
        taken = await self._taken(prepared.given)
        if not taken:
            return
        for index, (identifier, value) in enumerate(zip(prepared.ids, prepared.values, strict=True)):
            other = taken.get(identifier)
            if other is not None and not await self._is_same(other, orjson.loads(value)):
                raise ConflictingStatement(index, identifier)

    async def standing(self, platform: str, ids: Sequence[str], values: Sequence[bytes]) -> list[Standing]:
        """How each of these statements of a platform, under its id, stands to what is kept or on its way.

        Raises as the store does: unlike `take` it has nothing that would be lost by waiting.
        """
        on_its_way = await self._on_its_way(ids)
        stored = await self._lookup.find(ids)
        found: list[Standing] = []
        for identifier, value in zip(ids, values, strict=True):
            there = stored.get(identifier)
            other = on_its_way.get(identifier) if there is None else _content(there)
            if other is None:
                found.append("new")
            elif there is not None and not there.text and there.platform == platform:
                found.append("erased")
            elif not await self._is_same(other, orjson.loads(value)):
                found.append("other")
            else:
                found.append("voided" if there is not None and there.voided else "same")
        return found

    async def _is_same(self, other: dict[str, Any] | StoredStatement, statement: dict[str, Any]) -> bool:
        """Whether a statement is what stands under its id; `other`: as stored where somebody was taken out of
        it.
        """
        if isinstance(other, StoredStatement):
            erased = await self._store.erasures(sorted(named(statement)))
            return same_but_erased(other, statement, erased)
        return same_content(other, statement)

    async def _taken(self, ids: Sequence[str]) -> dict[str, dict[str, Any] | StoredStatement]:
        """The statements that have these ids: appended first, then stored, so that none slips through in
        between. Those alone that are not yet projected where the store does not answer.
        """
        taken: dict[str, dict[str, Any] | StoredStatement] = {**await self._on_its_way(ids)}
        # the log is what takes statements; the projector keeps the first and sets another one aside
        found: Mapping[str, StoredStatement] = {}
        if self._answering():
            with suppress(StoreError):
                found = await self._lookup.find(ids)
        if found:
            for identifier in ids:
                if identifier in found:
                    taken[identifier] = _content(found[identifier])
        return taken

    async def _on_its_way(self, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The statements that have these ids and are not yet projected."""
        found = {}
        for partition, first, count in runs(self._unprojected.find(ids).values()):
            for record in await self._read(partition, first, count):
                statement = orjson.loads(record.value)
                found[statement["id"]] = statement
        return found

    async def _read(self, partition: int, first: int, count: int) -> Sequence[Record]:
        records: list[Record] = []
        while len(records) < count:
            at = first + len(records)
            records += await self._log.read(STATEMENTS, partition, at, count - len(records))
        return records

    async def _may_link(self, principal: Principal) -> bool:
        return self._person_keys is not None and await self._person_keys(principal.platform)

    def _headers_of(self, principal: Principal) -> Headers:
        headers = self._headers.get(principal)
        if headers is None:
            headers = ((PLATFORM, principal.platform.encode()), (CREDENTIAL, principal.key.encode()), SCHEMA)
            if principal.allows(Scope.ALL):
                headers = (*headers, (VOIDS_ANY, b"1"))
            self._headers[principal] = headers
        return headers


def _tell(told: asyncio.Future[None], appending: Appending) -> None:
    if appending.cancelled():
        told.cancel()
    elif error := appending.exception():
        told.set_exception(error)
    else:
        told.set_result(None)


def _content(stored: StoredStatement) -> dict[str, Any] | StoredStatement:
    """What a statement is compared with: as it is stored where somebody was taken out of it."""
    return stored if stored.erased else orjson.loads(stored.text)

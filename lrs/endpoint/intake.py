"""Takes statements in: gives ids, refuses conflicts, appends; on return they are durable (G1, G3, G4)."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from consumers.projector import CREDENTIAL, PLATFORM, VOIDS_ANY, same_content
from lrs.auth.principal import Principal
from lrs.endpoint.commit import GroupCommit
from lrs.endpoint.lookup import Lookup
from lrs.endpoint.unprojected import Unprojected
from schemas.credential import Scope
from schemas.ports import EventLog, StatementStore
from schemas.record import STATEMENTS, Headers, NewRecord
from schemas.xapi import Version, normalise

SCHEMA = ("schema", b"1")
"""The header that says in which form the value is."""


class ConflictingStatement(Exception):
    """The id of `statements[index]` is taken by a statement with other content."""

    def __init__(self, index: int, identifier: str) -> None:
        super().__init__(f"statement {identifier} exists with other content")
        self.index = index
        self.identifier = identifier


class TooDeep(Exception):
    """`statements[index]` is nested deeper than can be written."""

    def __init__(self, index: int) -> None:
        super().__init__(f"statement {index} is nested too deep")
        self.index = index


class ProjectionBehind(Exception):
    """So much is appended and not yet projected that no more ids can be kept."""


class Intake:
    """The way into the log."""

    def __init__(
        self,
        log: EventLog,
        store: StatementStore,
        commit: GroupCommit,
        unprojected: Unprojected,
        home_page: str,
    ) -> None:
        self._log = log
        self._lookup = Lookup(store)
        self._commit = commit
        self._unprojected = unprojected
        self._home_page = home_page
        self._authorities: dict[str, dict[str, Any]] = {}
        self._headers: dict[Principal, Headers] = {}
        self._written: dict[str, dict[int, int]] = defaultdict(dict)

    async def take(
        self, principal: Principal, statements: Sequence[dict[str, Any]], version: Version
    ) -> list[str]:
        """Append checked statements, all or none, and return their ids. Changes them into the form that is
        kept.

        Raises ConflictingStatement, TooDeep, ProjectionBehind, or Unavailable; then nothing of the request is
        stored, but after Unavailable it may be: sending it again with the same ids is harmless.
        """
        ids: list[str] = []
        given: list[str] = []
        for statement in statements:
            identifier = statement.get("id")
            if identifier is None:
                identifier = str(UUID(bytes=os.urandom(16), version=4))
            else:
                identifier = identifier.lower()
                given.append(identifier)
            statement["id"] = identifier
            statement.pop("stored", None)
            ids.append(identifier)
        if not ids:
            return ids
        if not self._unprojected.has_room(len(ids)):
            raise ProjectionBehind
        await self._unprojected.claim(ids)
        try:
            if given:
                await self._refuse_conflicts(ids, given, statements)
            records = self._records(principal, statements, version)
            partition, first = await self._commit.append(records)
            self._unprojected.appended(ids, partition, first)
        finally:
            self._unprojected.release(ids)
        written = self._written[principal.key]
        written[partition] = max(written.get(partition, 0), first + len(ids))
        return ids

    def written(self, principal: Principal) -> Mapping[int, int]:
        """By partition the end of what was appended here for this credential until now (G13)."""
        return dict(self._written.get(principal.key, ()))

    async def _refuse_conflicts(
        self, ids: Sequence[str], given: Sequence[str], statements: Sequence[dict[str, Any]]
    ) -> None:
        taken = await self._taken(given)
        if not taken:
            return
        for index, (identifier, statement) in enumerate(zip(ids, statements, strict=True)):
            other = taken.get(identifier)
            if other is not None and not same_content(other, statement):
                raise ConflictingStatement(index, identifier)

    async def _taken(self, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The statements that have these ids: appended first, then stored, so that none slips through in
        between.
        """
        taken: dict[str, dict[str, Any]] = {}
        for identifier, (partition, offset) in self._unprojected.find(ids).items():
            (record,) = await self._log.read(STATEMENTS, partition, offset, 1)
            taken[identifier] = orjson.loads(record.value)
        found = await self._lookup.find(ids)
        for identifier in ids:
            if identifier in found:
                taken[identifier] = orjson.loads(found[identifier].text)
        return taken

    def _records(
        self, principal: Principal, statements: Sequence[dict[str, Any]], version: Version
    ) -> list[NewRecord]:
        authority = self._authorities.get(principal.platform)
        if authority is None:
            account = {"homePage": self._home_page, "name": principal.platform}
            authority = self._authorities[principal.platform] = {"objectType": "Agent", "account": account}
        headers = self._headers.get(principal)
        if headers is None:
            headers = ((PLATFORM, principal.platform.encode()), (CREDENTIAL, principal.key.encode()), SCHEMA)
            if principal.allows(Scope.ALL):
                headers = (*headers, (VOIDS_ANY, b"1"))
            self._headers[principal] = headers
        records = []
        for statement in statements:
            normalise(statement, version)
            statement["authority"] = authority
            try:
                records.append(NewRecord(orjson.dumps(statement), headers))
            except orjson.JSONEncodeError:
                raise TooDeep(len(records)) from None
        return records

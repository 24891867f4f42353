"""The documents of State, Activity Profile and Agent Profile."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Sequence

from lrs.adapters.sqlite.database import Database
from lrs.adapters.sqlite.erased import overwriting
from schemas.precondition import Precondition
from schemas.resource_document import DocumentId, Owner, ResourceDocument

_LOAD = """
    SELECT learner, tag, content_type, modified, content FROM documents WHERE owner = ? AND id = ?
"""
_LISTED = """
    SELECT id, modified FROM documents WHERE owner = ? AND modified > ? ORDER BY modified, id LIMIT ?
"""
_SAVE = """
    INSERT INTO documents (owner, id, learner, tag, content_type, modified, content)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (owner, id) DO UPDATE SET
        learner = excluded.learner, tag = excluded.tag, content_type = excluded.content_type,
        modified = excluded.modified, content = excluded.content
"""
_TAG = "SELECT tag FROM documents WHERE owner = ? AND id = ?"
_DELETE = "DELETE FROM documents WHERE owner = ? AND id = ?"
_DELETE_ALL = "DELETE FROM documents WHERE owner = ?"
_ERASE = "DELETE FROM documents WHERE learner = ? AND modified <= ?"
_BEFORE_ALL = -(2**63)


class ResourceDocuments:
    """The part of the store that keeps documents; preconditions are looked at under the write lock."""

    _documents: Database

    async def load_document(self, owner: bytes, document: str) -> ResourceDocument | None:
        return await self._documents.read(_load, owner, document)

    async def document_ids(self, owner: bytes, since: int | None, limit: int) -> Sequence[DocumentId]:
        return await self._documents.read(_listed, owner, _BEFORE_ALL if since is None else since, limit)

    async def save_document(self, document: ResourceDocument, precondition: Precondition) -> bool:
        return await self._documents.write(_save, document, precondition)

    async def delete_document(self, owner: bytes, document: str, precondition: Precondition) -> bool:
        return await self._documents.write(_delete, owner, document, precondition)

    async def delete_documents(self, owner: bytes) -> int:
        return await self._documents.write(_delete_many, _DELETE_ALL, owner)

    async def documents_of(self, learner: str) -> AsyncIterator[ResourceDocument]:
        for owner, identifier in await self._documents.read(_of_learner, learner):
            document = await self._documents.read(_load, owner, identifier)
            if document is not None:
                yield document

    async def erase_documents(self, learner: str, until: int) -> int:
        return await self._documents.write(_erase, learner, until)


def _load(connection: sqlite3.Connection, owner: bytes, document: str) -> ResourceDocument | None:
    row = connection.execute(_LOAD, (owner, document)).fetchone()
    if row is None:
        return None
    learner, *said = row
    return ResourceDocument(Owner(owner, learner), document, *said)


def _listed(connection: sqlite3.Connection, owner: bytes, since: int, limit: int) -> list[DocumentId]:
    return [DocumentId(*row) for row in connection.execute(_LISTED, (owner, since, limit))]


def _of_learner(connection: sqlite3.Connection, learner: str) -> list[tuple[bytes, str]]:
    return connection.execute("SELECT owner, id FROM documents WHERE learner = ?", (learner,)).fetchall()


def _holds(connection: sqlite3.Connection, owner: bytes, document: str, precondition: Precondition) -> bool:
    row = connection.execute(_TAG, (owner, document)).fetchone()
    return precondition.holds(None if row is None else row[0])


def _save(connection: sqlite3.Connection, document: ResourceDocument, precondition: Precondition) -> bool:
    owner, identifier, *said = document
    if not _holds(connection, owner.digest, identifier, precondition):
        return False
    connection.execute(_SAVE, (owner.digest, identifier, owner.learner, *said))
    return True


def _delete(connection: sqlite3.Connection, owner: bytes, document: str, precondition: Precondition) -> bool:
    if not _holds(connection, owner, document, precondition):
        return False
    connection.execute(_DELETE, (owner, document))
    return True


def _erase(connection: sqlite3.Connection, learner: str, until: int) -> int:
    with overwriting(connection):
        return _delete_many(connection, _ERASE, learner, until)


def _delete_many(connection: sqlite3.Connection, sql: str, *which: bytes | str | int) -> int:
    return connection.execute(sql, which).rowcount

"""Attachments as files in a folder beside the store: `store.attachments/ab/ab12…`, each named by its hash.

A file is written whole under another name, made durable and then renamed, so nobody sees half of one. Its
time of modification says when it was last kept. Beside it an empty file for each platform that sent it:
`ab12…@platform`. A rename and a removal hold the folder's lock, in whatever process they are: what is kept
anew is not removed as what was there before.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import sqlite3
from collections.abc import AsyncIterable, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

from lrs.adapters.sqlite.database import Database
from lrs.adapters.sqlite.failure import translated_files
from lrs.adapters.sqlite.files import sync
from lrs.adapters.sqlite.threads import to_its_end
from schemas.attachment import PIECE, pieces, verified
from schemas.document import term

_LOCK, _DRAFT, _OF = "lock", "~", "@"
_MILLISECOND = 1_000_000


class Attachments:
    """The part of the store that keeps attachments."""

    _attachments: Path
    _statements: Database

    async def keep_attachment(self, sha2: str, data: AsyncIterable[bytes], sender: str) -> None:
        path = self._path(sha2)
        with translated_files():
            draft, file = await to_its_end(_begin, path)
        try:
            with file:
                async for piece in pieces(verified(sha2, data)):
                    with translated_files():
                        await to_its_end(_write, file, piece)
                with translated_files():
                    await to_its_end(_flush, file)
            with translated_files():
                await to_its_end(self._put, draft, path, sender)
        finally:
            # at once, also where the caller is cancelled; nothing where it was renamed
            draft.unlink(missing_ok=True)

    async def attachments(self, hashes: Sequence[str], sender: str | None = None) -> Mapping[str, int]:
        with translated_files():
            return await to_its_end(self._lengths, hashes, sender)

    async def attachment(self, sha2: str) -> AsyncIterator[bytes]:
        try:
            with translated_files(FileNotFoundError):
                file = await to_its_end(FileIO, self._path(sha2))
        except FileNotFoundError:
            raise KeyError(sha2) from None
        with file:
            while True:
                with translated_files():
                    piece = await to_its_end(file.read, PIECE)
                if not piece:
                    return
                yield piece

    async def attachments_before(self, before: int, after: str, limit: int) -> Sequence[str]:
        with translated_files():
            return await to_its_end(self._before, before, after, limit)

    async def named_attachments(self, hashes: Sequence[str]) -> frozenset[str]:
        return await self._statements.read(_named, hashes)

    async def remove_attachment(self, sha2: str, before: int) -> bool:
        with translated_files():
            return await to_its_end(self._remove, self._path(sha2), before)

    async def clear_attachments(self, before: int) -> int:
        with translated_files():
            return await to_its_end(self._clear, before)

    def _path(self, sha2: str) -> Path:
        return self._attachments / sha2[:2] / sha2

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = os.open(self._attachments / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _put(self, draft: Path, path: Path, sender: str) -> None:
        with self._locked():
            _sent(path, sender).touch(mode=0o600)
            draft.replace(path)
        sync(path.parent)

    def _remove(self, path: Path, before: int) -> bool:
        try:
            with self._locked():
                if not _is_older(path, before):
                    return False
                path.unlink()
                for sent in path.parent.glob(f"{path.name}{_OF}*"):
                    sent.unlink()
            sync(path.parent)
        except FileNotFoundError:
            return False
        return True

    def _lengths(self, hashes: Sequence[str], sender: str | None) -> dict[str, int]:
        found = {}
        for sha2 in hashes:
            path = self._path(sha2)
            with suppress(FileNotFoundError):
                if sender is None or _sent(path, sender).exists():
                    found[sha2] = path.stat().st_size
        return found

    def _before(self, before: int, after: str, limit: int) -> list[str]:
        found: list[str] = []
        for folder in self._folders():
            if folder.name < after[:2]:
                continue
            for path in sorted(folder.iterdir()):
                if len(found) == limit:
                    return found
                with suppress(FileNotFoundError):
                    if path.name > after and path.name.isalnum() and _is_older(path, before):
                        found.append(path.name)
        return found

    def _clear(self, before: int) -> int:
        cleared = 0
        for folder in self._folders():
            for draft in folder.glob(f"*{_DRAFT}"):
                with suppress(FileNotFoundError):
                    if _is_older(draft, before):
                        draft.unlink()
                        cleared += 1
        return cleared

    def _folders(self) -> list[Path]:
        if not self._attachments.exists():
            return []
        return sorted(path for path in self._attachments.iterdir() if path.name != _LOCK)


def _begin(path: Path) -> tuple[Path, FileIO]:
    """A new file beside `path`, in folders that are durable."""
    for folder in (path.parent.parent, path.parent):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
            sync(folder.parent)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}{_DRAFT}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    return draft, FileIO(descriptor, "wb")


def _sent(path: Path, sender: str) -> Path:
    return path.with_name(f"{path.name}{_OF}{sender}")


def _write(file: FileIO, piece: bytes) -> None:
    left = memoryview(piece)
    while left:
        left = left[file.write(left) or 0 :]


def _flush(file: FileIO) -> None:
    # the moment at which it is kept, not that of its last piece
    os.utime(file.fileno())
    os.fsync(file.fileno())


def _is_older(path: Path, before: int) -> bool:
    return path.stat().st_mtime_ns < before * _MILLISECOND


def _named(connection: sqlite3.Connection, hashes: Sequence[str]) -> frozenset[str]:
    own = "SELECT 1 FROM terms WHERE term = ? AND via = 0 LIMIT 1"
    return frozenset(it for it in hashes if connection.execute(own, (term("attachment", it),)).fetchone())

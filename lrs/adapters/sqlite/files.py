"""A file of ours: how it is made, recognised, brought up to date and opened."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from schemas.errors import FormatTooNew, NotPrepared, StoreError

PATIENCE = 5.0
"""Seconds that a call waits for another process's lock before it fails with Busy."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file holds. `schema` makes one of format 1; `migrations[n]` leads from format n + 1 to the next,
    also for a new file."""

    noun: str
    application_id: int
    schema: str
    migrations: tuple[str, ...] = ()

    @property
    def format(self) -> int:
        """The newest format version, which this program writes."""
        return 1 + len(self.migrations)


def script(name: str) -> str:
    """The text of `sql/<name>.sql`."""
    return (files(__package__) / "sql" / f"{name}.sql").read_text()


def connect(path: Path, patience: float = PATIENCE, *, reading: bool = False) -> sqlite3.Connection:
    """A connection in autocommit mode to a file that is there; any thread may use it, one at a time."""
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=rw",
        uri=True,
        timeout=PATIENCE,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA cache_size = -32768")
    connection.execute("PRAGMA temp_store = MEMORY")
    # a page that is written again before the next checkpoint goes into the file once
    connection.execute("PRAGMA wal_autocheckpoint = 16384")
    connection.execute("PRAGMA journal_size_limit = 67108864")
    if reading:
        connection.execute("PRAGMA query_only = ON")
    # from now on: whoever opens a file at the moment of its first opening waits for its log all the same
    connection.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}").close()
    return connection


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction that holds the write lock from its begin on; an exception undoes it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def prepare(path: Path, kind: Kind, *, create: bool, new: Mapping[str, str]) -> dict[str, str]:
    """What the file says of itself; it is made with `new` if it is not there, and migrated if it is old.

    Raises NotPrepared where that would be needed and `create` is false, FormatTooNew, and StoreError where
    it is another file.
    """
    if not path.exists():
        if not create:
            raise NotPrepared(f"{path} does not exist: `lrs serve` makes it")
        _make(path, kind, new)
    with closing(connect(path)) as connection:
        _recognise(connection, path, kind)
        said = _meta(connection)
        if int(said["format"]) > kind.format:
            raise FormatTooNew(
                f"{path} has format {said['format']}, this program knows up to {kind.format}: "
                "use a newer program"
            )
        if int(said["format"]) < kind.format:
            if not create:
                raise NotPrepared(
                    f"{path} has format {said['format']} instead of {kind.format}: `lrs serve` migrates it"
                )
            said = _migrate(connection, kind)
    return said


def _make(path: Path, kind: Kind, new: Mapping[str, str]) -> None:
    """Make the file whole under another name, then link it: of two processes one wins, and nobody sees half
    a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    draft.touch(mode=0o600)
    try:
        with closing(connect(draft)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA application_id = {kind.application_id}")
            with writing(connection):
                _run(connection, (kind.schema, *kind.migrations))
                said = {"format": str(kind.format), **new}
                connection.executemany("INSERT INTO meta (name, value) VALUES (?, ?)", said.items())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        for leftover in (draft, *draft.parent.glob(f"{draft.name}-*")):
            leftover.unlink(missing_ok=True)
    sync(path.parent)


def _recognise(connection: sqlite3.Connection, path: Path, kind: Kind) -> None:
    (found,) = connection.execute("PRAGMA application_id").fetchone()
    if found != kind.application_id:
        raise StoreError(f"{path} is no {kind.noun}: its application id is {found:#x}")


def _meta(connection: sqlite3.Connection) -> dict[str, str]:
    return dict(connection.execute("SELECT name, value FROM meta"))


def _migrate(connection: sqlite3.Connection, kind: Kind) -> dict[str, str]:
    with writing(connection):
        # read again, since another process may have migrated while this one waited for the lock
        _run(connection, kind.migrations[int(_meta(connection)["format"]) - 1 :])
        connection.execute("UPDATE meta SET value = ? WHERE name = 'format'", (str(kind.format),))
        return _meta(connection)


def _run(connection: sqlite3.Connection, scripts: Iterable[str]) -> None:
    for name in scripts:
        for statement in _statements(script(name)):
            connection.execute(statement)


def _statements(text: str) -> Iterator[str]:
    """The statements of a script, one by one: `executescript` would commit between them."""
    statement = ""
    for line in text.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def sync(folder: Path) -> None:
    """A new name is durable once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

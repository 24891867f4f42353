"""The edge: a `sqlite3.Error`, or an `OSError` of a file, becomes an error of the ports, here and nowhere
else.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from schemas.errors import Busy, StoreError, Unacceptable, Unavailable

_ERRORS: dict[int, type[StoreError]] = {
    sqlite3.SQLITE_BUSY: Busy,
    sqlite3.SQLITE_LOCKED: Busy,
    sqlite3.SQLITE_PROTOCOL: Busy,
    sqlite3.SQLITE_FULL: Unavailable,
    sqlite3.SQLITE_IOERR: Unavailable,
    sqlite3.SQLITE_CANTOPEN: Unavailable,
    sqlite3.SQLITE_NOMEM: Unavailable,
    sqlite3.SQLITE_CONSTRAINT: Unacceptable,
    sqlite3.SQLITE_TOOBIG: Unacceptable,
    sqlite3.SQLITE_MISMATCH: Unacceptable,
    sqlite3.SQLITE_RANGE: Unacceptable,
}


def translate(error: sqlite3.Error) -> StoreError:
    """The error of the ports that this one is."""
    code = getattr(error, "sqlite_errorcode", None)
    # the low byte is the kind of error, the others its details
    kind = StoreError if code is None else _ERRORS.get(code & 0xFF, StoreError)
    return kind(f"SQLite: {error}")


@contextmanager
def translated() -> Iterator[None]:
    """Raise what `translate` makes of a driver's error raised within."""
    try:
        yield
    except sqlite3.Error as error:
        raise translate(error) from error


_FULL_OR_BROKEN = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM}


@contextmanager
def translated_files(*passed: type[OSError]) -> Iterator[None]:
    """Raise an error of the ports for an OSError raised within, but for those that are `passed`."""
    try:
        yield
    except passed:
        raise
    except OSError as error:
        kind = Unavailable if error.errno in _FULL_OR_BROKEN else StoreError
        raise kind(f"file: {error}") from error

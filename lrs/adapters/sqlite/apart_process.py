"""The process behind `Apart`: `python -m lrs.adapters.sqlite.apart_process PATH PATIENCE MODE`."""

from __future__ import annotations

import logging
import pickle
import sqlite3
import sys
from pathlib import Path

from lrs.adapters.sqlite.apart import READING
from lrs.adapters.sqlite.failure import translated
from lrs.adapters.sqlite.files import connect
from lrs.child import attend
from schemas.errors import StoreError

log = logging.getLogger(__name__)


def work(connection: sqlite3.Connection, text: bytes) -> bytes:
    """The result of what is asked, or the error that it raised."""
    try:
        function, args, kwargs = pickle.loads(text)  # noqa: S301 - our own parent's
        with translated():
            return _dumped(True, function(connection, *args, **kwargs))
    except StoreError as error:
        return _dumped(False, error)
    except Exception as error:
        log.exception("work failed")
        return _dumped(False, StoreError(f"SQLite's process: {type(error).__name__}: {error}"))


def _dumped(*answer: object) -> bytes:
    return pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)


def main(path: str, patience: str, mode: str) -> None:
    """Work on a connection to a file that is there."""
    connection = connect(Path(path), float(patience), reading=mode == READING)
    try:
        attend(lambda text: work(connection, text))
    finally:
        connection.close()


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The embedded adapters: a log and a store in SQLite files, for one machine and as many processes on it as
wished.

Imports `schemas` and the standard library's `sqlite3`; only the wiring imports it, and takes `SqliteLog` and
`SqliteStore`.
"""

from lrs.adapters.sqlite.log import SqliteLog
from lrs.adapters.sqlite.store import SqliteStore

__all__ = ["SqliteLog", "SqliteStore"]

"""Work for a process of SQLite's: it must find it by its name."""

from __future__ import annotations

import sqlite3

from schemas.errors import OutsideLog


def select(connection: sqlite3.Connection, sql: str, *values: object) -> list[object]:
    return connection.execute(sql, values).fetchall()


def outside(_: sqlite3.Connection) -> None:
    raise OutsideLog("as it was told")


def wrong(_: sqlite3.Connection) -> None:
    raise ZeroDivisionError("as it was told")

"""Numbers for what is the same on many statements: their platform and their source."""

from __future__ import annotations

import sqlite3


class Names:
    """The numbers of platforms and sources, for one transaction; one that is not there yet gets its number.

    Read anew in each transaction (there are few), since a number given in one that was undone would be wrong.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._platforms: dict[str, int] = dict(connection.execute("SELECT name, number FROM platforms"))
        self._sources: dict[tuple[str, int], int] = {
            (log, partition): number
            for number, log, partition in connection.execute("SELECT number, log, partition FROM sources")
        }

    def platform(self, name: str) -> int:
        """The platform's number, from 1."""
        number = self._platforms.get(name)
        if number is None:
            number = self._add("INSERT INTO platforms (name) VALUES (?)", name)
            self._platforms[name] = number
        return number

    def source(self, log: str, partition: int) -> int:
        """The number of a partition of a log."""
        number = self._sources.get((log, partition))
        if number is None:
            number = self._add("INSERT INTO sources (log, partition) VALUES (?, ?)", log, partition)
            self._sources[log, partition] = number
        return number

    def platform_name(self, number: int) -> str:
        """The platform of a number."""
        return next(name for name, given in self._platforms.items() if given == number)

    def source_name(self, number: int) -> tuple[str, int]:
        """Log id and partition of a number."""
        return next(name for name, given in self._sources.items() if given == number)

    def _add(self, sql: str, *values: object) -> int:
        number = self._connection.execute(sql, values).lastrowid
        assert number is not None  # noqa: S101
        return number

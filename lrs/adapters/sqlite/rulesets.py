"""Rulesets: the living one, the one that is being filled, those before."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping, Sequence

import orjson

from lrs.adapters.sqlite.aggregation import RULESET, SET_POSITION, state
from lrs.adapters.sqlite.database import Database
from schemas.errors import Fenced, NotPrepared
from schemas.record import Position
from schemas.ruleset import Ruleset, RulesetState
from schemas.series import Series

CHUNK = 5_000
"""Rows that are deleted in one transaction."""

_SWEEPS = (
    """
    DELETE FROM learners WHERE ruleset = :number
    AND subject IN (SELECT subject FROM learners WHERE ruleset = :number LIMIT :chunk)
    """,
    """
    DELETE FROM cells WHERE ruleset = :number
    AND key IN (SELECT key FROM cells WHERE ruleset = :number LIMIT :chunk)
    """,
    """
    DELETE FROM examples WHERE ruleset = :number
    AND (platform, reason) IN (SELECT platform, reason FROM examples WHERE ruleset = :number LIMIT :chunk)
    """,
)

_BEGIN_SERIES = """
    INSERT INTO series (number, began, rules) SELECT number, ?, content FROM rulesets WHERE number = ?
"""
# a platform may have been added to it since it began
_END_SERIES = """
    UPDATE series SET ended = ?, rules = r.content
    FROM rulesets AS r WHERE r.number = series.number AND r.stage = 'living'
"""
_SERIES = """
    SELECT s.number, s.began, s.ended, coalesce(r.content, s.rules)
    FROM series AS s LEFT JOIN rulesets AS r ON r.number = s.number AND r.stage = 'living'
    WHERE ?1 IS NULL OR s.number = ?1 ORDER BY s.number
"""


class Rulesets:
    """The part of the store that keeps rulesets."""

    _provinces: Database

    async def rulesets(self) -> Sequence[RulesetState]:
        return await self._provinces.read(_rulesets)

    async def living(self) -> Ruleset:
        content = await self._provinces.read(_content, "stage = ?", "living")
        if content is None:
            raise NotPrepared("there is no living ruleset: `lrs serve` makes the first")
        return Ruleset.model_validate_json(content)

    async def load_ruleset(self, number: int) -> Ruleset:
        content = await self._provinces.read(_content, "number = ?", number)
        if content is None:
            raise KeyError(number)
        return Ruleset.model_validate_json(content)

    async def extend(self, ruleset: Ruleset) -> None:
        await self._provinces.write(_extend, ruleset)

    async def begin_filling(
        self,
        ruleset: Ruleset,
        floor: Mapping[str, int],
        starts: Mapping[int, Position],
        based_on: int | None = None,
    ) -> int:
        number = await self._provinces.write(_begin_filling, ruleset, floor, starts, based_on)
        await self._sweep()
        return number

    async def drop_ruleset(self, number: int) -> None:
        await self._provinces.write(_drop, number)
        await self._sweep()

    async def switch(self, number: int) -> None:
        await self._provinces.write(_switch, number, time.time_ns() // 1_000_000)

    async def series(self, number: int | None = None) -> Sequence[Series]:
        return await self._provinces.read(_series, number)

    async def _sweep(self) -> None:
        """Delete what dropped rulesets left, also ones that a crash interrupted, chunk by chunk: others
        write in between."""
        while await self._provinces.write(_sweep):
            pass


def _rulesets(connection: sqlite3.Connection) -> list[RulesetState]:
    return [state(row) for row in connection.execute(f"{RULESET} ORDER BY number")]


def _content(connection: sqlite3.Connection, condition: str, value: object) -> str | None:
    row = connection.execute(f"SELECT content FROM rulesets WHERE {condition}", (value,)).fetchone()  # noqa: S608
    return None if row is None else row[0]


def _extend(connection: sqlite3.Connection, ruleset: Ruleset) -> None:
    changed = connection.execute(
        "UPDATE rulesets SET revision = ?, content = ? "
        "WHERE number = ? AND revision = ? AND stage <> 'retired'",
        (ruleset.revision, ruleset.model_dump_json(), ruleset.number, ruleset.revision - 1),
    )
    if changed.rowcount != 1:
        raise Fenced(f"ruleset {ruleset.number} is retired, or not at revision {ruleset.revision - 1}")


def _begin_filling(
    connection: sqlite3.Connection,
    ruleset: Ruleset,
    floor: Mapping[str, int],
    starts: Mapping[int, Position],
    based_on: int | None,
) -> int:
    content = _content(connection, "stage = ?", "living")
    living = Ruleset.model_validate_json(content) if content else None
    if based_on is not None and (living is None or living.number != based_on):
        raise Fenced(f"ruleset {based_on} is not the living one")
    if living is not None and living.platforms.keys() - ruleset.platforms.keys():
        raise Fenced("the living ruleset has a platform that this one has not")
    for (other,) in connection.execute("SELECT number FROM rulesets WHERE stage = 'filling'").fetchall():
        _drop(connection, other)
    number = connection.execute(
        "INSERT INTO rulesets (revision, stage, created, floor, content) VALUES (?, 'filling', ?, ?, '')",
        (ruleset.revision, ruleset.created, orjson.dumps(dict(floor)).decode()),
    ).lastrowid
    assert number is not None  # noqa: S101
    content = ruleset.model_copy(update={"number": number}).model_dump_json()
    connection.execute("UPDATE rulesets SET content = ? WHERE number = ?", (content, number))
    connection.executemany(SET_POSITION, [(number, *position) for position in starts.values()])
    return number


def _drop(connection: sqlite3.Connection, number: int) -> None:
    row = connection.execute("SELECT stage FROM rulesets WHERE number = ?", (number,)).fetchone()
    if row is None:
        return
    if row[0] == "living":
        raise Fenced(f"ruleset {number} is the living one")
    connection.execute("DELETE FROM rulesets WHERE number = ?", (number,))
    connection.execute("DELETE FROM positions WHERE ruleset = ?", (number,))
    connection.execute("INSERT INTO dropped (number) VALUES (?)", (number,))


def _sweep(connection: sqlite3.Connection) -> bool:
    """Delete one chunk; False where nothing is left."""
    row = connection.execute("SELECT number FROM dropped LIMIT 1").fetchone()
    if row is None:
        return False
    for sweep in _SWEEPS:
        if connection.execute(sweep, {"number": row[0], "chunk": CHUNK}).rowcount:
            return True
    connection.execute("DELETE FROM dropped WHERE number = ?", row)
    return True


def _switch(connection: sqlite3.Connection, number: int, now: int) -> None:
    row = connection.execute("SELECT stage FROM rulesets WHERE number = ?", (number,)).fetchone()
    if row != ("filling",):
        raise Fenced(f"ruleset {number} is not being filled")
    connection.execute(_END_SERIES, (now,))
    connection.execute("UPDATE rulesets SET stage = 'retired' WHERE stage = 'living'")
    connection.execute("UPDATE rulesets SET stage = 'living' WHERE number = ?", (number,))
    connection.execute(_BEGIN_SERIES, (now, number))


def _series(connection: sqlite3.Connection, number: int | None) -> list[Series]:
    return [
        Series(found, began, ended, Ruleset.model_validate_json(rules))
        for found, began, ended, rules in connection.execute(_SERIES, (number,))
    ]

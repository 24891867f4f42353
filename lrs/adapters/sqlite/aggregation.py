"""One transaction of one facts partition under one ruleset."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Concatenate, ParamSpec, TypeVar

import orjson

from lrs.adapters.sqlite.database import select_in
from lrs.adapters.sqlite.links import accounts_of, links_of
from lrs.adapters.sqlite.positions import positions_of
from lrs.adapters.sqlite.statements import STORED_STATEMENT, stored_statement
from lrs.adapters.sqlite.threads import Worker
from schemas.document import StoredStatement
from schemas.errors import Fenced
from schemas.fact import source
from schemas.ports import EXAMPLES, PROJECTOR, Aggregation
from schemas.record import Position
from schemas.ruleset import RulesetState

P = ParamSpec("P")
T = TypeVar("T")


RULESET = "SELECT number, revision, stage, created, floor FROM rulesets"
_POSITION = (
    "SELECT log, partition, offset, stored, through FROM positions WHERE ruleset = ? AND partition = ?"
)
_LEARNERS = "SELECT subject, state FROM learners WHERE ruleset = ? AND subject IN ({values})"
_OF_SUBJECT = (
    STORED_STATEMENT
    + """
    JOIN subjects AS j ON j.seq = s.seq WHERE j.subject = ? ORDER BY o.log, o.partition, s.offset
    """
)
_SAVE_LEARNER = """
    INSERT INTO learners (ruleset, subject, state) VALUES (?, ?, ?)
    ON CONFLICT (ruleset, subject) DO UPDATE SET state = excluded.state
"""
_ADD_CELLS = """
    INSERT INTO cells (ruleset, key, value) SELECT ?, key, value FROM json_each(?) WHERE true
    ON CONFLICT (ruleset, key) DO UPDATE SET value = value + excluded.value
"""
_SAVE_EXAMPLES = """
    INSERT INTO examples (ruleset, platform, reason, ids) VALUES (?, ?, ?, ?)
    ON CONFLICT (ruleset, platform, reason) DO UPDATE SET ids = excluded.ids
"""
SET_POSITION = """
    INSERT INTO positions (ruleset, log, partition, offset, stored, through) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (ruleset, partition) DO UPDATE
    SET log = excluded.log, offset = excluded.offset, stored = excluded.stored, through = excluded.through
"""


class SqliteAggregation(Aggregation):
    """A transaction that is open on the writer of the aggregates; of statements it reads one snapshot,
    taken when first asked."""

    def __init__(self, number: int, partition: int, writer: Worker, snapshot: Worker) -> None:
        self._number = number
        self._partition = partition
        self._writer = writer
        self._snapshot = snapshot

    async def ruleset(self) -> RulesetState:
        return await self._writer.run(_ruleset, self._number)

    async def position(self) -> Position | None:
        return await self._writer.run(_position, self._number, self._partition)

    async def learners(self, subjects: Sequence[str]) -> Mapping[str, bytes]:
        return await self._writer.run(_learners, self._number, subjects)

    async def projected(self) -> Mapping[str, int]:
        return await self._of_snapshot(_projected)

    async def statements_of(self, subjects: Sequence[str]) -> Mapping[str, Sequence[StoredStatement]]:
        return await self._of_snapshot(_statements_of, subjects)

    async def links(self, learners: Sequence[str]) -> Mapping[str, str]:
        return await self._of_snapshot(links_of, learners)

    async def accounts_of(self, persons: Sequence[str]) -> Mapping[str, Sequence[str]]:
        return await self._of_snapshot(accounts_of, persons)

    async def save(
        self,
        learners: Mapping[str, bytes],
        cells: Mapping[str, int],
        examples: Mapping[tuple[str, str], Sequence[str]],
        position: Position | None,
    ) -> None:
        await self._writer.run(_save, self._number, self._partition, learners, cells, examples, position)

    async def _of_snapshot(
        self, work: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        def job(connection: sqlite3.Connection) -> T:
            if not connection.in_transaction:
                # taken after BEGIN IMMEDIATE on the aggregates, so never older than what the transaction read
                # there
                connection.execute("BEGIN")
            return work(connection, *args, **kwargs)

        return await self._snapshot.run(job)


def state(row: tuple[int, int, str, int, str]) -> RulesetState:
    """What a row of `RULESET` says."""
    number, revision, stage, created, floor = row
    return RulesetState(number, revision, stage, created, orjson.loads(floor))  # type: ignore[arg-type]


def _ruleset(connection: sqlite3.Connection, number: int) -> RulesetState:
    row = connection.execute(f"{RULESET} WHERE number = ?", (number,)).fetchone()
    if row is None:
        raise Fenced(f"ruleset {number} is not there any more")
    return state(row)


def _position(connection: sqlite3.Connection, number: int, partition: int) -> Position | None:
    row = connection.execute(_POSITION, (number, partition)).fetchone()
    return None if row is None else Position(*row)


def _learners(connection: sqlite3.Connection, number: int, subjects: Sequence[str]) -> dict[str, bytes]:
    return dict(select_in(connection, _LEARNERS, subjects, number))


def _projected(connection: sqlite3.Connection) -> dict[str, int]:
    return {
        source(position.log, partition): position.offset
        for partition, position in positions_of(connection, PROJECTOR).items()
    }


def _statements_of(
    connection: sqlite3.Connection, subjects: Sequence[str]
) -> dict[str, list[StoredStatement]]:
    return {
        subject: [stored_statement(row) for row in connection.execute(_OF_SUBJECT, (subject,))]
        for subject in subjects
    }


def _save(
    connection: sqlite3.Connection,
    number: int,
    partition: int,
    learners: Mapping[str, bytes],
    cells: Mapping[str, int],
    examples: Mapping[tuple[str, str], Sequence[str]],
    position: Position | None,
) -> None:
    if (stage := _ruleset(connection, number).stage) == "retired":
        raise Fenced(f"ruleset {number} is {stage}")
    connection.executemany(
        _SAVE_LEARNER, [(number, subject, state) for subject, state in sorted(learners.items())]
    )
    added = {key: value for key, value in sorted(cells.items()) if value}
    connection.execute(_ADD_CELLS, (number, orjson.dumps(added).decode()))
    for (platform, reason), ids in examples.items():
        _keep_examples(connection, number, platform, reason, ids)
    if position is not None:
        if position.partition != partition:
            raise ValueError(f"a position of partition {position.partition} in a transaction of {partition}")
        connection.execute(SET_POSITION, (number, *position))


def _keep_examples(
    connection: sqlite3.Connection, number: int, platform: str, reason: str, ids: Sequence[str]
) -> None:
    row = connection.execute(
        "SELECT ids FROM examples WHERE ruleset = ? AND platform = ? AND reason = ?",
        (number, platform, reason),
    ).fetchone()
    kept: list[str] = [] if row is None else orjson.loads(row[0])
    merged = list(dict.fromkeys([*kept, *ids]))[:EXAMPLES]
    if merged != kept:
        connection.execute(_SAVE_EXAMPLES, (number, platform, reason, orjson.dumps(merged).decode()))

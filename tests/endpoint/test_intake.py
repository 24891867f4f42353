"""The way into the log, where a retry meets what is not yet projected, or the store does not answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import orjson
import pytest

from lrs.adapters.sqlite.log import SqliteLog
from lrs.adapters.sqlite.store import SqliteStore
from lrs.auth.principal import Principal
from lrs.endpoint.commit import GroupCommit
from lrs.endpoint.intake import ConflictingStatement, Intake, runs
from lrs.endpoint.prepare import Body, Prepared, prepare
from lrs.endpoint.unprojected import Unprojected
from schemas.credential import Scope
from schemas.document import StoredStatement
from schemas.errors import Busy, StoreError, Unavailable
from schemas.record import STATEMENTS, Record
from schemas.xapi import Version
from tests.endpoint.making import AUTHORITY, Gate, identifier, statement

WHO = Principal("one", "key", frozenset({Scope.WRITE}))


class Counted(SqliteLog):
    """A SQLite log that counts its reads."""

    reads = 0

    async def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[Record]:
        self.reads += 1
        return await super().read(topic, partition, offset, limit)


class Silent(SqliteStore):
    """A SQLite store that does not answer."""

    async def find(self, ids: Sequence[str]) -> Mapping[str, StoredStatement]:
        raise Unavailable("as it was told")


def prepared(*numbers: int, score: int = 1) -> Prepared:
    """A batch."""
    batch = [statement(id=identifier(it), result={"score": {"raw": score}}) for it in numbers]
    return prepare(Body(orjson.dumps(batch), Version.V2_0_0, AUTHORITY, 1000, 2**20))


@pytest.fixture
def counted(log: SqliteLog) -> Counted:
    return Counted(log._path, log._topics)


async def _intake(log: SqliteLog, store: SqliteStore) -> Intake:
    commit = GroupCommit(log, STATEMENTS, await log.partitions(STATEMENTS))
    return Intake(log, store, commit, Unprojected(10_000), "https://lrs.example.vn")


async def test_g3_a_batch_that_is_sent_again_at_once_is_compared_with_one_read(
    counted: Counted, store: SqliteStore
) -> None:
    intake = await _intake(counted, store)
    await intake.take(WHO, prepared(*range(500)))
    await intake.take(WHO, prepared(*range(500)))
    assert counted.reads == 1
    with pytest.raises(ConflictingStatement) as refused:
        await intake.take(WHO, prepared(*range(1000, 1010), 250, score=2))
    assert (refused.value.index, refused.value.identifier) == (10, identifier(250))
    assert sum((await counted.ends(STATEMENTS)).values()) == 1000


async def test_g3_without_the_store_statements_are_taken_and_compared_with_what_was_appended(
    log: SqliteLog, tmp_path: Path
) -> None:
    silent = await Silent.open(tmp_path / "silent.db")
    try:
        intake = await _intake(log, silent)
        await intake.take(WHO, prepared(1))
        with pytest.raises(ConflictingStatement):
            await intake.take(WHO, prepared(2, 1, score=2))
        await intake.take(WHO, prepared(2))
        assert sum((await log.ends(STATEMENTS)).values()) == 2
    finally:
        await silent.close()


@pytest.mark.parametrize(("error", "doubts"), [(Unavailable, 1), (StoreError, 1), (Busy, 0)])
async def test_g3_an_append_of_which_nobody_knows_is_doubted_before_its_ids_are_let_go(
    gate: Gate, store: SqliteStore, error: type[StoreError], doubts: int
) -> None:
    unprojected = Unprojected(100)
    seen: list[int] = []
    commit = GroupCommit(gate, STATEMENTS, await gate.partitions(STATEMENTS))

    def doubt(ids: Sequence[str]) -> None:
        seen.append(len(unprojected))
        unprojected.release(ids)

    intake = Intake(gate, store, commit, unprojected, "", doubt)
    gate.opened.set()
    gate.failing = error
    with pytest.raises(error):
        await intake.take(WHO, prepared(1, 2))
    assert seen == [2] * doubts
    assert len(unprojected) == 0


def test_neighbours_in_the_log_are_read_together() -> None:
    assert runs([(1, 5), (0, 4), (0, 2), (0, 3), (1, 7), (2, 6)]) == [
        (0, 2, 3),
        (1, 5, 1),
        (1, 7, 1),
        (2, 6, 1),
    ]
    assert runs([]) == []

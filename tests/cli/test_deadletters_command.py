"""G8: a dead letter is seen without its content, and can be processed once more."""

from __future__ import annotations

import json
from dataclasses import replace

import orjson
import pytest

from schemas.deadletter import DeadLetter
from schemas.fact import Fact, decode, partition_of
from schemas.ports import EventLog, Store
from schemas.record import ERASURE, FACTS, KIND, STATEMENTS, Headers, Position, Record
from tests.cli.shell import Shell

FACT = Fact(
    kind="statement",
    statement="6690e6c9-3ef0-4ed3-8b37-7f3964730bee",
    source="log/0",
    offset=7,
    learner="l",
    subject="s",
    platform="one-touch",
    stored=1,
)
STATEMENT_LETTER = DeadLetter(
    topic=STATEMENTS,
    log="log",
    partition=2,
    offset=7,
    platform="one-touch",
    code="ValueError",
    reason="it does not parse",
    buried=1_745_000_000_000,
    value=b'{"actor": "Nguyen Van A"}',
    headers=(("platform", b"one-touch"),),
)
FACT_LETTER = replace(
    STATEMENT_LETTER, topic=FACTS, partition=partition_of("s", 4), value=FACT.encode(), headers=(), key=b"s"
)


def bury(shell: Shell, *letters: DeadLetter, projected: bool = True) -> None:
    async def work(store: Store, log: EventLog) -> None:
        await store.bury(letters)
        if projected:
            await store.move("statements", None, Position(await log.log_id(STATEMENTS), 0, 0), {})

    shell.inside(work)


def appended(shell: Shell, topic: str, partition: int) -> list[Record]:
    async def work(_: Store, log: EventLog) -> list[Record]:
        return list(await log.read(topic, partition, 0, 100))

    return shell.inside(work)


def listed(shell: Shell) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(shell("deadletters", "list", "--json"))
    return found


def test_a_list_says_where_and_why_and_not_what(shell: Shell) -> None:
    bury(shell, STATEMENT_LETTER)
    for said in (shell("deadletters", "list"), shell("deadletters", "list", "--json")):
        assert "it does not parse" in said
        assert "2025-04-18T18:13:20" in said
        assert "Nguyen" not in said
    assert "lrs.statements/2@7" in shell("deadletters", "list")


def test_a_statement_is_appended_as_it_was(shell: Shell) -> None:
    bury(shell, STATEMENT_LETTER)
    assert "1 of 1" in shell("deadletters", "requeue", "1")
    (record,) = appended(shell, STATEMENTS, 0)
    assert (record.value, record.headers) == (STATEMENT_LETTER.value, STATEMENT_LETTER.headers)
    assert listed(shell) == []


@pytest.mark.parametrize(
    ("headers", "value", "dated"),
    [
        ((), {"id": "1"}, {"id": "1", "timestamp": "2025-04-18T18:13:19.000Z"}),
        (
            (),
            {"id": "1", "timestamp": "2025-01-01T00:00:00Z"},
            {"id": "1", "timestamp": "2025-01-01T00:00:00Z"},
        ),
        (((KIND, ERASURE),), {"until": None}, {"until": 1_744_999_999_000}),
        (((KIND, ERASURE),), {"until": 5}, {"until": 5}),
        ((), ["no statement"], ["no statement"]),
    ],
)
def test_what_had_no_moment_of_its_own_keeps_that_of_its_first_coming(
    shell: Shell, headers: Headers, value: object, dated: object
) -> None:
    bury(
        shell,
        replace(STATEMENT_LETTER, value=orjson.dumps(value), headers=headers, stored=1_744_999_999_000),
    )
    shell("deadletters", "requeue", "--all")
    (record,) = appended(shell, STATEMENTS, 0)
    assert orjson.loads(record.value) == dated


def test_a_fact_is_appended_to_its_partition_as_requeued(shell: Shell) -> None:
    bury(shell, FACT_LETTER)
    shell("deadletters", "requeue", "--all")
    (record,) = appended(shell, FACTS, FACT_LETTER.partition)
    assert record.key == b"s"
    assert decode(record.value) == FACT._replace(kind="requeued")
    assert listed(shell) == []


@pytest.mark.parametrize("value", [b"", b"[1]", b"{}", b"\xff", b"not a fact"])
def test_a_fact_that_cannot_be_read_stays_and_the_others_go(shell: Shell, value: bytes) -> None:
    bury(shell, replace(FACT_LETTER, value=value), STATEMENT_LETTER)
    assert "1 stays: it is no fact" in shell.refused("deadletters", "requeue", "--all")
    assert [letter["number"] for letter in listed(shell)] == [1]
    assert len(appended(shell, STATEMENTS, 0)) == 1


def test_numbers_that_are_not_there_are_said(shell: Shell) -> None:
    bury(shell, STATEMENT_LETTER)
    assert shell.refused("deadletters", "requeue", "1", "9") == "9 is not on the list"
    assert shell.refused("deadletters", "requeue", "1") == "1 is not on the list"
    assert len(appended(shell, STATEMENTS, 0)) == 1


def test_without_a_projector_nothing_is_appended(shell: Shell) -> None:
    bury(shell, STATEMENT_LETTER, projected=False)
    assert "start one first" in shell.refused("deadletters", "requeue", "--all")
    assert len(listed(shell)) == 1


@pytest.mark.parametrize("words", [[], ["1", "--all"], ["0"], ["x"]])
def test_either_numbers_or_all(shell: Shell, words: list[str]) -> None:
    bury(shell, STATEMENT_LETTER)
    shell.refused("deadletters", "requeue", *words, code=2)

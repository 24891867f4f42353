"""Look-ups that wait for one another share a question."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import pytest

from lrs.adapters.sqlite.store import SqliteStore
from lrs.endpoint.lookup import MOST, Lookup
from schemas.document import StoredStatement
from schemas.errors import Unavailable
from tests.endpoint.making import document, identifier


class Asked(SqliteStore):
    """A SQLite store that counts the questions, and fails as often as it is told."""

    questions: list[int]
    failures: int = 0

    async def find(self, ids: Sequence[str]) -> Mapping[str, StoredStatement]:
        self.questions.append(len(ids))
        if self.failures:
            self.failures -= 1
            raise Unavailable("as it was told")
        return await super().find(ids)


@pytest.fixture
async def asked(tmp_path: Path) -> AsyncIterator[Asked]:
    opened = await Asked.open(tmp_path / "store.db")
    assert isinstance(opened, Asked)
    opened.questions = []
    await opened.project([document(n) for n in range(20)])
    yield opened
    await opened.close()


async def test_everybody_is_answered_what_they_asked_for(asked: Asked) -> None:
    lookup = Lookup(asked)
    answers = await asyncio.gather(*(lookup.find([identifier(n), identifier(n + 100)]) for n in range(20)))
    for number, found in enumerate(answers):
        assert found[identifier(number)].id == identifier(number)
        assert identifier(number + 100) not in found
    assert len(asked.questions) < 5
    assert sum(asked.questions) == 40


async def test_a_question_has_a_bound_but_for_one_that_is_larger_by_itself(asked: Asked) -> None:
    lookup = Lookup(asked)
    ids = [identifier(n) for n in range(MOST - 1)]
    await asyncio.gather(*(lookup.find(it) for it in (ids, ids[:1], ids[:1], [*ids, *ids])))
    assert asked.questions == [MOST, 1, 2 * (MOST - 1)]


async def test_an_error_goes_to_those_who_asked_and_the_next_are_answered(asked: Asked) -> None:
    lookup = Lookup(asked)
    asked.failures = 1
    failed = await asyncio.gather(*(lookup.find([identifier(n)]) for n in range(3)), return_exceptions=True)
    assert {type(it) for it in failed} == {Unavailable}
    assert identifier(1) in await lookup.find([identifier(1)])


async def test_who_goes_away_takes_nothing_from_the_others(asked: Asked) -> None:
    lookup = Lookup(asked)
    tasks = [asyncio.create_task(lookup.find([identifier(n)])) for n in range(3)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(answers[0], asyncio.CancelledError)
    for number in (1, 2):
        found = answers[number]
        assert not isinstance(found, BaseException)
        assert identifier(number) in found

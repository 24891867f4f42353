"""`lrs edition`: what an operator publishes, sees, and is refused."""

from __future__ import annotations

import hashlib
import json
import time

import pytest

from lrs.adapters.sqlite import SqliteLog
from schemas.ports import PROJECTOR, EventLog, Store
from tests.cli.shell import Shell
from tests.endpoint.making import at_ends
from tests.reports.learning import cells_of, fact


def learn(shell: Shell, learners: range) -> None:
    """These learners are trained in Quảng Nam, and the consumers are at the end."""

    async def work(store: Store, log: EventLog) -> None:
        cells = cells_of(fact(f"l{n}", place="vn-2004/49", topic=1, groups=("cadres",)) for n in learners)
        async with store.aggregation((await store.living()).number, 0) as transaction:
            await transaction.save({}, cells, {}, None)
        assert isinstance(log, SqliteLog)
        before = await store.positions(PROJECTOR)
        for partition, to in (await at_ends(log, time.time_ns() // 1_000_000)).items():
            await store.move(PROJECTOR, before.get(partition), to, {})

    shell.inside(work)


@pytest.fixture
def published(one_touch: Shell) -> Shell:
    """A shell beside a store with two editions."""
    learn(one_touch, range(34))
    one_touch("edition", "publish", "--day", "2025-04-18")
    learn(one_touch, range(34, 46))
    one_touch("edition", "publish", "--day", "2025-04-19")
    return one_touch


def test_a_dry_run_says_what_would_be_published_and_keeps_nothing(one_touch: Shell) -> None:
    learn(one_touch, range(34))
    said = one_touch("edition", "publish", "--dry-run")
    assert "edition  1 of " in said and "34" in said and "dry run" in said
    assert one_touch("edition", "list").splitlines()[1:] == []
    assert "there is no edition yet" in one_touch.refused("edition", "show")


def test_editions_are_listed_shown_and_compared(published: Shell) -> None:
    listed = json.loads(published("edition", "list", "--json"))
    assert [(it["number"], it["day"]) for it in listed] == [(2, "2025-04-19"), (1, "2025-04-18")]
    assert published("edition", "list", "--limit", "1").count("2025-04-") == 1
    shown = published("edition", "show", "1", "--json")
    assert hashlib.sha256(shown.encode()).hexdigest() == listed[1]["digest"]
    assert "edition  2 of 2025-04-19" in published("edition", "show")
    found = json.loads(published("edition", "diff", "1", "2", "--json"))
    assert {(it["before"], it["after"]) for it in found} == {(34, 46)}
    assert published("edition", "diff", "2", "2").splitlines()[1:] == []
    assert "vn-2004/49" in published("edition", "diff", "1", "2")


def test_a_day_is_published_once_when_it_is_over_and_complete(published: Shell) -> None:
    refused = published.refused("edition", "publish", "--day", "2025-04-19")
    assert refused.startswith("edition 2 is of 2025-04-19")
    assert "is not over" in published.refused("edition", "publish", "--day", "2999-01-01")
    assert "there is no edition 3" in published.refused("edition", "diff", "1", "3")
    published.refused("edition", "publish", "--day", "today", code=2)


def test_what_no_consumer_has_read_is_waited_for_and_then_said(one_touch: Shell) -> None:
    one_touch("rebuild")
    said = one_touch.refused("edition", "publish", "--wait", "0.2")
    assert "they reach to nothing yet" in said and "consumers" in said


def test_the_smallest_cell_is_a_setting(one_touch: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    learn(one_touch, range(34))
    monkeypatch.setenv("LRS_SMALLEST_CELL", "50")
    assert "34" not in one_touch("edition", "publish", "--dry-run").split("through")[0]
    monkeypatch.setenv("LRS_SMALLEST_CELL", "2")
    assert "smallest_cell" in one_touch.refused("edition", "publish", "--dry-run")

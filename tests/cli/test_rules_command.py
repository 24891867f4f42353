"""Rules are shown, changed and listed; a change is a series of its own."""

from __future__ import annotations

import json

import pytest

from lrs.rule_change import parse_rule
from schemas.ruleset import TrainedRule
from tests.cli.shell import Shell


def test_a_change_makes_a_new_series_and_the_old_one_stays_listed(one_touch: Shell) -> None:
    said = one_touch(
        *("rules", "set", "--trained", "topics=3,courses=1", "--split-communes", "default-successor"),
        *("--trained-in", "thanh-hoa-2025-2026:topics=10,attended"),
        *("--topic", "bdhvs:11", "--no-topic", "bdhvs:10"),
    )
    assert "trained: completed at least 3 topics or 1 course, was completed at least 1 topic" in said
    assert "ruleset 2 now, a new series; 1 has ended" in said
    shown = json.loads(one_touch("rules", "show", "--json"))
    assert (shown["number"], shown["trained"]) == (2, "completed at least 3 topics or 1 course")
    assert shown["trained_in"] == [
        {"plan": "thanh-hoa-2025-2026", "words": "completed or attended at least 10 topics"}
    ]
    assert shown["split_communes"] == "default successor"
    assert "bdhvs:11" in shown["topics"] and "bdhvs:10" not in shown["topics"]
    first, second = json.loads(one_touch("rules", "history", "--json"))
    assert (first["number"], first["trained"]) == (1, "completed at least 1 topic or 1 course")
    assert first["until"] == second["since"] and second["until"] is None
    assert len(second["changes"]) == 5


def test_what_is_not_named_stays_and_a_plans_rule_can_be_taken_away(one_touch: Shell) -> None:
    one_touch("rules", "set", "--trained-in", "ha-noi-138:courses=2")
    one_touch("rules", "set", "--trained", "nobody")
    assert "in ha-noi-138: completed at least 2 courses" in one_touch("rules", "show")
    one_touch("rules", "set", "--not-trained-in", "ha-noi-138")
    shown = one_touch("rules", "show")
    assert "ha-noi-138" not in shown
    assert "trained         nobody" in shown


def test_the_same_rules_and_a_dry_run_change_nothing(one_touch: Shell) -> None:
    assert "These are the rules already (ruleset 1)" in one_touch(
        "rules", "set", "--trained", "topics=1,courses=1"
    )
    assert "this was a dry run" in one_touch("rules", "set", "--trained", "topics=2", "--dry-run")
    assert len(json.loads(one_touch("rules", "history", "--json"))) == 1


def test_figures_that_are_only_counted_again_are_listed_as_the_same(one_touch: Shell) -> None:
    one_touch("rebuild")
    assert "the same, counted again" in one_touch("rules", "history")


def test_rules_that_are_none_are_refused(one_touch: Shell) -> None:
    assert "there is no plan hanoi" in one_touch.refused("rules", "set", "--trained-in", "hanoi:topics=1")
    assert "scheme:code" in one_touch.refused("rules", "set", "--topic", "eleven")
    for rule in ("topics=0", "topics", "", "attended", "topics=1,topics=2", "lessons=1"):
        one_touch.refused("rules", "set", "--trained", rule, code=2)
    one_touch.refused("rules", "set", "--trained-in", "topics=1", code=2)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("topics=3", TrainedRule(topics=3, courses=None)),
        ("courses=2, attended", TrainedRule(topics=None, courses=2, attended=True)),
        ("topics=3,courses=1", TrainedRule(topics=3, courses=1)),
        ("nobody", TrainedRule(topics=None, courses=None)),
    ],
)
def test_a_rule_is_read_from_words(text: str, rule: TrainedRule) -> None:
    assert parse_rule(text) == rule

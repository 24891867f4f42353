"""Rulesets: numbered, and what a rule says of itself."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from schemas.ruleset import Ruleset, TrainedRule, launch_topics
from tests.consumers.factories import MOODLE, ONE_TOUCH
from tests.consumers.strategies import RULES


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (TrainedRule(), "completed at least 1 topic or 1 course"),
        (TrainedRule(topics=3, courses=None), "completed at least 3 topics"),
        (TrainedRule(topics=None, attended=True), "completed or attended at least 1 course"),
        (TrainedRule(topics=None, courses=None), "nobody"),
    ],
)
def test_a_rule_in_words(rule: TrainedRule, words: str) -> None:
    assert rule.describe() == words


def test_a_rule_asks_for_something() -> None:
    with pytest.raises(ValidationError):
        TrainedRule(topics=0)


def test_the_launch_has_ten_topics() -> None:
    assert launch_topics() == {f"bdhvs:{number:02d}" for number in range(1, 11)}


def test_it_comes_back_as_it_was() -> None:
    assert Ruleset.model_validate_json(RULES.model_dump_json()) == RULES


def test_registering_adds_or_replaces_and_is_one_revision_on() -> None:
    one = Ruleset(number=3, revision=4).registering(ONE_TOUCH)
    both = one.registering(MOODLE)
    assert (both.number, both.revision, list(both.platforms)) == (3, 6, ["onetouch", "moodle"])
    changed = ONE_TOUCH.model_copy(update={"confirms": False})
    assert both.registering(changed).platforms == {"onetouch": changed, "moodle": MOODLE}
    assert list(one.platforms) == ["onetouch"], "the one before is as it was"


def test_rules_do_not_change() -> None:
    with pytest.raises(ValidationError):
        setattr(RULES, "number", 2)  # noqa: B010 - mypy knows that it must not
    with pytest.raises(ValidationError):
        Ruleset.model_validate({"numbre": 2})

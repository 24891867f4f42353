"""Entries of the audit trail name nobody."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.audit import LONGEST, about
from schemas.fact import learner_key

AGENT = {"account": {"homePage": "https://one.example", "name": "nguyen-van-an"}}


def test_a_learner_is_named_by_their_pseudonym_alone() -> None:
    said = about({"agent": orjson.dumps(AGENT).decode(), "related_agents": "true", "verb": "http://v"})
    learner = learner_key("account:https://one.example|nguyen-van-an")
    assert orjson.loads(said) == {"learner": learner, "related_agents": "true", "verb": "http://v"}


@pytest.mark.parametrize("agent", ["", "{", "[]", '"an"', '{"mbox": 1}', '{"account": {}}', '{"name": "an"}'])
def test_what_is_no_agent_is_not_repeated(agent: str) -> None:
    assert orjson.loads(about({"agent": agent})) == {"learner": None}


@given(st.text(min_size=3), st.sampled_from(["stateId", "profileId", "more", "x"]))
def test_what_may_name_somebody_is_said_by_its_parameter_alone(value: str, name: str) -> None:
    assert orjson.loads(about({name: value})) == {name: None}


def test_what_is_said_is_bounded() -> None:
    assert len(orjson.loads(about({"verb": "x" * 5_000}))["verb"]) == LONGEST

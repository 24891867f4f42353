"""What a learner is given of a statement: all that is theirs, and nobody else."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.erasure import named
from schemas.excerpt import OTHER, is_actor, only
from schemas.fact import learner_key
from schemas.xapi import ifi
from tests.consumers.factories import agent, group, said, subject

PEOPLE = ("an", "binh", "chi")
AN = frozenset({subject("an")})
STRANGER = learner_key(ifi(OTHER) or "")


def people(value: dict[str, Any]) -> set[str]:
    """Which of PEOPLE are anywhere in it."""
    text = orjson.dumps(value).decode()
    return {name for name in PEOPLE if f'"{name}"' in text}


def roles(actor: str, members: list[str], other: str, instructor: str, inner: str) -> dict[str, Any]:
    """A statement with people in every role."""
    return {
        **said(1, actor=group(actor, *members)),
        "object": {
            "objectType": "SubStatement",
            "actor": agent(inner),
            "verb": {"id": "http://v"},
            "object": agent(other),
            "result": {"response": "inner"},
        },
        "result": {"score": {"raw": 5}, "extensions": {"http://e/tutor": agent(instructor)}},
        "context": {
            "instructor": agent(instructor),
            "team": group(*members, other),
            "contextAgents": [{"objectType": "contextAgent", "agent": agent(it)} for it in (inner, other)],
            "contextGroups": [{"objectType": "contextGroup", "group": group(actor, other)}],
            "extensions": {"http://e/peers": [agent(it) for it in members]},
        },
        "authority": {"account": {"homePage": "https://lrs", "name": "one"}},
    }


@given(st.tuples(*[st.sampled_from(PEOPLE)] * 4), st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3))
def test_nobody_else_is_left_in_any_role(names: tuple[str, str, str, str], members: list[str]) -> None:
    actor, other, instructor, inner = names
    statement = roles(actor, members, other, instructor, inner)
    before = orjson.dumps(statement)
    for name in PEOPLE:
        left = only(statement, {subject(name)})
        assert people(left) <= {name}
        assert named(left) <= {subject(name), STRANGER}
        if subject(name) in named(statement):
            assert subject(name) in named(left), "what concerns them stays"
    assert orjson.dumps(statement) == before, "what was given is not changed"


def test_what_is_theirs_alone_stays_as_it_is() -> None:
    statement = said(1, learner="an", unit={"scheme": "vn-2025", "province": "48"}) | {
        "authority": agent("lrs")
    }
    assert only(statement, AN) == statement


@pytest.mark.parametrize("actor", ["an", "binh"])
def test_what_another_achieved_is_the_other_s(actor: str) -> None:
    statement = said(1, learner=actor, unit={"scheme": "vn-2025", "province": "48"})
    statement["result"] = {"score": {"raw": 9}, "response": "mine"}
    statement["context"] = {**statement["context"], "instructor": agent("an"), "registration": "r"}
    statement["attachments"] = [{"sha2": "0" * 64}]
    left = only(statement, AN)
    mine = actor == "an"
    assert is_actor(statement, AN) is mine
    assert ("result" in left, "attachments" in left) == (mine, mine)
    assert ("extensions" in left["context"], "registration" in left["context"]) == (mine, mine)
    assert left["context"]["instructor"] == agent("an")
    assert left["actor"] == (agent("an") if mine else OTHER)


def test_of_a_group_only_they_stay() -> None:
    left = only(said(1, actor=group("an", "binh")), AN)
    assert left["actor"] == group("an")


def test_one_person_may_have_two_identifiers() -> None:
    both = AN | {subject("binh")}
    assert only(said(1, actor=group("an", "binh", "chi")), both)["actor"] == group("an", "binh")


def test_who_is_named_where_the_specification_has_nobody_goes_too() -> None:
    other = {"http://e/tutor": agent("binh")}
    statement: dict[str, Any] = {
        **said(1, learner="an"),
        "people": [agent("an"), agent("binh")],
        "result": {"extensions": other},
        "context": {"extensions": other, "witness": agent("binh"), "contextActivities": {"other": [other]}},
    }
    left = only(statement, AN)
    assert people(left) == {"an"}
    assert left["people"] == [agent("an"), OTHER]
    assert left["context"]["extensions"] == {"http://e/tutor": OTHER}

"""What the statement store keeps of a statement."""

from __future__ import annotations

import pytest

from schemas.document import may_void, term, terms, voided_id
from schemas.xapi import statement_reference
from tests.consumers.factories import ADL, agent, number, said, verb, void


@pytest.mark.parametrize(
    ("own", "any_platform", "target_is_void", "works"),
    [
        (True, False, False, True),
        (True, True, False, True),
        (False, False, False, False),
        (False, True, False, True),
        (True, False, True, False),
        (True, True, True, False),
        (False, True, True, False),
    ],
)
def test_who_may_void_what(own: bool, any_platform: bool, target_is_void: bool, works: bool) -> None:
    target = "onetouch" if own else "moodle"
    assert (
        may_void(
            by="onetouch",
            any_platform=any_platform,
            target_platform=target,
            target_is_void=target_is_void,
        )
        is works
    )


def test_a_void_names_its_target_in_lower_case() -> None:
    statement = void(9, 1)
    statement["object"]["id"] = "ABCDEF00-0000-4000-8000-000000000001"
    assert voided_id(statement) == statement_reference(statement) == "abcdef00-0000-4000-8000-000000000001"


def test_a_reference_is_no_void_by_another_verb() -> None:
    statement = void(9, 1) | {"verb": {"id": verb("completed")}}
    assert (statement_reference(statement), voided_id(statement)) == (number(1), None)
    assert (statement_reference(said(1)), voided_id(said(1))) == (None, None)


def test_terms_tell_kinds_apart() -> None:
    assert len(term("verb", "x")) == 16
    assert len({term(kind, "x") for kind in ("verb", "agent", "activity", "registration")}) == 4


def test_a_statement_is_found_by_what_it_names() -> None:
    registration = "ABCDEF00-0000-4000-8000-000000000002"
    statement = said(1, learner="an", activity="https://one.example/1")
    statement["context"]["registration"] = registration
    statement["context"]["contextActivities"] = {"parent": [{"id": "https://one.example/course"}]}
    statement["context"]["instructor"] = agent("giang")
    found = terms(statement)
    an, giang = (f"account:https://one.example|{name}" for name in ("an", "giang"))
    assert found == {
        term("verb", f"{ADL}completed"),
        term("agent", an),
        term("related-agent", an),
        term("related-agent", giang),
        term("activity", "https://one.example/1"),
        term("related-activity", "https://one.example/1"),
        term("related-activity", "https://one.example/course"),
        term("registration", registration.lower()),
    }

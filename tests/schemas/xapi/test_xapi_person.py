"""The Person of an agent, and the names that statements give to it."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.xapi import ifi, names_in, person

ACCOUNT = {"account": {"homePage": "https://platform.example", "name": "an"}}
VERB = {"id": "https://platform.example/verb"}
ACTIVITY = {"id": "https://platform.example/lesson"}
IDENTIFIER = ifi(ACCOUNT) or ""


@pytest.mark.parametrize(
    "identifier",
    [
        ACCOUNT,
        {"mbox": "mailto:an@example.vn"},
        {"mbox_sha1sum": "a" * 40},
        {"openid": "https://example.vn/an"},
    ],
)
def test_a_person_has_the_agents_identifier_in_an_array(identifier: dict[str, Any]) -> None:
    expected = {"objectType": "Person", **{key: [value] for key, value in identifier.items()}}
    assert person(identifier, []) == expected
    assert person({**identifier, "objectType": "Agent"}, ["B", "A", "B"]) == {**expected, "name": ["B", "A"]}
    assert person({**identifier, "name": "A"}, ["B", "A"]) == {**expected, "name": ["A", "B"]}


def said(actor: Any, target: Any = ACTIVITY) -> list[str]:
    return list(names_in({"actor": actor, "verb": VERB, "object": target}, IDENTIFIER))


def test_names_are_those_of_the_actor_the_object_and_their_members() -> None:
    named, other = {**ACCOUNT, "name": "An"}, {"mbox": "mailto:b@example.vn", "name": "Bình"}
    group = {"objectType": "Group", "name": "5A", "member": [other, named]}
    assert said(named) == ["An"]
    assert said(ACCOUNT) == said(other) == said(other, {**ACTIVITY, "definition": {}}) == []
    assert said(other, {**named, "objectType": "Agent"}) == ["An"]
    assert said(group, group) == ["An", "An"]
    assert said({**ACCOUNT, "objectType": "Group", "name": "Class"}) == ["Class"]
    inner = {"objectType": "SubStatement", "actor": named, "verb": VERB, "object": ACTIVITY}
    assert said(other, inner) == []

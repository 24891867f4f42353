"""Contexts: what they hold, and what came with 2.0.0."""

from typing import Any

import pytest

from schemas.xapi import Version, check_statement
from tests.schemas.xapi.samples import (
    AGENT,
    CONTEXT_2,
    GROUP,
    OPENID,
    REF,
    SMALL,
    SUBSTATEMENT,
    put,
    refuse,
)

BAD: list[tuple[str, object, str, str]] = [
    ("context", "x", "wrong-type", "/context"),
    ("context|registration", "x", "bad-uuid", "/context/registration"),
    ("context|instructor", {}, "identifier-missing", "/context/instructor"),
    ("context|team", AGENT, "value-not-allowed", "/context/team/objectType"),
    ("context|team", OPENID, "missing-key", "/context/team"),
    ("context|contextActivities", [], "wrong-type", "/context/contextActivities"),
    ("context|contextActivities|sibling", [], "unknown-key", "/context/contextActivities/sibling"),
    ("context|contextActivities|parent", "x", "wrong-type", "/context/contextActivities/parent"),
    ("context|contextActivities|parent", {"id": "x"}, "bad-iri", "/context/contextActivities/parent/id"),
    ("context|contextActivities|other", [{}], "missing-key", "/context/contextActivities/other/0"),
    (
        "context|contextActivities|other",
        [{"objectType": "Agent", "id": "urn:x:y"}],
        "value-not-allowed",
        "/context/contextActivities/other/0/objectType",
    ),
    ("context|revision", 2, "wrong-type", "/context/revision"),
    ("context|platform", {}, "wrong-type", "/context/platform"),
    ("context|language", "vietnamese", "bad-language-tag", "/context/language"),
    ("context|language", "en_US", "bad-language-tag", "/context/language"),
    ("context|statement", {"id": REF["id"]}, "missing-key", "/context/statement"),
    ("context|statement", SUBSTATEMENT["object"], "value-not-allowed", "/context/statement/objectType"),
    ("context|extensions", {"unit": 1}, "bad-iri", "/context/extensions/unit"),
]


@pytest.mark.parametrize("version", list(Version))
@pytest.mark.parametrize(("place", "value", "code", "pointer"), BAD)
def test_a_broken_rule_has_its_code_and_place(
    place: str, value: object, code: str, pointer: str, version: Version
) -> None:
    refuse(put(SMALL, place, value), version, code, pointer)


@pytest.mark.parametrize("key", ["revision", "platform"])
@pytest.mark.parametrize("target", [REF, AGENT, GROUP, SUBSTATEMENT["object"]])
def test_revision_and_platform_need_an_activity(key: str, target: dict[str, Any]) -> None:
    statement = put(put(SMALL, "object", target), f"context|{key}", "1")
    refuse(statement, Version.V1_0_3, "activity-only", f"/context/{key}")


@pytest.mark.parametrize("key", ["contextAgents", "contextGroups"])
def test_context_agents_and_groups_came_with_2_0(key: str) -> None:
    statement = put(SMALL, f"context|{key}", CONTEXT_2[key])
    assert check_statement(statement, Version.V2_0_0) is statement
    refuse(statement, Version.V1_0_3, "unknown-key", f"/context/{key}")


@pytest.mark.parametrize(("key", "inner"), [("contextAgents", "agent"), ("contextGroups", "group")])
def test_what_context_agents_and_groups_must_hold(key: str, inner: str) -> None:
    good = put(SMALL, "context", CONTEXT_2)
    at = f"/context/{key}"
    for place, value, code, pointer in [
        ("", {}, "wrong-type", at),
        ("|0|objectType", ..., "missing-key", f"{at}/0"),
        ("|0|objectType", "Agent", "value-not-allowed", f"{at}/0/objectType"),
        (f"|0|{inner}", ..., "missing-key", f"{at}/0"),
        ("|0|relevantTypes", [], "out-of-range", f"{at}/0/relevantTypes"),
        ("|0|relevantTypes", ["abc"], "bad-iri", f"{at}/0/relevantTypes/0"),
        ("|0|name", "x", "unknown-key", f"{at}/0/name"),
    ]:
        refuse(put(good, f"context|{key}{place}", value), Version.V2_0_0, code, pointer)

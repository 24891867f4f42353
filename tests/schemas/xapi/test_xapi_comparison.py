"""G3: the same content, and what makes it another."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.xapi import Version, normalise, same_json, same_statement
from tests.schemas.xapi.samples import (
    ACCOUNT,
    AGENT,
    CONTEXT_2,
    FULL,
    GROUP,
    OPENID,
    SMALL,
    SUBSTATEMENT,
    put,
)

GROUPED = put(put(SMALL, "actor", GROUP), "context", CONTEXT_2)
MEMBERS = [*reversed(GROUP["member"])]

SAME: list[tuple[str, Any, Any]] = [
    ("key order", FULL, dict(reversed(FULL.items()))),
    ("authority", FULL, put(FULL, "authority", OPENID)),
    ("no authority", FULL, put(FULL, "authority", ...)),
    ("stored", FULL, put(FULL, "stored", ...)),
    ("version", FULL, put(FULL, "version", "1.0.3")),
    ("no id", FULL, put(FULL, "id", ...)),
    ("id in another case", FULL, put(FULL, "id", FULL["id"].upper())),
    ("no timestamp", FULL, put(FULL, "timestamp", ...)),
    ("same instant", FULL, put(FULL, "timestamp", "2025-04-18T01:02:03.0041Z")),
    (
        "lower-case z",
        put(SMALL, "timestamp", "2025-01-01t00:00:00z"),
        put(SMALL, "timestamp", "2025-01-01T00:00:00Z"),
    ),
    ("display", FULL, put(FULL, "verb|display", {"fr": "a"})),
    ("no definition", FULL, put(FULL, "object|definition", ...)),
    ("context definition", FULL, put(FULL, "context|contextActivities|grouping|0|definition", {"name": {}})),
    (
        "array of one",
        FULL,
        put(FULL, "context|contextActivities|parent", [{"id": "https://example.vn/quiz"}]),
    ),
    ("member order", GROUPED, put(GROUPED, "actor|member", MEMBERS)),
    ("team order", FULL, put(FULL, "context|team|member", MEMBERS)),
    ("contextGroups order", GROUPED, put(GROUPED, "context|contextGroups|0|group|member", MEMBERS)),
    ("mbox domain", SMALL, put(SMALL, "actor|mbox", "mailto:an@EXAMPLE.VN")),
    ("registration case", FULL, put(FULL, "context|registration", FULL["context"]["registration"].upper())),
    ("reference case", FULL, put(FULL, "context|statement|id", FULL["context"]["statement"]["id"].upper())),
    ("language case", FULL, put(FULL, "context|language", "VI-vn")),
    ("hash case", FULL, put(FULL, "attachments|0|sha2", FULL["attachments"][0]["sha2"].upper())),
    (
        "duration beyond 0.01 s",
        put(SMALL, "result|duration", "PT0.1237S"),
        put(SMALL, "result|duration", "PT0.12S"),
    ),
    ("1 and 1.0", FULL, put(FULL, "result|score|raw", 5.0)),
    ("inner instant", SUBSTATEMENT, put(SUBSTATEMENT, "object|timestamp", "2030-01-01T07:00:00+07:00")),
    ("inner display", SUBSTATEMENT, put(SUBSTATEMENT, "object|verb|display", ...)),
    ("inner array of one", SUBSTATEMENT, normalise(deepcopy(SUBSTATEMENT), Version.V1_0_3)),
]
OTHER: list[tuple[str, Any, Any]] = [
    ("other id", FULL, put(FULL, "id", "7ccd3322-e1a5-411a-a67d-6a735c76f119")),
    ("other instant", FULL, put(FULL, "timestamp", "2025-04-18T01:02:03.005Z")),
    ("other actor", FULL, put(FULL, "actor", AGENT)),
    ("account case", FULL, put(FULL, "actor|account|homePage", "https://LMS.example.vn")),
    ("mailbox case", SMALL, put(SMALL, "actor|mbox", "mailto:An@example.vn")),
    ("agent name", SMALL, put(SMALL, "actor|name", "Bình")),
    ("default written out", SMALL, put(SMALL, "object|objectType", "Activity")),
    ("verb", SMALL, put(SMALL, "verb|id", "https://example.vn/verbs/Read")),
    ("object kind", SMALL, put(SMALL, "object", {"objectType": "Agent", **OPENID})),
    ("one member less", GROUPED, put(GROUPED, "actor|member", MEMBERS[1:])),
    (
        "member twice",
        put(GROUPED, "actor|member", [AGENT, AGENT, ACCOUNT]),
        put(GROUPED, "actor|member", [AGENT, ACCOUNT, ACCOUNT]),
    ),
    ("member name", GROUPED, put(GROUPED, "actor|member|1|name", "")),
    (
        "context activities order",
        FULL,
        put(
            FULL,
            "context|contextActivities|grouping",
            [{"id": "https://example.vn/programme"}, {"id": "https://example.vn/course"}],
        ),
    ),
    (
        "true is not 1",
        put(SMALL, "result|extensions", {"urn:x:y": 1}),
        put(SMALL, "result|extensions", {"urn:x:y": True}),
    ),
    (
        "null is a value",
        put(SMALL, "result|extensions", {"urn:x:y": None}),
        put(SMALL, "result|extensions", {}),
    ),
    ("empty result", SMALL, put(SMALL, "result", {})),
    ("success", FULL, put(FULL, "result|success", False)),
    ("duration text", put(SMALL, "result|duration", "PT60S"), put(SMALL, "result|duration", "PT1M")),
    (
        "duration by 0.01 s",
        put(SMALL, "result|duration", "PT0.12S"),
        put(SMALL, "result|duration", "PT0.13S"),
    ),
    ("attachments", FULL, put(FULL, "attachments", ...)),
    ("inner timestamp", SUBSTATEMENT, put(SUBSTATEMENT, "object|timestamp", ...)),
    (
        "extension order",
        put(SMALL, "result|extensions", {"urn:x:y": [1, 2]}),
        put(SMALL, "result|extensions", {"urn:x:y": [2, 1]}),
    ),
]


@pytest.mark.parametrize(("a", "b"), [case[1:] for case in SAME], ids=[case[0] for case in SAME])
def test_same(a: dict[str, Any], b: dict[str, Any]) -> None:
    assert same_statement(a, b)
    assert same_statement(b, a)


@pytest.mark.parametrize(("a", "b"), [case[1:] for case in OTHER], ids=[case[0] for case in OTHER])
def test_other(a: dict[str, Any], b: dict[str, Any]) -> None:
    assert not same_statement(a, b)
    assert not same_statement(b, a)


def test_the_caller_may_leave_out_what_the_lrs_had_set() -> None:
    later = put(FULL, "timestamp", "2026-01-01T00:00:00Z")
    assert not same_statement(FULL, later)
    assert same_statement(FULL, later, ignoring=("timestamp",))


@given(st.sets(st.sampled_from([case[0] for case in SAME if case[1] is FULL])), st.permutations(list(FULL)))
def test_any_of_these_changes_together(names: set[str], order: list[str]) -> None:
    changed = {key: FULL[key] for key in order}
    for name, _, other in SAME:
        if name in names and name != "id in another case":
            for key in order:
                if key not in other:
                    changed.pop(key, None)
                elif key in changed and other[key] != FULL[key]:
                    changed[key] = other[key]
    assert same_statement(FULL, changed)
    assert same_statement(changed, FULL)
    assert same_statement(changed, deepcopy(changed))


SCALARS = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from([0.0, 1.0, 0.5, "a", ""])
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner)
)


@given(JSON, JSON)
def test_equality_of_json_is_symmetric_and_knows_no_true_one(a: object, b: object) -> None:
    assert same_json(a, a)
    assert same_json(a, b) == same_json(b, a)
    if same_json(a, b):
        assert a == b

"""Activities, interactions, references and results."""

import pytest

from schemas.xapi import Version
from tests.schemas.xapi.samples import OPENID, REF, SMALL, put, refuse

DEFINITION = "object|definition"

BAD: list[tuple[str, object, str, str]] = [
    ("object", "x", "wrong-type", "/object"),
    ("object", {}, "missing-key", "/object"),
    ("object|id", "x", "bad-iri", "/object/id"),
    ("object|objectType", "activity", "value-not-allowed", "/object/objectType"),
    ("object|objectType", None, "null-not-allowed", "/object/objectType"),
    ("object|objectType", ["Agent"], "wrong-type", "/object/objectType"),
    ("object", OPENID, "unknown-key", "/object/openid"),
    ("object", {"objectType": "Agent"}, "identifier-missing", "/object"),
    ("object", {"objectType": "StatementRef"}, "missing-key", "/object"),
    ("object", {**REF, "id": "x"}, "bad-uuid", "/object/id"),
    (DEFINITION, 1, "wrong-type", "/object/definition"),
    (f"{DEFINITION}|name", "x", "wrong-type", "/object/definition/name"),
    (f"{DEFINITION}|type", "x", "bad-iri", "/object/definition/type"),
    (f"{DEFINITION}|moreInfo", "x", "bad-iri", "/object/definition/moreInfo"),
    (f"{DEFINITION}|extensions", {"x": 1}, "bad-iri", "/object/definition/extensions/x"),
    (f"{DEFINITION}|extensions", [], "wrong-type", "/object/definition/extensions"),
    (f"{DEFINITION}|unknown", 1, "unknown-key", "/object/definition/unknown"),
    (DEFINITION, {"correctResponsesPattern": []}, "interaction-type-missing", "/object/definition"),
    (DEFINITION, {"scale": []}, "interaction-type-missing", "/object/definition"),
    (f"{DEFINITION}|interactionType", "essay", "value-not-allowed", "/object/definition/interactionType"),
    (
        DEFINITION,
        {"interactionType": "choice", "correctResponsesPattern": "a"},
        "wrong-type",
        "/object/definition/correctResponsesPattern",
    ),
    (
        DEFINITION,
        {"interactionType": "choice", "correctResponsesPattern": ["a", 1]},
        "wrong-type",
        "/object/definition/correctResponsesPattern/1",
    ),
    (
        DEFINITION,
        {"interactionType": "likert", "choices": []},
        "components-not-allowed",
        "/object/definition/choices",
    ),
    (
        DEFINITION,
        {"interactionType": "choice", "choices": [{"id": "a"}, {"id": "a"}]},
        "duplicate-component",
        "/object/definition/choices/1/id",
    ),
    (
        DEFINITION,
        {"interactionType": "choice", "choices": [{"description": {}}]},
        "missing-key",
        "/object/definition/choices/0",
    ),
    (
        DEFINITION,
        {"interactionType": "choice", "choices": [{"id": 1}]},
        "wrong-type",
        "/object/definition/choices/0/id",
    ),
    ("result", [], "wrong-type", "/result"),
    ("result|success", "true", "wrong-type", "/result/success"),
    ("result|completion", 1, "wrong-type", "/result/completion"),
    ("result|response", 1, "wrong-type", "/result/response"),
    ("result|duration", 90, "wrong-type", "/result/duration"),
    *(
        ("result|duration", text, "bad-duration", "/result/duration")
        for text in (
            "",
            "P",
            "PT",
            "P1DT",
            "P4W1D",
            "1H",
            "PA1H",
            "P1H",
            "PT1.5H1M",
            "-PT1S",
            "P1D\n",
            "PT1S1M",
        )
    ),
    ("result|extensions", {"x": 1}, "bad-iri", "/result/extensions/x"),
    ("result|score", 1, "wrong-type", "/result/score"),
    ("result|score", {"scaled": 1.01}, "out-of-range", "/result/score/scaled"),
    ("result|score", {"scaled": True}, "wrong-type", "/result/score/scaled"),
    ("result|score", {"raw": "5"}, "wrong-type", "/result/score/raw"),
    ("result|score", {"raw": float("inf")}, "out-of-range", "/result/score/raw"),
    ("result|score", {"scaled": float("nan")}, "out-of-range", "/result/score/scaled"),
    ("result|score", {"min": 1, "max": 1}, "out-of-range", "/result/score/min"),
    ("result|score", {"raw": -1, "min": 0}, "out-of-range", "/result/score/raw"),
    ("result|score", {"raw": 11, "max": 10}, "out-of-range", "/result/score/raw"),
    ("result|score", {"points": 1}, "unknown-key", "/result/score/points"),
]


@pytest.mark.parametrize("version", list(Version))
@pytest.mark.parametrize(("place", "value", "code", "pointer"), BAD)
def test_a_broken_rule_has_its_code_and_place(
    place: str, value: object, code: str, pointer: str, version: Version
) -> None:
    refuse(put(SMALL, place, value), version, code, pointer)

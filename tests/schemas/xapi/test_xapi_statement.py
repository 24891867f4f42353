"""Statements as a whole: what is accepted, what is refused, with which code and where."""

from typing import Any

import pytest

from schemas.xapi import VOIDED, Version, check_statement
from tests.schemas.xapi.samples import (
    ACCOUNT,
    AGENT,
    FULL,
    GROUP,
    OPENID,
    REF,
    SMALL,
    SUBSTATEMENT,
    put,
    refuse,
)

DEFINITION = "object|definition"

GOOD: list[tuple[str, Any]] = [
    ("small", SMALL),
    ("full", FULL),
    ("substatement", SUBSTATEMENT),
    ("reference", put(SMALL, "object", REF)),
    ("void", put(put(SMALL, "verb|id", VOIDED), "object", REF)),
    ("object agent", put(SMALL, "object", AGENT)),
    ("object group", put(SMALL, "object", GROUP)),
    ("group with identifier and no member", put(SMALL, "actor", {"objectType": "Group", **OPENID})),
    (
        "identified group with empty member",
        put(SMALL, "actor", {"objectType": "Group", "member": [], **OPENID}),
    ),
    ("account with empty name", put(SMALL, "actor", put(ACCOUNT, "account|name", ""))),
    ("empty objects", {**SMALL, "result": {}, "context": {}, "attachments": []}),
    ("empty extensions", put(SMALL, "context|extensions", {})),
    ("empty language map", put(SMALL, "verb|display", {})),
    ("empty contextActivities", put(SMALL, "context|contextActivities|parent", [])),
    ("null in extensions", put(SMALL, "result|extensions", {"urn:x:y": None})),
    ("patterns empty", put(FULL, f"{DEFINITION}|correctResponsesPattern", [])),
    ("likert", put(SMALL, DEFINITION, {"interactionType": "likert", "scale": [{"id": "1"}]})),
    (
        "matching",
        put(
            SMALL,
            DEFINITION,
            {"interactionType": "matching", "source": [{"id": "1"}], "target": [{"id": "1"}]},
        ),
    ),
    ("performance", put(SMALL, DEFINITION, {"interactionType": "performance", "steps": []})),
    ("score bounds", put(SMALL, "result|score", {"scaled": -1, "raw": 0, "min": 0, "max": 0.5})),
    ("length as 27.0", put(FULL, "attachments|0|length", 27.0)),
    ("authority of two", put(SMALL, "authority", {"objectType": "Group", "member": [ACCOUNT, AGENT]})),
    ("future timestamp", put(SMALL, "timestamp", "2999-01-01T00:00:00Z")),
    *(
        (f"duration {text}", put(SMALL, "result|duration", text))
        for text in ("P3Y", "P4W", "PT0S", "P1DT0.5H")
    ),
    *((f"duration {text}", put(SMALL, "result|duration", text)) for text in ("P1Y2M3DT4H5M6,789S", "P0.5Y")),
    *((f"language {tag}", put(SMALL, "context|language", tag)) for tag in ("vi", "zh-Hant-TW", "i-klingon")),
    *((f"language {tag}", put(SMALL, "context|language", tag)) for tag in ("x-a", "de-1996", "en-a-bbb-x-c")),
    *(
        (f"iri {iri}", put(SMALL, "verb|id", iri))
        for iri in ("urn:x:1", "https://ví.vn/dụ?a[]=%C3", "tag:a,b:c")
    ),
    *((f"version {text}", put(SMALL, "version", text)) for text in ("1.0", "1.0.0", "1.0.9")),
]

BAD: list[tuple[str, object, str, str]] = [
    ("actor", ..., "missing-key", ""),
    ("verb", ..., "missing-key", ""),
    ("object", ..., "missing-key", ""),
    ("Actor", AGENT, "unknown-key", "/Actor"),
    ("extra", 1, "unknown-key", "/extra"),
    ("id", "16fd2706", "bad-uuid", "/id"),
    ("id", "16fd27068baf433b82eb8c7fada847da", "bad-uuid", "/id"),
    ("id", 1, "wrong-type", "/id"),
    ("id", "", "bad-uuid", "/id"),
    ("id", "16fd2706-8baf-433b-82eb-8c7fada847da\n", "bad-uuid", "/id"),
    ("verb", "read", "wrong-type", "/verb"),
    ("verb|id", ..., "missing-key", "/verb"),
    ("verb|id", "read", "bad-iri", "/verb/id"),
    ("verb|id", "", "bad-iri", "/verb/id"),
    ("verb|id", "/verbs/read", "bad-iri", "/verb/id"),
    ("verb|id", "https://", "bad-iri", "/verb/id"),
    ("verb|id", "http:read", "bad-iri", "/verb/id"),
    ("verb|id", "https://a.vn/b c", "bad-iri", "/verb/id"),
    ("verb|id", "https://a.vn/|", "bad-iri", "/verb/id"),
    ("verb|id", "https://a.vn/%2", "bad-iri", "/verb/id"),
    ("verb|id", "https://a.vn/\n", "bad-iri", "/verb/id"),
    ("verb|id", "ab=c://a.vn", "bad-iri", "/verb/id"),
    ("verb|name", "read", "unknown-key", "/verb/name"),
    ("verb|display", "read", "wrong-type", "/verb/display"),
    ("verb|display", {"vi": None}, "null-not-allowed", "/verb/display/vi"),
    ("verb|display", {"vi": 1}, "wrong-type", "/verb/display/vi"),
    ("verb|display", {"a1234": "x"}, "bad-language-tag", "/verb/display/a1234"),
    ("verb|display", {"something": "x"}, "bad-language-tag", "/verb/display/something"),
    ("verb|display", {"a/~": "x"}, "bad-language-tag", "/verb/display/a~1~0"),
    ("verb|display", {"": "x"}, "bad-language-tag", "/verb/display/"),
    ("verb|id", VOIDED, "void-without-reference", "/object"),
    ("timestamp", 0, "wrong-type", "/timestamp"),
    ("timestamp", "18/04/2025", "bad-timestamp", "/timestamp"),
    ("stored", "now", "bad-timestamp", "/stored"),
    ("version", "2.1.0", "version-unsupported", "/version"),
    ("version", "1.1.0", "version-unsupported", "/version"),
    ("version", "0.9.9", "version-unsupported", "/version"),
    ("version", 1.0, "wrong-type", "/version"),
    ("attachments", {}, "wrong-type", "/attachments"),
    ("attachments", [1], "wrong-type", "/attachments/0"),
    ("attachments", [{}], "missing-key", "/attachments/0"),
]


SUBSTATEMENT_BAD: list[tuple[str, object, str, str]] = [
    ("id", REF["id"], "unknown-key", "/object/id"),
    ("stored", "2025-01-01T00:00:00Z", "unknown-key", "/object/stored"),
    ("version", "1.0.0", "unknown-key", "/object/version"),
    ("authority", AGENT, "unknown-key", "/object/authority"),
    ("object", SUBSTATEMENT["object"], "nested-substatement", "/object/object"),
    ("actor", ..., "missing-key", "/object"),
    ("verb|id", VOIDED, "void-without-reference", "/object/object"),
]


@pytest.mark.parametrize("version", list(Version))
@pytest.mark.parametrize("statement", [case[1] for case in GOOD], ids=[case[0] for case in GOOD])
def test_a_valid_statement_is_returned_as_it_is(statement: dict[str, Any], version: Version) -> None:
    assert check_statement(statement, version) is statement


@pytest.mark.parametrize("version", list(Version))
@pytest.mark.parametrize(("place", "value", "code", "pointer"), BAD)
def test_a_broken_rule_has_its_code_and_place(
    place: str, value: object, code: str, pointer: str, version: Version
) -> None:
    refuse(put(SMALL, place, value), version, code, pointer)


@pytest.mark.parametrize("version", list(Version))
@pytest.mark.parametrize(("key", "value", "code", "pointer"), SUBSTATEMENT_BAD)
def test_substatements(key: str, value: object, code: str, pointer: str, version: Version) -> None:
    refuse(put(SUBSTATEMENT, f"object|{key}", value), version, code, pointer)


def test_a_statement_of_version_2_is_for_2_only() -> None:
    statement = put(SMALL, "version", "2.0.0")
    assert check_statement(statement, Version.V2_0_0) is statement
    refuse(statement, Version.V1_0_3, "version-unsupported", "/version")


def test_2_0_timestamps_are_rfc_3339() -> None:
    for text in ("2025-04-18T01:02:03", "2025-04-18T01:02Z", "2025-04-18T01:02:03+0700"):
        statement = put(SMALL, "timestamp", text)
        assert check_statement(statement, Version.V1_0_3) is statement
        refuse(statement, Version.V2_0_0, "bad-timestamp", "/timestamp")

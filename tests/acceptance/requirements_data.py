"""What xAPI says of statements, a row each: a requirement by its number in ADL's list, what is sent, and what
it comes to in both versions; `refusals.py` has further ones.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.acceptance.making import ADL, Json, account, reference

IRI, UUID = "https://platform.example/x", "16fd2706-8baf-433b-82eb-8c7fada847da"
AGENT, GROUP = {"objectType": "Agent", **account("b")}, {"objectType": "Group", "member": [account("c")]}
LACKS: Any = object()
"""The property is left out."""


class Taken(NamedTuple):
    """Properties of a statement that is stored and read as it was sent."""

    requirement: str
    sent: Json


class Refused(NamedTuple):
    """Properties of a statement that is refused with this code at this path."""

    requirement: str
    code: str
    path: str
    sent: Json


def _activity(**definition: Any) -> Json:
    return {"object": {"id": IRI, "definition": definition}}


def _interaction(kind: str, **more: Any) -> Json:
    return _activity(interactionType=kind, **more)


def _inner(**more: Any) -> Json:
    inner = {"objectType": "SubStatement", "actor": account("b"), "verb": {"id": IRI}, "object": {"id": IRI}}
    return {"object": {**inner, **more}}


def _result(**more: Any) -> Json:
    return {"result": more}


def _context(**more: Any) -> Json:
    return {"context": more}


_CHOICES = [{"id": "a", "description": {"vi": "Đúng"}}, {"id": "b"}]
TAKEN = (
    Taken("XAPI-00002", _result(score={"raw": 0.12345678, "min": -1e-7, "max": 3.4028235e38})),
    Taken("XAPI-00007", {"verb": {"id": IRI, "display": {}}}),
    Taken("XAPI-00015", _result(response="Đà Nẵng — \U0001f393 — العربية — e\u0301")),
    Taken("XAPI-00030", {"id": "00000000-0000-1000-8000-00000000000a"}),
    Taken("XAPI-00034", {"actor": {"mbox": "mailto:an@example.vn", "name": "An", "objectType": "Agent"}}),
    Taken("XAPI-00034", {"actor": {"mbox_sha1sum": "ebd31e95054c018b10727ccffd2ef2ec3a016ee9"}}),
    Taken("XAPI-00034", {"actor": {"openid": "https://an.example.vn/"}}),
    Taken("XAPI-00036", {"actor": {"objectType": "Group", "member": [account("a"), AGENT]}}),
    Taken("XAPI-00037", {"actor": {**GROUP, "mbox": "mailto:lop-5a@example.vn"}}),
    Taken("XAPI-00037", {"actor": {"objectType": "Group", **account("lop-5a")}}),
    *(
        Taken("XAPI-00049", _interaction(kind))
        for kind in (
            "true-false",
            "choice",
            "fill-in",
            "long-fill-in",
            "matching",
            "performance",
            "sequencing",
            "likert",
            "numeric",
            "other",
        )
    ),
    Taken("XAPI-00049", _interaction("choice", correctResponsesPattern=["a[,]b"], choices=_CHOICES)),
    Taken("XAPI-00049", _interaction("likert", scale=_CHOICES)),
    Taken("XAPI-00049", _interaction("matching", source=_CHOICES, target=_CHOICES)),
    Taken("XAPI-00049", _interaction("performance", steps=_CHOICES)),
    Taken("XAPI-00060", _activity(type=IRI, moreInfo="https://platform.example/more", name={"vi-VN": "Bài"})),
    Taken("XAPI-00065", {"object": AGENT}),
    Taken("XAPI-00065", {"object": GROUP}),
    Taken("XAPI-00066", _inner(result={"success": False}, timestamp="2025-04-18T01:30:00.000Z")),
    Taken("XAPI-00072", {"object": reference(UUID)}),
    Taken("XAPI-00077", _result(duration="P1Y2M3DT4H5M6.7S")),
    Taken("XAPI-00077", _result(duration="P4W")),
    Taken("XAPI-00080", _result(score={"scaled": -1, "raw": 0, "min": 0, "max": 1})),
    Taken("XAPI-00083", _result(score={"scaled": 1.0})),
    Taken("XAPI-00089", _context(revision="", platform="Ứng dụng", language="vi-VN", registration=UUID)),
    Taken("XAPI-00088", _context(team=GROUP, instructor=GROUP)),
    Taken("XAPI-00092", _context(statement=reference(UUID))),
    Taken("XAPI-00093", _context(contextActivities={"parent": [{"id": IRI}], "other": [], "category": []})),
    Taken("XAPI-00119", _result(extensions={IRI: None, f"{IRI}/2": {}, f"{IRI}/3": "", f"{IRI}/4": [None]})),
    Taken("XAPI-00121", {"verb": {"id": IRI, "display": {"zh-Hant-TW": "x", "x-private": "y", "vi": "z"}}}),
    Taken("XAPI-00122", {"timestamp": "2025-04-18T01:30:00.123456Z"}),
)

REFUSED = (
    Refused("XAPI-00001", "null-not-allowed", "/result/score", _result(score=None)),
    Refused("XAPI-00003", "missing-key", "", {"actor": LACKS}),
    Refused("XAPI-00004", "missing-key", "", {"verb": LACKS}),
    Refused("XAPI-00005", "missing-key", "", {"object": LACKS}),
    Refused("XAPI-00006", "wrong-type", "/verb", {"verb": IRI}),
    Refused("XAPI-00006", "wrong-type", "/result/score/raw", _result(score={"raw": "1"})),
    Refused("XAPI-00008", "unknown-key", "/Verb", {"Verb": {"id": IRI}}),
    Refused(
        "XAPI-00009", "value-not-allowed", "/object/objectType", {"object": {**AGENT, "objectType": "agent"}}
    ),
    Refused("XAPI-00010", "unknown-key", "/result/note", _result(note="x")),
    Refused("XAPI-00011", "bad-iri", "/verb/id", {"verb": {"id": "completed"}}),
    Refused("XAPI-00017", "void-without-reference", "/object", {"verb": {"id": f"{ADL}voided"}}),
    Refused("XAPI-00022", "bad-timestamp", "/timestamp", {"timestamp": "18/04/2025"}),
    Refused(
        "XAPI-00024", "value-not-allowed", "/authority/objectType", {"authority": {"objectType": "Activity"}}
    ),
    Refused("XAPI-00025", "wrong-type", "/attachments", {"attachments": {}}),
    Refused("XAPI-00027", "bad-uuid", "/id", {"id": UUID.replace("-", "")}),
    Refused("XAPI-00028", "wrong-type", "/id", {"id": 1}),
    Refused("XAPI-00029", "bad-uuid", "/context/registration", _context(registration=f"{{{UUID}}}")),
    Refused("XAPI-00031", "value-not-allowed", "/actor/objectType", {"actor": {"objectType": "Activity"}}),
    Refused("XAPI-00032", "wrong-type", "/actor/objectType", {"actor": {**account("a"), "objectType": 1}}),
    Refused("XAPI-00033", "wrong-type", "/actor/name", {"actor": {**account("a"), "name": ["An"]}}),
    Refused("XAPI-00035", "unknown-key", "/actor/member", {"actor": {**account("a"), "member": [AGENT]}}),
    Refused("XAPI-00036", "wrong-type", "/actor/member", {"actor": {"objectType": "Group", "member": AGENT}}),
    Refused(
        "XAPI-00037", "identifier-several", "/actor", {"actor": {**GROUP, **account("a"), "openid": IRI}}
    ),
    Refused("XAPI-00038", "bad-mbox", "/actor/mbox", {"actor": {"mbox": "mailto:nobody"}}),
    Refused("XAPI-00039", "wrong-type", "/actor/mbox_sha1sum", {"actor": {"mbox_sha1sum": 1}}),
    Refused("XAPI-00040", "bad-iri", "/actor/openid", {"actor": {"openid": "an.example.vn"}}),
    Refused("XAPI-00041", "wrong-type", "/actor/account", {"actor": {"account": "an"}}),
    Refused("XAPI-00042", "missing-key", "/actor/account", {"actor": {"account": {"name": "an"}}}),
    Refused("XAPI-00043", "missing-key", "/actor/account", {"actor": {"account": {"homePage": IRI}}}),
    Refused("XAPI-00044", "missing-key", "/verb", {"verb": {}}),
    Refused("XAPI-00045", "wrong-type", "/verb/display", {"verb": {"id": IRI, "display": "xong"}}),
    Refused("XAPI-00046", "value-not-allowed", "/object/objectType", {"object": {"objectType": "Verb"}}),
    Refused("XAPI-00047", "missing-key", "/object", {"object": {"objectType": "Activity"}}),
    Refused("XAPI-00048", "wrong-type", "/object/definition", {"object": {"id": IRI, "definition": []}}),
    Refused("XAPI-00049", "value-not-allowed", "/object/definition/interactionType", _interaction("Choice")),
    Refused("XAPI-00056", "wrong-type", "/object/definition/name", _activity(name="Bài")),
    Refused("XAPI-00057", "wrong-type", "/object/definition/extensions", _activity(extensions=[])),
    Refused("XAPI-00059", "wrong-type", "/object/definition/description", _activity(description=["x"])),
    Refused("XAPI-00060", "bad-iri", "/object/definition/type", _activity(type="course")),
    Refused("XAPI-00061", "bad-iri", "/object/definition/moreInfo", _activity(moreInfo="more")),
    Refused(
        "XAPI-00064", "interaction-type-missing", "/object/definition", _activity(correctResponsesPattern=[])
    ),
    Refused("XAPI-00066", "missing-key", "/object", _inner(verb=LACKS)),
    Refused("XAPI-00067", "unknown-key", "/object/authority", _inner(authority=AGENT)),
    Refused("XAPI-00068", "unknown-key", "/object/version", _inner(version="1.0.0")),
    Refused("XAPI-00069", "unknown-key", "/object/stored", _inner(stored="2025-04-18T01:30:00Z")),
    Refused("XAPI-00070", "unknown-key", "/object/id", _inner(id=UUID)),
    Refused("XAPI-00071", "nested-substatement", "/object/object", _inner(**_inner())),
    Refused("XAPI-00072", "bad-uuid", "/object/id", {"object": reference("1")}),
    Refused("XAPI-00073", "bad-iri", "/object/id", {"object": {"id": UUID}}),
    Refused("XAPI-00074", "wrong-type", "/result/success", _result(success="yes")),
    Refused("XAPI-00075", "wrong-type", "/result/completion", _result(completion=1)),
    Refused("XAPI-00076", "wrong-type", "/result/response", _result(response=5)),
    Refused("XAPI-00077", "bad-duration", "/result/duration", _result(duration="PT")),
    Refused("XAPI-00124", "bad-duration", "/result/duration", _result(duration="P0000-00-01T00:00:00")),
    Refused("XAPI-00078", "wrong-type", "/result/extensions", _result(extensions="x")),
    Refused("XAPI-00079", "wrong-type", "/result/score", _result(score=5)),
    Refused("XAPI-00080", "out-of-range", "/result/score/min", _result(score={"min": 2, "max": 1})),
    Refused("XAPI-00082", "out-of-range", "/result/score/raw", _result(score={"min": 1, "raw": 0.5})),
    Refused("XAPI-00083", "out-of-range", "/result/score/scaled", _result(score={"scaled": -1.01})),
    Refused("XAPI-00084", "activity-only", "/context/revision", {"object": AGENT, **_context(revision="1")}),
    Refused("XAPI-00085", "activity-only", "/context/platform", {"object": GROUP, **_context(platform="x")}),
    Refused("XAPI-00086", "wrong-type", "/context/contextActivities", _context(contextActivities=[])),
    Refused("XAPI-00087", "bad-uuid", "/context/registration", _context(registration="1")),
    Refused("XAPI-00088", "value-not-allowed", "/context/team/objectType", _context(team=AGENT)),
    Refused("XAPI-00089", "wrong-type", "/context/revision", _context(revision=1)),
    Refused("XAPI-00090", "wrong-type", "/context/platform", _context(platform={})),
    Refused("XAPI-00091", "bad-language-tag", "/context/language", _context(language="tiếng")),
    Refused(
        "XAPI-00092",
        "value-not-allowed",
        "/context/statement/objectType",
        _context(statement={**reference(UUID), "objectType": "Ref"}),
    ),
    Refused(
        "XAPI-00093",
        "unknown-key",
        "/context/contextActivities/Parent",
        _context(contextActivities={"Parent": []}),
    ),
    Refused(
        "XAPI-00094",
        "missing-key",
        "/context/contextActivities/other/0",
        _context(contextActivities={"other": [{}]}),
    ),
    Refused(
        "XAPI-00098",
        "bad-authority",
        "/authority",
        {"authority": {"objectType": "Group", "member": [AGENT] * 3}},
    ),
    Refused("XAPI-00101", "version-unsupported", "/version", {"version": "0.9.9"}),
    Refused("XAPI-00118", "bad-iri", "/context/extensions/unit", _context(extensions={"unit": 1})),
    Refused("XAPI-00120", "wrong-type", "/context/extensions", _context(extensions=1)),
    Refused(
        "XAPI-00121",
        "bad-language-tag",
        "/verb/display/viet nam",
        {"verb": {"id": IRI, "display": {"viet nam": "x"}}},
    ),
    Refused("XAPI-00123", "bad-timestamp", "/timestamp", {"timestamp": "20250418"}),
    Refused("XAPI-00123", "bad-timestamp", "/timestamp", {"timestamp": "2025-04-18T01:30:00-00:00"}),
)

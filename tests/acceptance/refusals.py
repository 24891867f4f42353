"""What must be refused, each with the code and path that it is told: statements, bodies, headers,
parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from tests.acceptance.making import ADL, BDHVS, Json, account, reference, statement

UUID = "16fd2706-8baf-433b-82eb-8c7fada847da"
IRI = "https://platform.example/x"


class Statement(NamedTuple):
    """A statement that breaks one rule; `path` from its root."""

    code: str
    path: str
    value: Any
    version: str = "2.0.0"


class Request(NamedTuple):
    """A request that is refused whatever it carries."""

    status: int
    code: str
    path: str | None
    method: str = "GET"
    query: str = ""
    body: bytes | None = None
    headers: Mapping[str, str | None] = {}


def _with(**more: Any) -> Json:
    return {**statement(), **more}


def _without(key: str) -> Json:
    return {name: value for name, value in statement().items() if name != key}


def _activity(**definition: Any) -> Json:
    return _with(object={"id": IRI, "definition": definition})


def _context(**context: Any) -> Json:
    return _with(context=context)


def _substatement(**more: Any) -> Json:
    inner = {"objectType": "SubStatement", "actor": account("b"), "verb": {"id": IRI}, "object": {"id": IRI}}
    return _with(object={**inner, **more})


_ATTACHMENT: Json = {
    "usageType": IRI, "display": {"vi": "x"}, "contentType": "text/plain", "length": 1,
    "sha2": "a" * 64, "fileUrl": IRI,
}  # fmt: skip


def _attachment(**more: Any) -> Json:
    return _with(attachments=[{**_ATTACHMENT, **more}])


STATEMENTS = (
    Statement("wrong-type", "", "a string"),
    Statement("wrong-type", "", 1),
    Statement("null-not-allowed", "", None),
    Statement("missing-key", "", _without("actor")),
    Statement("missing-key", "", _without("verb")),
    Statement("missing-key", "", _without("object")),
    Statement("unknown-key", "/extra", _with(extra=1)),
    Statement("unknown-key", "/a~1b~0c", _with(**{"a/b~c": 1})),
    Statement("unknown-key", "/Result", _with(Result={})),
    Statement("null-not-allowed", "/result", _with(result=None)),
    Statement("bad-uuid", "/id", _with(id="1")),
    Statement("wrong-type", "/id", _with(id=7)),
    Statement("identifier-missing", "/actor", _with(actor={"name": "An"})),
    Statement("identifier-several", "/actor", _with(actor={**account("a"), "openid": IRI})),
    Statement("bad-mbox", "/actor/mbox", _with(actor={"mbox": "an@example.vn"})),
    Statement("bad-hash", "/actor/mbox_sha1sum", _with(actor={"mbox_sha1sum": "abc"})),
    Statement("bad-iri", "/actor/openid", _with(actor={"openid": "not an iri"})),
    Statement("missing-key", "/actor/account", _with(actor={"account": {"name": "x"}})),
    Statement("bad-iri", "/actor/account/homePage", _with(actor=account("a", "home"))),
    Statement("wrong-type", "/actor/account/name", _with(actor={"account": {"homePage": IRI, "name": 1}})),
    Statement(
        "value-not-allowed",
        "/actor/objectType",
        _with(actor={**account("a"), "objectType": "agent"}),
    ),
    Statement("group-without-members", "/actor", _with(actor={"objectType": "Group"})),
    Statement(
        "nested-group",
        "/actor/member/0/objectType",
        _with(actor={"objectType": "Group", "member": [{"objectType": "Group", "member": [account("a")]}]}),
    ),
    Statement("bad-iri", "/verb/id", _with(verb={"id": "completed"})),
    Statement("missing-key", "/verb", _with(verb={"display": {"vi": "xong"}})),
    Statement("bad-language-tag", "/verb/display/a_b", _with(verb={"id": IRI, "display": {"a_b": "x"}})),
    Statement("wrong-type", "/verb/display/vi", _with(verb={"id": IRI, "display": {"vi": 1}})),
    Statement("void-without-reference", "/object", _with(verb={"id": f"{ADL}voided"})),
    Statement("bad-iri", "/object/id", _with(object={"id": "/lesson"})),
    Statement("missing-key", "/object", _with(object={})),
    Statement("value-not-allowed", "/object/objectType", _with(object={"objectType": "Thing"})),
    Statement("bad-uuid", "/object/id", _with(object=reference("x"))),
    Statement("missing-key", "/object", _with(object={"objectType": "StatementRef"})),
    Statement("bad-iri", "/object/definition/type", _activity(type="course")),
    Statement("bad-iri", "/object/definition/moreInfo", _activity(moreInfo="here")),
    Statement("bad-iri", "/object/definition/extensions/x", _activity(extensions={"x": 1})),
    Statement("interaction-type-missing", "/object/definition", _activity(choices=[{"id": "a"}])),
    Statement("value-not-allowed", "/object/definition/interactionType", _activity(interactionType="quiz")),
    Statement(
        "components-not-allowed",
        "/object/definition/steps",
        _activity(interactionType="choice", steps=[{"id": "a"}]),
    ),
    Statement(
        "duplicate-component",
        "/object/definition/choices/1/id",
        _activity(interactionType="choice", choices=[{"id": "a"}, {"id": "a"}]),
    ),
    Statement("missing-key", "/object", _with(object={"objectType": "SubStatement"})),
    Statement("nested-substatement", "/object/object", _substatement(object={"objectType": "SubStatement"})),
    Statement("unknown-key", "/object/id", _substatement(id=UUID)),
    Statement("out-of-range", "/result/score/scaled", _with(result={"score": {"scaled": 1.5}})),
    Statement("out-of-range", "/result/score/raw", _with(result={"score": {"raw": 5, "max": 4}})),
    Statement("out-of-range", "/result/score/min", _with(result={"score": {"min": 5, "max": 5}})),
    Statement("wrong-type", "/result/score/raw", _with(result={"score": {"raw": "5"}})),
    Statement("wrong-type", "/result/success", _with(result={"success": "true"})),
    Statement("wrong-type", "/result/completion", _with(result={"completion": 1})),
    Statement("bad-duration", "/result/duration", _with(result={"duration": "4 hours"})),
    Statement("bad-iri", "/result/extensions/", _with(result={"extensions": {"": 1}})),
    Statement("bad-uuid", "/context/registration", _context(registration="course-1")),
    Statement("bad-language-tag", "/context/language", _context(language="tiếng Việt")),
    Statement("missing-key", "/context/team", _context(team=account("a"))),
    Statement(
        "unknown-key",
        "/context/contextActivities/sibling",
        _context(contextActivities={"sibling": []}),
    ),
    Statement(
        "bad-iri",
        "/context/contextActivities/parent/0/id",
        _context(contextActivities={"parent": [{"id": "a"}]}),
    ),
    Statement("wrong-type", "/context/extensions", _context(extensions=[BDHVS])),
    Statement(
        "activity-only",
        "/context/platform",
        _with(object={**account("b"), "objectType": "Agent"}, context={"platform": "x"}),
    ),
    Statement("unknown-key", "/context/contextAgents", _context(contextAgents=[]), "1.0.3"),
    Statement(
        "missing-key",
        "/context/contextAgents/0",
        _context(contextAgents=[{"objectType": "contextAgent"}]),
    ),
    Statement("bad-timestamp", "/timestamp", _with(timestamp="yesterday")),
    Statement("bad-timestamp", "/timestamp", _with(timestamp="2025-02-30T00:00:00Z")),
    Statement("bad-timestamp", "/timestamp", _with(timestamp="2025-04-18T08:30")),
    Statement("bad-timestamp", "/timestamp", _with(timestamp="2025-04-18T08:30:00-00:00")),
    Statement("version-unsupported", "/version", _with(version="2.0.0"), "1.0.3"),
    Statement("version-unsupported", "/version", _with(version="0.95")),
    Statement(
        "bad-authority",
        "/authority",
        _with(authority={"objectType": "Group", "member": [account("a")]}),
    ),
    Statement("missing-key", "/attachments/0", _with(attachments=[{"usageType": IRI}])),
    Statement("bad-media-type", "/attachments/0/contentType", _attachment(contentType="text")),
    Statement("bad-hash", "/attachments/0/sha2", _attachment(sha2="xyz")),
    Statement("out-of-range", "/attachments/0/length", _attachment(length=-1)),
    Statement("bad-media-type", "/attachments/0/contentType", _attachment(contentType='a/b; c="\\\r"')),
    Statement(
        "bad-signature",
        "/attachments/0/contentType",
        _attachment(usageType="http://adlnet.gov/expapi/attachments/signature"),
    ),
    Statement(
        "file-url-missing",
        "/attachments/0",
        _with(attachments=[{name: value for name, value in _ATTACHMENT.items() if name != "fileUrl"}]),
    ),
)

_JSON = {"Content-Type": "application/json"}
_VERSION = "X-Experience-API-Version"
_BASIC = "Basic "


def _post(
    status: int, code: str, body: bytes, headers: Mapping[str, str | None] = _JSON, query: str = ""
) -> Request:
    return Request(
        status, code, None if not query else query.partition("=")[0].lstrip("?"), "POST", query, body, headers
    )


def _encoded(status: int, code: str, body: bytes, encoding: str) -> Request:
    headers = {**_JSON, "Content-Encoding": encoding}
    return Request(status, code, "Content-Encoding", "POST", "", body, headers)


_OTHER = "&".join(("agent=1", "verb=x"))
REQUESTS = (
    _post(400, "bad-json", b""),
    _post(400, "bad-json", b"{"),
    _post(400, "bad-json", b"{}{}"),
    _post(400, "bad-json", b"[NaN]"),
    _post(400, "bad-json", b'{"a":1e999}'),
    _post(400, "bad-json", b'"\xff"'),
    _post(400, "bad-json", b'"\\ud800"'),
    _post(400, "bad-json", b"[" * 3000 + b"]" * 3000),
    _post(400, "content-type-unsupported", b"[]", {"Content-Type": "text/plain"}),
    _post(400, "content-type-unsupported", b"[]", {}),
    _post(400, "content-type-unsupported", b"[]", {"Content-Type": "multipart/form-data; boundary=x"}),
    _encoded(415, "content-encoding-unsupported", b"[]", "br"),
    _encoded(415, "content-encoding-unsupported", b"[]", "gzip, gzip"),
    _encoded(400, "bad-gzip", b"[]", "gzip"),
    _post(400, "version-missing", b"[]", {**_JSON, _VERSION: None}),
    _post(400, "version-unsupported", b"[]", {**_JSON, _VERSION: "0.9"}),
    _post(400, "version-unsupported", b"[]", {**_JSON, _VERSION: "2.1.0"}),
    _post(400, "alternate-syntax-unsupported", b"[]", query="?method=PUT"),
    _post(400, "unknown-parameter", b"[]", query="?methods=PUT"),
    Request(400, "missing-parameter", "statementId", "PUT", "", b"{}", _JSON),
    Request(400, "bad-uuid", "statementId", "PUT", "?statementId=1", b"{}", _JSON),
    Request(400, "wrong-type", "", "PUT", f"?statementId={UUID}", b"[]", _JSON),
    Request(400, "id-mismatch", "/id", "PUT", f"?statementId={UUID.replace('1', '2')}", None, _JSON),
    Request(400, "version-missing", "", headers={_VERSION: None}),
    Request(400, "bad-uuid", "statementId", query="?statementId=1"),
    Request(400, "bad-uuid", "voidedStatementId", query="?voidedStatementId="),
    Request(
        400,
        "parameters-not-together",
        "statementId",
        query=f"?statementId={UUID}&voidedStatementId={UUID}",
    ),
    Request(400, "parameters-not-together", "statementId", query=f"?statementId={UUID}&limit=1"),
    Request(400, "parameters-not-together", "more", query="?more=x&limit=1"),
    Request(400, "repeated-parameter", None, query="?limit=1&limit=2"),
    Request(400, "unknown-parameter", "verbs", query="?verbs=x"),
    Request(400, "unknown-parameter", "statementid", query=f"?statementid={UUID}"),
    Request(400, "bad-json", "agent", query="?agent=an"),
    Request(400, "identifier-missing", "agent", query="?agent={}"),
    Request(400, "wrong-type", "agent", query="?agent=[]"),
    Request(400, "bad-mbox", "agent/mbox", query='?agent={"mbox":"x"}'),
    Request(400, "bad-iri", "verb", query="?verb=completed"),
    Request(400, "bad-iri", "activity", query="?activity="),
    Request(400, "bad-uuid", "registration", query="?registration=x"),
    Request(400, "bad-timestamp", "since", query="?since=today"),
    Request(400, "bad-timestamp", "until", query="?until=2025-13-01T00:00:00Z"),
    Request(400, "value-not-allowed", "limit", query="?limit=-1"),
    Request(400, "value-not-allowed", "limit", query="?limit=1.5"),
    Request(400, "value-not-allowed", "limit", query="?limit=٣"),
    Request(400, "value-not-allowed", "format", query="?format=xml"),
    Request(400, "value-not-allowed", "ascending", query="?ascending=1"),
    Request(400, "value-not-allowed", "related_agents", query="?related_agents=yes"),
    Request(400, "bad-cursor", "more", query="?more=x"),
    Request(400, "bad-cursor", "more", query="?more=W3t9LCJ4Il0"),
    Request(404, "statement-not-found", None, query=f"?statementId={UUID}"),
    Request(404, "statement-not-found", None, query=f"?voidedStatementId={UUID}"),
    Request(401, "credential-missing", None, headers={"Authorization": None}),
    Request(401, "credential-missing", None, headers={"Authorization": "Bearer x"}),
    Request(401, "credential-invalid", None, headers={"Authorization": f"{_BASIC}x"}),
    Request(401, "credential-invalid", None, headers={"Authorization": f"{_BASIC}ZGV2OndyaW5n"}),
    Request(401, "credential-invalid", None, headers={"Authorization": f"{_BASIC}{'A' * 2000}"}),
    Request(405, "method-not-allowed", None, "DELETE"),
)

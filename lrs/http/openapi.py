"""GET /openapi.json: the HTTP surface in OpenAPI 3.1; the reports in full, made from their models, and the
document resources from their table.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import orjson
from aiohttp import web
from pydantic.json_schema import models_json_schema

from lrs.editions.shape import PublicEdition
from lrs.editions.sheet import TABLES
from lrs.http.document_kinds import KINDS, READING, SINCE, DocumentKind
from lrs.http.editions import EDITION, LATEST, LIST, TABLE, EditionList, EditionTable
from lrs.http.entity_tag import IF_MATCH, IF_NONE_MATCH
from lrs.http.reports import PLATFORM, PROVINCE, PROVINCES, TARGETS
from lrs.http.route import Call, Route
from lrs.reports.media import Media
from lrs.reports.platform import PlatformReport
from lrs.reports.province import Province
from lrs.reports.provinces import Provinces
from lrs.reports.shape import Shape
from lrs.reports.targets import Targets
from schemas.calendar import TOTAL
from schemas.cell import NOT_ATTRIBUTABLE, NOT_STATED
from schemas.figure import ALL
from schemas.group import groups
from schemas.registration import NAME
from schemas.resource_document import LONGEST_ID
from schemas.target import plans
from schemas.unit import SCHEMES

PATH = "/openapi.json"
Json = dict[str, Any]


class ErrorDetail(Shape):
    """What is wrong with a request."""

    code: str
    """Stable: programs may go by it."""
    message: str
    """For people: what to do."""
    path: str | None = None
    """The parameter, or the JSON Pointer of the value, that is wrong; left out where it is none."""


class Error(Shape):
    """The body of every answer that is an error."""

    error: ErrorDetail


REPORTS: Mapping[str, type[Shape]] = {
    PROVINCES: Provinces,
    PROVINCE: Province,
    TARGETS: Targets,
    PLATFORM: PlatformReport,
}
"""By path the model of its answer."""

EDITIONS: Mapping[str, type[Shape]] = {LIST: EditionList, EDITION: PublicEdition, TABLE: EditionTable}
"""By path the model of its answer, for everybody."""


def document(prefix: str = "") -> Json:
    """The whole document. `prefix`: what a proxy has before our paths."""
    models: list[type[Shape]] = [*REPORTS.values(), *EDITIONS.values(), Error]
    _, schemas = models_json_schema(
        [(model, "serialization") for model in models], ref_template="#/components/schemas/{model}"
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Learning-records store",
            "version": version("lrs"),
            "description": "xAPI 1.0.3 and 2.0.0, and exact figures of learning by province. Units are those "
            "of `vn-2004` or `vn-2025`: a code without its scheme means nothing.",
        },
        "servers": [{"url": prefix or "/"}],
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {
                "credential": {"type": "http", "scheme": "basic", "description": "A key and its secret."}
            },
        },
        "paths": {path: {"get": operation} for path, operation in (_reports() | _editions()).items()}
        | {kind.path: _document_operations(kind) for kind in KINDS}
        | _others(),
    }


def _reports() -> Json:
    needs = "Needs the scope `reports/read`; `reports/read/province` reads its own provinces."
    frozen = _choice(
        "edition",
        "As of the edition of this number, whole: the figures it was made from. Needs `reports/read`.",
        {"pattern": "^[1-9][0-9]{0,8}$"},
    )
    return {
        PROVINCES: _report(
            PROVINCES,
            "provinces",
            f"Every province of a scheme, what is no province, and the nation as their sum. {needs}",
            [
                _choice("scheme", "The scheme of the provinces.", {"enum": SCHEMES, "default": "vn-2025"}),
                _choice(
                    "period",
                    "At any time, or in a year, a month or a day of Asia/Ho_Chi_Minh.",
                    {"pattern": f"^({TOTAL}|[0-9]{{4}}(-[0-9]{{2}}(-[0-9]{{2}})?)?)$", "default": TOTAL},
                    example="2025-04-18",
                ),
                _group("Whose figures: everybody's, a group's, or of those whose group is not stated."),
                frozen,
            ],
        ),
        PROVINCE: _report(
            PROVINCE,
            "province",
            f"One province: communes, groups, topics, channels, months. {needs}",
            [
                _part("scheme", "The scheme of the code.", {"enum": SCHEMES}),
                _part(
                    "code",
                    f"The province's code; `{NOT_STATED}`; in vn-2004 also `{NOT_ATTRIBUTABLE}`.",
                    {"pattern": f"^([0-9]{{2}}|{NOT_STATED}|{NOT_ATTRIBUTABLE})$"},
                ),
                _group("A group whose topics are shown beside everybody's."),
            ],
        ),
        TARGETS: _report(
            TARGETS,
            "targets",
            f"Plans and their targets, each with the figure at its due date. {needs}",
            [_choice("plan", "One plan alone.", {"enum": list(plans())}), frozen],
        ),
        PLATFORM: _report(
            PLATFORM,
            "platform",
            "What became of everything that a platform sent. Needs the scope `reports/read`, or for one's "
            "own platform `statements/read/mine`.",
            [_part("platform", "The platform's registered name.", {"pattern": f"^{NAME.pattern}$"})],
        ),
    }


def _report(path: str, name: str, summary: str, parameters: list[Json]) -> Json:
    formats = _choice("format", "Goes before the `Accept` header; without either, json.", {"enum": [*Media]})
    matches = {
        "name": "If-None-Match",
        "in": "header",
        "description": "The `ETag` of an earlier answer: unchanged is answered with 304.",
        "schema": {"type": "string"},
    }
    answer = {
        "description": "The report.",
        "headers": {"ETag": {"description": "A hash of the body.", "schema": {"type": "string"}}},
        "content": {
            "application/json": {"schema": {"$ref": f"#/components/schemas/{REPORTS[path].__name__}"}},
            "text/csv": {
                "schema": {
                    "type": "string",
                    "description": "UTF-8 with a byte-order mark, one header line (RFC 4180).",
                }
            },
        },
    }
    missing = {"404": _error("No such thing as the path names.")} if "{" in path else {}
    return {
        "operationId": name,
        "tags": ["reports"],
        "summary": summary,
        "security": [{"credential": []}],
        "parameters": [*parameters, formats, matches],
        "responses": {
            "200": answer,
            "304": {"description": "The report is what the client has."},
            "400": _error("A query parameter is unknown, given twice, or has a value that is not allowed."),
            "401": _error("No credential, or a wrong one."),
            "403": _error("The credential lacks the scope, or is another platform's."),
            **missing,
            "503": _error("Try again after `Retry-After` seconds."),
        },
    }


def _editions() -> Json:
    number = {"pattern": "^[1-9][0-9]{0,8}$"}
    one = _part("edition", f"Its number, or `{LATEST}`.", {"pattern": f"^([1-9][0-9]{{0,8}}|{LATEST})$"})
    table = _part("table", "The table's name.", {"enum": list(TABLES)})
    formats = _choice("format", "Goes before the `Accept` header; without either, json.", {"enum": [*Media]})
    return {
        LIST: _edition(
            LIST,
            "editions",
            "The editions of the public figures, the latest first.",
            [
                _choice("before", "Those before this number alone.", number),
                _choice("limit", "How many at most.", number),
            ],
        ),
        EDITION: _edition(
            EDITION,
            "edition",
            "An edition, byte for byte as its digest is of. It never changes.",
            [one],
        ),
        TABLE: _edition(
            TABLE, "edition-table", "One table of an edition, as JSON or CSV.", [one, table, formats]
        ),
    }


def _edition(path: str, name: str, summary: str, parameters: list[Json]) -> Json:
    content: Json = {
        "application/json": {"schema": {"$ref": f"#/components/schemas/{EDITIONS[path].__name__}"}}
    }
    if path == TABLE:
        content["text/csv"] = {"schema": {"type": "string"}}
    missing = {"404": _error("There is no such edition or table.")} if "{" in path else {}
    return {
        "operationId": name,
        "tags": ["editions"],
        "summary": f"{summary} For everybody, without a credential.",
        "security": [],
        "parameters": parameters,
        "responses": {
            "200": {"description": "It.", "content": content},
            "304": {"description": "The client has it."},
            "400": _error("A query parameter is unknown, given twice, or has a value that is not allowed."),
            **missing,
            "503": _error("Try again after `Retry-After` seconds."),
        },
    }


def _choice(name: str, description: str, schema: Json, example: str | None = None) -> Json:
    given = {} if example is None else {"example": example}
    return {
        "name": name,
        "in": "query",
        "description": description,
        "schema": {"type": "string", **schema},
        **given,
    }


def _part(name: str, description: str, schema: Json) -> Json:
    return {**_choice(name, description, schema), "in": "path", "required": True}


def _group(description: str) -> Json:
    codes = [code for code, group in groups().items() if group.sendable]
    return _choice("group", description, {"enum": [ALL, NOT_STATED, *codes], "default": ALL})


def _error(description: str) -> Json:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{Error.__name__}"}}}
    return {"description": description, "content": content}


_DOCUMENT_METHODS: Mapping[str, tuple[str, str, str]] = {
    "GET": ("200", "A document, or the ids of all.", "The document as it was sent, or an array of ids."),
    "HEAD": ("200", "The headers of GET.", "As GET, without a body."),
    "PUT": ("204", "Put a document in the place of what is there.", "It is stored."),
    "POST": (
        "204",
        "Merge a JSON object into the one there, at its top level; or store it.",
        "It is stored.",
    ),
    "DELETE": ("204", "Delete a document, or, of State, all of a context.", "Nothing is there any more."),
}
_DOCUMENT_PARAMETERS: Mapping[str, tuple[str, Json]] = {
    "activityId": ("The activity's IRI.", {"format": "iri"}),
    "agent": (
        "An Agent as JSON, with one inverse functional identifier.",
        {"contentMediaType": "application/json"},
    ),
    "registration": ("A registration; without it those documents that have none.", {"format": "uuid"}),
    "stateId": ("The document's own id.", {"maxLength": LONGEST_ID}),
    "profileId": ("The document's own id.", {"maxLength": LONGEST_ID}),
    SINCE: ("Only ids of documents modified after this moment.", {"format": "date-time"}),
}


def _document_operations(kind: DocumentKind) -> Json:
    return {method.lower(): _document_operation(kind, method) for method in _DOCUMENT_METHODS}


def _document_operation(kind: DocumentKind, method: str) -> Json:
    status, summary, description = _DOCUMENT_METHODS[method]
    reads, deletes = method in READING, method == "DELETE"
    needed = {*kind.required, *(() if reads or (deletes and kind.deletes_all) else (kind.id,))}
    names = (*kind.required, *kind.optional, kind.id, *((SINCE,) if reads else ()))
    tags = "`*`, or entity tags in their quotes."
    headers = [
        {"name": name, "in": "header", "description": tags, "schema": {"type": "string"}}
        for name in (IF_MATCH, IF_NONE_MATCH)
    ]
    body = {"requestBody": {"content": {"*/*": {}}, "required": True}} if method in ("PUT", "POST") else {}
    conflict = {"409": _error("It is there, and the request has no precondition.")} if method == "PUT" else {}
    unchanged = {"304": {"description": "It is what the client has."}, "404": _error("It is not there.")}
    either = f"`{kind.scope}` or `all/read`" if reads else f"`{kind.scope}`"
    return {
        "operationId": f"{method.lower()}-{kind.resource}",
        "tags": ["xapi"],
        "summary": f"{summary} Needs the scope {either}.",
        "security": [{"credential": []}],
        "parameters": [
            *({**_choice(name, *_DOCUMENT_PARAMETERS[name]), "required": name in needed} for name in names),
            *headers,
        ],
        **body,
        "responses": {
            status: {"description": description},
            **(unchanged if reads else {}),
            **conflict,
            "412": _error("The precondition does not hold: nothing was done."),
            "default": _error("What is wrong, and how to mend it."),
        },
    }


_TAKEN = "`application/json`, or `multipart/mixed` with the data of attachments (1.5.2)."


def _others() -> Json:
    """The rest in short: xAPI has its own specification."""
    secured = {"security": [{"credential": []}], "tags": ["xapi"]}
    open_ = {"security": [], "tags": ["operations"]}
    refused = {"default": _error("What is wrong, and how to mend it.")}

    def operation(summary: str, of: Json, status: str = "200", description: str = "Done.") -> Json:
        return {**of, "summary": summary, "responses": {status: {"description": description}, **refused}}

    return {
        "/xapi/statements": {
            "get": operation(
                "Statements by id or by filter (xAPI 1.0.3 Communication 2.1.3); with `attachments=true` "
                "`multipart/mixed`, with the data of their attachments.",
                secured,
            ),
            "post": operation(
                f"Store statements, all or none (2.1.2). {_TAKEN}", secured, description="Their ids."
            ),
            "put": operation(f"Store one statement under its id (2.1.1). {_TAKEN}", secured, "204"),
        },
        "/xapi/agents": {
            "get": {
                **operation("The Person object of an agent (2.4).", secured, description="The Person."),
                "parameters": [{**_choice("agent", *_DOCUMENT_PARAMETERS["agent"]), "required": True}],
            }
        },
        "/xapi/activities": {
            "get": {
                **operation("An activity with all that is known of it (2.5).", secured),
                "parameters": [
                    {**_choice("activityId", *_DOCUMENT_PARAMETERS["activityId"]), "required": True}
                ],
            }
        },
        "/xapi/about": {"get": operation("The versions spoken.", {**secured, "security": []})},
        "/health/live": {"get": operation("Whether the process answers.", open_)},
        "/health/ready": {"get": operation("Whether the log and the store answer.", open_)},
        "/metrics": {"get": operation("Metrics for Prometheus.", open_)},
        PATH: {"get": operation("This document.", open_)},
    }


class OpenApiResource:
    """Serves the document, which is made once."""

    def __init__(self, prefix: str = "") -> None:
        self._body = orjson.dumps(document(prefix))

    def routes(self) -> list[Route]:
        """GET and HEAD, without a credential."""
        return [Route(method, PATH, self._answer, None) for method in ("GET", "HEAD")]

    async def _answer(self, call: Call) -> web.StreamResponse:
        return web.Response(body=self._body, content_type="application/json")

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

from lrs.check.verdict import CheckAnswer
from lrs.editions.shape import PublicEdition
from lrs.editions.sheet import TABLES
from lrs.http.check import PATH as CHECK
from lrs.http.document_kinds import KINDS, READING, SINCE, DocumentKind
from lrs.http.editions import EDITION, LATEST, LIST, TABLE, EditionList, EditionTable
from lrs.http.entity_tag import IF_MATCH, IF_NONE_MATCH
from lrs.http.exports import PATH as EXPORT
from lrs.http.feeds import PATH as FEED
from lrs.http.profile import JSON as PROFILE_JSON
from lrs.http.profile import LIST as PROFILE_LIST
from lrs.http.profile import PAGE as PROFILE
from lrs.http.reports import (
    PLATFORM,
    PLATFORMS,
    PREVIEW,
    PREVIEW_PROVINCE,
    PROVINCE,
    PROVINCES,
    RULES,
    TARGETS,
    TREND,
)
from lrs.http.route import Call, Route
from lrs.profile.document import LISTS
from lrs.reports.media import Media
from lrs.reports.platform import PlatformReport
from lrs.reports.platforms import Platforms
from lrs.reports.preview import ProvincePreview, ProvincesPreview
from lrs.reports.province import Province
from lrs.reports.provinces import Provinces
from lrs.reports.rules import RulesReport
from lrs.reports.shape import Shape
from lrs.reports.targets import Targets
from lrs.reports.trend import Trend
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
    TREND: Trend,
    PLATFORMS: Platforms,
    PLATFORM: PlatformReport,
    RULES: RulesReport,
    PREVIEW: ProvincesPreview,
    PREVIEW_PROVINCE: ProvincePreview,
}
"""By path the model of its answer."""

EDITIONS: Mapping[str, type[Shape]] = {LIST: EditionList, EDITION: PublicEdition, TABLE: EditionTable}
"""By path the model of its answer, for everybody."""


def document(prefix: str = "") -> Json:
    """The whole document. `prefix`: what a proxy has before our paths."""
    models: list[type[Shape]] = [*REPORTS.values(), *EDITIONS.values(), CheckAnswer, Error]
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
            [*_NATION, frozen],
        ),
        PROVINCE: _report(
            PROVINCE,
            "province",
            f"One province: communes, groups, topics, channels, months. {needs}",
            _PLACE,
        ),
        TARGETS: _report(
            TARGETS,
            "targets",
            "Plans and their targets, each with the figure at its due date, the denominator and its source, "
            f"what is missing, and whether the present pace makes up for it. {needs}",
            [
                _choice("plan", "The code of one plan alone.", {}, example=next(iter(plans()))),
                _choice(
                    "unit",
                    "A province: its own plans and, in vn-2025, those of the provinces that it succeeded.",
                    {"pattern": f"^({'|'.join(SCHEMES)})/[0-9]{{2}}$"},
                    example="vn-2025/48",
                ),
                frozen,
            ],
        ),
        TREND: _report(
            TREND,
            "trend",
            f"A province, or the nation, by month, or the days of a month. {needs}",
            [
                _choice("scheme", "The scheme of the code.", {"enum": SCHEMES, "default": "vn-2025"}),
                _choice(
                    "code",
                    f"The province's code; `{NOT_STATED}`; in vn-2004 also `{NOT_ATTRIBUTABLE}`. Left out: "
                    "the nation.",
                    {"pattern": f"^([0-9]{{2}}|{NOT_STATED}|{NOT_ATTRIBUTABLE})$"},
                ),
                _period("What is cut: all time or a year by month, a month (or the month of a day) by day."),
                _group("Whose figures: everybody's, a group's, or of those whose group is not stated."),
            ],
        ),
        PLATFORMS: _report(
            PLATFORMS,
            "platforms",
            f"Every registered platform, and when it was last heard of. {needs}",
            [],
        ),
        PLATFORM: _report(
            PLATFORM,
            "platform",
            "What became of everything that a platform sent. Needs the scope `reports/read`, or for one's "
            "own platform `statements/read/mine`.",
            [_PLATFORM],
        ),
        PREVIEW: _report(
            PREVIEW,
            "preview",
            "What a platform on trial would add to the figures of every province. Needs the scope "
            "`reports/read`, or for one's own platform `statements/read/mine`.",
            [_PLATFORM, *_NATION],
        ),
        PREVIEW_PROVINCE: _report(
            PREVIEW_PROVINCE,
            "preview-province",
            "What a platform on trial would add to the figures of one province. Needs the scope "
            "`reports/read`, or for one's own platform `statements/read/mine`.",
            [_PLATFORM, *_PLACE],
        ),
        RULES: _report(
            RULES,
            "rules",
            f"Every series of figures: its rules, from when to when, and what changed. {needs}",
            [],
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
        "headers": {"ETag": {"description": "A strong entity tag.", "schema": {"type": "string"}}},
        "content": {
            "application/json": {"schema": {"$ref": f"#/components/schemas/{REPORTS[path].__name__}"}},
            "text/csv": {
                "schema": {
                    "type": "string",
                    "description": "UTF-8 with a byte-order mark, one header line (RFC 4180).",
                }
            },
            Media.XLSX.content_type: {
                "schema": {"type": "string", "contentMediaType": Media.XLSX.content_type}
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
        TABLE: _edition(TABLE, "edition-table", "One table of an edition.", [one, table, formats]),
    }


def _edition(path: str, name: str, summary: str, parameters: list[Json]) -> Json:
    content: Json = {
        "application/json": {"schema": {"$ref": f"#/components/schemas/{EDITIONS[path].__name__}"}}
    }
    if path == TABLE:
        content["text/csv"] = {"schema": {"type": "string"}}
        content[Media.XLSX.content_type] = {"schema": {"type": "string"}}
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


def _period(description: str) -> Json:
    pattern = f"^({TOTAL}|[0-9]{{4}}(-[0-9]{{2}}(-[0-9]{{2}})?)?)$"
    return _choice("period", description, {"pattern": pattern, "default": TOTAL}, example="2025-04-18")


def _group(description: str) -> Json:
    codes = [code for code, group in groups().items() if group.sendable]
    return _choice("group", description, {"enum": [ALL, NOT_STATED, *codes], "default": ALL})


_NATION = [
    _choice("scheme", "The scheme of the provinces.", {"enum": SCHEMES, "default": "vn-2025"}),
    _period("At any time, or in a year, a month or a day of Asia/Ho_Chi_Minh."),
    _group("Whose figures: everybody's, a group's, or of those whose group is not stated."),
]
_PLACE = [
    _part("scheme", "The scheme of the code.", {"enum": SCHEMES}),
    _part(
        "code",
        f"The province's code; `{NOT_STATED}`; in vn-2004 also `{NOT_ATTRIBUTABLE}`.",
        {"pattern": f"^([0-9]{{2}}|{NOT_STATED}|{NOT_ATTRIBUTABLE})$"},
    ),
    _group("A group whose topics are shown beside everybody's."),
]
_PLATFORM = _part("platform", "The platform's registered name.", {"pattern": f"^{NAME.pattern}$"})


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
        CHECK: {
            "post": {
                **operation(
                    "How each statement of what POST /xapi/statements takes would count, and why not; "
                    "nothing is stored. Needs the scope `statements/write`.",
                    {**secured, "tags": ["reports"]},
                ),
                "operationId": "check",
                "requestBody": {"content": {"application/json": {}}, "required": True},
                "responses": {
                    "200": {
                        "description": "A verdict for each statement, in the order of the request.",
                        "content": {
                            "application/json": {
                                "schema": {"$ref": f"#/components/schemas/{CheckAnswer.__name__}"}
                            }
                        },
                    },
                    **refused,
                },
            }
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
        PROFILE: {
            "get": operation("The statement profile and the code lists, as a page (`lang`: vi, en).", open_)
        },
        PROFILE_JSON: {"get": operation("The same as JSON, with every administrative unit.", open_)},
        PROFILE_LIST: {
            "get": {
                **operation("A code list as CSV.", open_),
                "parameters": [_part("list", "Its name.", {"enum": list(LISTS)})],
            }
        },
        EXPORT: {
            "get": {
                **operation(
                    "Every statement in the order of the log, as NDJSON; the last line says the position at "
                    "which the next export begins. Needs the scope `all/read`.",
                    {"security": [{"credential": []}], "tags": ["exports"]},
                ),
                "parameters": [
                    {
                        **_choice("province", "Only statements of this province: `vn-2025/48`.", {}),
                        "schema": {"type": "array", "items": {"type": "string"}},
                    },
                    _choice("from", "The position of an earlier export.", {}),
                ],
            }
        },
        FEED: {
            "get": {
                **operation(
                    "Snapshots of figures, of each province and group the latest, that changed since a "
                    "cursor; `head` says through which moment, null while they are being told. Payloads: "
                    "`schemas/asyncapi.json`. Needs the scope `reports/read`.",
                    {"security": [{"credential": []}], "tags": ["feeds"]},
                ),
                "parameters": [_choice("after", "The cursor of an earlier answer.", {})],
            }
        },
        "/health/live": {"get": operation("Whether the process answers.", open_)},
        "/health/ready": {"get": operation("Whether the log and the store answer.", open_)},
        "/metrics": {"get": operation("Metrics for Prometheus.", open_)},
        "/": {"get": operation("The page that shows the figures.", open_)},
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

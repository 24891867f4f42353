"""The Alternate Request Syntax of xAPI 1.x: any request as a POST, whose form holds what a browser of its day
could not send otherwise (1.0.3 Communication 1.3). 2.0.0 has it no more.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple
from urllib.parse import parse_qsl

from aiohttp import web

from lrs.http.body import Bodies, with_content
from lrs.http.parameter import LONGEST_NAME
from lrs.http.xapi import VERSION
from lrs.problem import Problem, overloaded
from schemas.xapi import Version, negotiate

METHOD, FORM_CONTENT = "method", "content"
HEADERS = (
    "Authorization",
    VERSION,
    "Content-Type",
    "Content-Length",
    "If-Match",
    "If-None-Match",
)
"""Headers that stand in the form; all others stand where headers stand."""
LARGEST = 4 * 1024 * 1024
"""Bytes of a form: it is read before it is known who sends it."""
MOST = 16
"""Forms that are read at once."""
MOST_FIELDS = 64
"""Fields of a form."""
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"
_SENDING, _SENDING_NOTHING = frozenset({"PUT", "POST"}), frozenset({"GET", "HEAD", "DELETE"})


class Alternate(NamedTuple):
    """The request that a form stands for."""

    method: str
    request: web.Request


def is_alternate(request: web.Request) -> bool:
    """Whether a POST stands for another request."""
    return METHOD in request.query_string and METHOD in request.query


class AlternateRequests:
    """Reads forms, a bounded number at once."""

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies
        self._reading = 0

    async def read(self, request: web.Request, methods: Collection[str]) -> Alternate:
        """The request that this POST stands for, with its content; `methods`: those that it may mean.

        Raises Problem: 400 with the name of what is wrong as path, 413, 415, 408, 503; Invalid for its
        version.
        """
        method = request.query[METHOD]
        if len(request.query) > 1:
            name = next((it for it in request.query if it != METHOD), METHOD)[:LONGEST_NAME]
            raise Problem(400, "parameters-not-together", "All but method stands in the form.", name)
        if VERSION in request.headers:
            _check_version(request.headers[VERSION])
        if "Content-Type" in request.headers and request.content_type != _FORM:
            raise Problem(400, "content-type-unsupported", f"Send a form: {_FORM}.", "Content-Type")
        spare = request.clone()
        meant = _meant(spare, method, *_sorted(await self._form(request)))
        if method not in methods:
            allowed = ", ".join(sorted(methods))
            raise Problem(400, "value-not-allowed", f"Send as method one of {allowed}.", METHOD)
        return meant

    async def _form(self, request: web.Request) -> bytes:
        if self._reading >= MOST:
            raise overloaded("too-many-forms", "The server is busy. Send the same request again.")
        room = self._bodies.take(request, LARGEST)
        self._reading += 1
        try:
            return await self._bodies.read(request, LARGEST)
        finally:
            self._reading -= 1
            self._bodies.give(room)


def _sorted(form: bytes) -> tuple[dict[str, str], list[tuple[str, str]], str | None]:
    """The headers of a form, its parameters, and its content."""
    try:
        fields = parse_qsl(
            form.decode(),
            keep_blank_values=True,
            strict_parsing=bool(form),
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        message = f"Send a form of at most {MOST_FIELDS} fields, in percent-encoded UTF-8 without a fault."
        raise Problem(400, "bad-form", message) from None
    named = {name.lower(): name for name in HEADERS}
    headers: dict[str, str] = {}
    parameters: list[tuple[str, str]] = []
    content = None
    for name, value in fields:
        if name == FORM_CONTENT and content is None:
            content = value
        elif name.lower() in named and named[name.lower()] not in headers:
            headers[named[name.lower()]] = value
        elif name == FORM_CONTENT or name.lower() in named:
            raise Problem(400, "repeated-parameter", "Send each field once.", name)
        else:
            parameters.append((name, value))
    return headers, parameters, content


def _check_version(said: str | None) -> None:
    if negotiate(said) is not Version.V1_0_3:
        message = "xAPI 2.0.0 has no alternate syntax: send the request itself, or speak 1.0.3."
        raise Problem(400, "alternate-syntax-unsupported", message, METHOD)


def _meant(
    spare: web.Request,
    method: str,
    form_headers: dict[str, str],
    parameters: list[tuple[str, str]],
    content: str | None,
) -> Alternate:
    headers = spare.headers.copy()
    for name in ("Content-Type", "Content-Length", "Content-Encoding", "Transfer-Encoding"):
        headers.popall(name, None)
    # of the text, where it is said at all: clients count characters, and the form has its own
    form_headers.pop("Content-Length", None)
    if "Origin" in headers:
        # a page of whatever origin may send a form, and a browser may add what it knows of its user by itself
        headers.popall("Authorization", None)
    headers.update(form_headers)
    _check_version(headers.get(VERSION))
    if content is None and method in _SENDING:
        raise Problem(400, "missing-parameter", "Send the field content.", FORM_CONTENT)
    if content is not None and method in _SENDING_NOTHING:
        raise Problem(400, "content-not-allowed", f"Leave it out: {method} sends nothing.", FORM_CONTENT)
    if content is not None:
        headers.setdefault("Content-Type", _JSON)
        if headers["Content-Type"].lower().startswith("multipart/"):
            message = "No attachments can be sent in a form (Communication 1.3)."
            raise Problem(400, "content-type-unsupported", message, "Content-Type")
    url = spare.rel_url.with_query(parameters)
    text = None if content is None else content.encode()
    return Alternate(method, with_content(spare, text or b"", headers, method=method, url=url))

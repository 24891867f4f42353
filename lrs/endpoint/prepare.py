"""From the bytes of a request to what the log keeps of it: a pure function, so that any process may do it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from lrs.problem import Problem
from schemas.profile import identity_number
from schemas.xapi import (
    SIGNATURE,
    Code,
    Invalid,
    Version,
    attachments,
    check_statement,
    check_statements,
    normalise,
    parse_json,
)


class Body(NamedTuple):
    """A request's body, and what is to be known to read it."""

    text: bytes
    version: Version
    authority: dict[str, Any]
    """Set in every statement (xAPI 1.0.3 Data 2.4.9)."""
    most: int
    """Statements of one request."""
    largest: int
    """Bytes of a statement as it is kept."""
    identifier: str | None = None
    """The id that PUT names, in lower case; None for POST."""
    mixed: bool = False
    """Whether the data of attachments comes with it: their headers are then told, and need no fileUrl."""
    refuse_identity_numbers: bool = False
    """Whether nobody's account may have a name of the form of a citizen's number."""


Plain = tuple[int, str, str, str, int, bool, bool]
"""What `Named` says, to pass between processes."""


class Named(NamedTuple):
    """An attachment that a request's statement names."""

    statement: int
    """The statement's index."""
    path: str
    """The JSON Pointer of its headers, from the root of the body."""
    sha2: str
    """In lower case."""
    content_type: str
    length: int
    file_url: bool
    """Whether the data can be had elsewhere, and need not come."""
    signature: bool
    """Whether it is the signature of the statement; in a SubStatement it is not."""


class Prepared(NamedTuple):
    """The checked statements of one request, in its order."""

    ids: list[str]
    """In lower case; made here where the client named none."""
    values: list[bytes]
    """Each statement as the log keeps it: JSON."""
    given: list[str]
    """Those of the ids that the client named: only they can be taken."""
    batch: bool
    """Whether the body was an array."""
    named: list[Plain]
    """Each attachment, if the data comes with them."""


def prepare(body: Body) -> Prepared:
    """Check a body, and put its statements into the form that is kept (Communication 2.1.1, 2.1.2).

    Raises Invalid for what is not xAPI; Problem for what is no JSON, too much or nested too deep to be
    written, and for another id than PUT names.
    """
    read = parsed(body.text)
    statements = _put(read, body) if body.identifier is not None else _posted(read, body)
    batch = isinstance(read, list)
    ids: list[str] = []
    values: list[bytes] = []
    given: list[str] = []
    named: list[Plain] = []
    for index, statement in enumerate(statements):
        path = f"/{index}" if batch else ""
        if "id" in statement:
            given.append(statement["id"].lower())
        identifier, value = kept(statement, body, path)
        ids.append(identifier)
        values.append(value)
        if body.mixed:
            named += _named(statement, index, path)
    return Prepared(ids, values, given, batch, named)


def kept(statement: dict[str, Any], body: Body, path: str) -> tuple[str, bytes]:
    """The id of a checked statement, made here where it has none, and itself as the log keeps it. Changes
    `statement`, which is at `path` in the body. Raises Problem.
    """
    if body.refuse_identity_numbers and (at := identity_number(statement["actor"])) is not None:
        message = "Name accounts by an opaque id: this name has the form of a citizen's number."
        raise Problem(400, "identity-number-refused", message, path + at)
    identifier = statement.get("id")
    identifier = str(UUID(bytes=os.urandom(16), version=4)) if identifier is None else identifier.lower()
    statement["id"] = identifier
    statement.pop("stored", None)
    statement["authority"] = body.authority
    try:
        value = orjson.dumps(normalise(statement, body.version))
    except orjson.JSONEncodeError:
        raise Problem(400, "too-deep", "Nest values at most 250 levels deep.", path) from None
    if len(value) > body.largest:
        message = f"Send statements of at most {body.largest} bytes; this one has {len(value)}."
        raise Problem(413, "statement-too-large", message, path)
    return identifier, value


def _named(statement: dict[str, Any], index: int, path: str) -> Iterator[Plain]:
    for pointer, said in attachments(statement):
        yield (
            index,
            path + pointer,
            said["sha2"].lower(),
            said["contentType"],
            said["length"],
            "fileUrl" in said,
            said["usageType"] == SIGNATURE and pointer.startswith("/attachments/"),
        )


def parsed(text: bytes) -> Any:
    """The value of a body. Raises Problem for what is no JSON, Invalid for what is not strictly so."""
    try:
        return parse_json(text)
    except Invalid as error:
        if error.code == Code.BAD_JSON:
            raise Problem(400, error.code, error.message) from None
        raise


def _posted(read: object, body: Body) -> list[dict[str, Any]]:
    try:
        return check_statements(read, body.version, body.most, file_urls=not body.mixed)
    except Invalid as error:
        if error.code == Code.BATCH_TOO_LARGE:
            raise Problem(413, error.code, error.message) from None
        raise


def _put(read: object, body: Body) -> list[dict[str, Any]]:
    statement = check_statement(read, body.version, file_urls=not body.mixed)
    if str(statement.setdefault("id", body.identifier)).lower() != body.identifier:
        raise Problem(400, "id-mismatch", "Send in the statement the id of statementId.", "/id")
    return [statement]

"""How the parameters of xAPI's resources are read: a reader for each, and one way to refuse."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from aiohttp import web

from lrs.problem import Problem
from schemas.xapi import (
    Invalid,
    Version,
    check_iri,
    check_single_agent,
    parse_json,
    parse_timestamp,
    parse_uuid,
)

Reader = Callable[[str, Version], Any]
"""Makes a value of a parameter's text. Raises Invalid, or Problem 400."""

LONGEST_NAME = 60
"""Characters of an unknown parameter's name that are said back."""


def check_names(request: web.Request, allowed: Collection[str], of: str) -> None:
    """Raises Problem 400 for a parameter that is not allowed (1.0.3 Communication 3.2), is given twice, or is
    no text: two of those might be taken for one.
    """
    query = request.query
    try:
        unquote_to_bytes(request.rel_url.raw_query_string).decode()
    except UnicodeDecodeError:
        raise Problem(400, "bad-encoding", "Send parameters in UTF-8, percent-encoded.") from None
    for name in query:
        if name not in allowed:
            said = name[:LONGEST_NAME]
            raise Problem(400, "unknown-parameter", f"{said} is no parameter of {of}.", said)
        if len(query.getall(name)) > 1:
            raise Problem(400, "repeated-parameter", "Send each parameter once.", name)


def read_parameter(readers: Mapping[str, Reader], name: str, text: str, version: Version) -> Any:
    """The value of a parameter. Raises Problem 400, whose path begins with the parameter's name."""
    try:
        return readers[name](text, version)
    except Problem as problem:
        problem.path = problem.path or name
        raise
    except Invalid as error:
        pointer = f"{name}{error.pointer}" if error.path else name
        raise Problem(400, error.code, error.message, pointer) from None


def read_json(text: str, _: Version) -> Any:
    """A JSON value."""
    return parse_json(text)


def read_agent(text: str, version: Version) -> dict[str, Any]:
    """One Agent with exactly one inverse functional identifier, no Group (1.0.3 Communication 2.4, 2.6)."""
    agent: dict[str, Any] = read_json(text, version)
    check_single_agent(agent)
    return agent


def read_iri(text: str, _: Version) -> str:
    """An absolute IRI, as it was sent."""
    check_iri(text)
    return text


def read_uuid(text: str, _: Version) -> str:
    """A UUID in its canonical form."""
    return parse_uuid(text)


def read_timestamp(text: str, _: Version) -> int:
    """Milliseconds. Both versions take what 1.0.3 takes: a parameter is not kept."""
    return parse_timestamp(text)

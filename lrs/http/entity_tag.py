"""Entity tags in headers: ETag, If-Match, If-None-Match (RFC 9110 8.8.3, 13.1)."""

from __future__ import annotations

import re

from aiohttp import web

from lrs.problem import Problem
from schemas.precondition import ANY, Precondition, Tags

IF_MATCH, IF_NONE_MATCH = "If-Match", "If-None-Match"

_TAG = r'(?:W/)?"[\x21\x23-\x7e]*"'
_TAGS = re.compile(rf"{_TAG}(?:[ \t]*,[ \t]*{_TAG})*")
_PARTS = re.compile(r'(W/)?"([^"]*)"')


def quoted(tag: str) -> str:
    """A strong tag as the header ETag has it."""
    return f'"{tag}"'


def has(request: web.Request, tag: str, *, anything: bool = True) -> bool:
    """Whether the client says that it has this representation, so that the answer is 304; `anything`: or
    whatever there is.
    """
    return any((anything and it.value == ANY) or it.value == tag for it in request.if_none_match or ())


def precondition_of(request: web.Request) -> Precondition:
    """What the request's headers ask. Raises Problem 400 where one is neither `*` nor a list of tags."""
    return Precondition(
        # compared strongly: a weak tag is never the one that is there
        _tags(request, IF_MATCH, weak=False),
        # compared weakly: W/"x" stands for "x"
        _tags(request, IF_NONE_MATCH, weak=True),
    )


def _tags(request: web.Request, name: str, *, weak: bool) -> Tags | None:
    if name not in request.headers:
        return None
    said = ", ".join(request.headers.getall(name)).strip(" \t")
    if said == ANY:
        return ANY
    if _TAGS.fullmatch(said) is None:
        raise Problem(400, "bad-entity-tag", 'Send * or tags in their quotes, such as "abc", "def".', name)
    return frozenset(tag for prefix, tag in _PARTS.findall(said) if weak or not prefix)

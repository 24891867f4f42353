"""GET /profile: the statement profile and the code lists, for whoever builds a platform; no credential."""

from __future__ import annotations

import asyncio
import gzip
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import orjson
from aiohttp import web

from lrs.check.living import LivingRules
from lrs.http.entity_tag import precondition_of, quoted
from lrs.http.gzip import takes_gzip
from lrs.http.parameter import check_names
from lrs.http.route import Call, Route
from lrs.problem import Problem
from lrs.profile.document import LISTS, document
from lrs.profile.page import LANGUAGES, POLICY, Language, page
from lrs.profile.table import tables
from schemas.precondition import Precondition
from schemas.ruleset import Ruleset
from schemas.xapi import parse_accept_language

PAGE, JSON, LIST = "/profile", "/profile.json", "/profile/{list}.csv"
LANGUAGE = "lang"
AGE = 3600
"""Seconds for which it need not be asked for again."""


@dataclass(frozen=True, slots=True)
class _Served:
    """A body, plain and packed, each with its entity tag: it is asked for far more often than it changes."""

    body: bytes
    packed: bytes
    kind: str
    tag: str

    @classmethod
    def of(cls, body: bytes, kind: str) -> _Served:
        tag = blake2b(body, digest_size=16).hexdigest()
        return cls(body, gzip.compress(body, 6, mtime=0), kind, tag)


class ProfileResource:
    """Makes the profile once for the rules that live, and again when these change."""

    def __init__(self, living: LivingRules, namespaces: tuple[str, ...]) -> None:
        self._living = living
        self._namespaces = namespaces
        self._known: tuple[Any, ...] | None = None
        self._made: dict[str, _Served] = {}
        self._turn = asyncio.Lock()

    def routes(self) -> list[Route]:
        """GET and HEAD of the page, of the document and of the lists."""
        handlers = {PAGE: self.page, JSON: self.json, LIST: self.list}
        return [
            Route(method, path, handler, None)
            for path, handler in handlers.items()
            for method in ("GET", "HEAD")
        ]

    async def page(self, call: Call) -> web.StreamResponse:
        """The page, in the language that `lang` or else Accept-Language names; Vietnamese by itself."""
        check_names(call.request, (LANGUAGE,), "the profile")
        made = await self._present()
        headers = {
            "Content-Security-Policy": POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
        }
        return _answer(
            call.request, made[_language(call.request)], headers, "Accept-Encoding, Accept-Language"
        )

    async def json(self, call: Call) -> web.StreamResponse:
        """Everything as one document."""
        check_names(call.request, (), "the profile")
        return _answer(call.request, (await self._present())[JSON], {}, "Accept-Encoding")

    async def list(self, call: Call) -> web.StreamResponse:
        """One code list as CSV."""
        check_names(call.request, (), "a code list")
        name = call.request.match_info["list"]
        if name not in LISTS:
            raise Problem(404, "unknown-list", f"Write one of {', '.join(LISTS)}.", "list")
        disposition = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
        return _answer(call.request, (await self._present())[name], disposition, "Accept-Encoding")

    async def _present(self) -> dict[str, _Served]:
        ruleset = await self._living.ruleset()
        # what the profile says of rules; their number and the platforms are nobody's business here
        known = (ruleset.topics, ruleset.trained, ruleset.trained_in, ruleset.default_successor)
        if self._known != known:
            async with self._turn:
                if self._known != known:
                    self._made = await asyncio.to_thread(self._make, ruleset)
                    self._known = known
        return self._made

    def _make(self, ruleset: Ruleset) -> dict[str, _Served]:
        profile = document(ruleset, self._namespaces)
        made = {JSON: _Served.of(orjson.dumps(profile), "application/json")}
        made |= {it: _Served.of(page(profile, it), "text/html") for it in LANGUAGES}
        return made | {name: _Served.of(body, "text/csv") for name, body in tables(profile).items()}


def _language(request: web.Request) -> Language:
    named = request.query.get(LANGUAGE)
    if named is not None:
        for language in LANGUAGES:
            if named == language:
                return language
        raise Problem(400, "bad-language", f"Write one of {', '.join(LANGUAGES)}.", LANGUAGE)
    for liked in parse_accept_language(request.headers.get("Accept-Language", "")):
        for language in LANGUAGES:
            # en-GB is English to a page that has one
            if liked.split("-")[0] == language:
                return language
    return LANGUAGES[0]


def _answer(request: web.Request, served: _Served, headers: dict[str, str], vary: str) -> web.Response:
    """The body, packed for who takes that, or 304 where the client has it. The tags of both differ."""
    packed = takes_gzip(request.headers.get("Accept-Encoding", ""))
    tag = f"{served.tag}-gzip" if packed else served.tag
    told = {**headers, "ETag": quoted(tag), "Cache-Control": f"public, max-age={AGE}", "Vary": vary}
    if not Precondition(none_match=precondition_of(request).none_match).holds(tag):
        return web.Response(status=304, headers=told)
    if packed:
        told["Content-Encoding"] = "gzip"
    return web.Response(
        body=served.packed if packed else served.body,
        content_type=served.kind,
        charset="utf-8" if served.kind != "application/json" else None,
        headers=told,
    )

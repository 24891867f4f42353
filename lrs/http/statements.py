"""PUT, POST, GET and HEAD /xapi/statements (xAPI 2.0 Communication 2.1)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import orjson
from aiohttp import web

from lrs.auth.principal import Principal
from lrs.endpoint.intake import ConflictingStatement, Intake, ProjectionBehind
from lrs.endpoint.lookup import Lookup
from lrs.endpoint.prepare import Body, Prepared
from lrs.endpoint.watermarks import Watermarks
from lrs.endpoint.workers import Workers
from lrs.http.body import Bodies
from lrs.http.metrics import Metrics
from lrs.http.mixed import MixedBodies, is_mixed
from lrs.http.mixed_answer import answer_mixed, named_in
from lrs.http.route import Call, Route
from lrs.http.statement_query import Asked, asked, more_of
from lrs.http.xapi import CONSISTENT_THROUGH, VERSION, http_date, version_of
from lrs.problem import Problem, overloaded, problem_of
from schemas.activity import definition
from schemas.audit import What
from schemas.credential import Scope
from schemas.document import StoredStatement
from schemas.ports import Store
from schemas.query import StatementQuery
from schemas.xapi import (
    Format,
    Invalid,
    Version,
    down_converted,
    format_timestamp,
    parse_accept_language,
    parse_uuid,
    related_activities,
    shape,
)

PATH = "/xapi/statements"
_JSON = {version: {"Content-Type": "application/json", VERSION: version.value} for version in Version}
BEHIND = "projection-behind"
_LATER = "The projector is behind. Send the same request again."
MOST_DEFINITIONS = 1000
"""Activities of a page whose definitions are looked up; others keep what their statement says of them."""
_Found = tuple[list[bytes], bytes]
"""Statements' texts, and the body that has them."""
_READING = frozenset({Scope.READ, Scope.READ_MINE})
_WRITING = frozenset({Scope.WRITE})


class StatementsResource:
    """Statements come in through the intake and are read from the store."""

    def __init__(
        self,
        intake: Intake,
        workers: Workers,
        store: Store,
        watermarks: Watermarks,
        bodies: Bodies,
        mixed: MixedBodies,
        metrics: Metrics,
        *,
        max_batch: int,
        max_statement: int,
        prefix: str,
        page_limit: int,
        patience: float,
        down_conversion: bool = False,
        refuse_identity_numbers: bool = False,
    ) -> None:
        self._intake = intake
        self._workers = workers
        self._store = store
        self._lookup = Lookup(store)
        self._watermarks = watermarks
        self._bodies = bodies
        self._mixed = mixed
        self._metrics = metrics
        self._max_batch = max_batch
        self._max_statement = max_statement
        self._prefix = prefix
        self._page_limit = page_limit
        self._patience = patience
        self._down_conversion = down_conversion
        self._refuse_identity_numbers = refuse_identity_numbers

    def routes(self) -> list[Route]:
        return [
            Route("POST", PATH, self.post, _WRITING),
            Route("PUT", PATH, self.put, _WRITING),
            Route("GET", PATH, self.get, _READING, What.READ_STATEMENTS),
            Route("HEAD", PATH, self.get, _READING, What.READ_STATEMENTS),
        ]

    async def post(self, call: Call) -> web.StreamResponse:
        """One statement or a batch, all or nothing; answers the ids in order."""
        version = version_of(call.request)
        if call.request.query_string:
            name = next(iter(call.request.query), "")
            raise Problem(400, "unknown-parameter", "POST statements takes no parameters.", name[:60])
        ids = await self._store_all(call, version)
        return _json(orjson.dumps(ids), version)

    async def put(self, call: Call) -> web.StreamResponse:
        """One statement under the id that the parameter names."""
        request = call.request
        version = version_of(request)
        if list(request.query) != ["statementId"]:
            raise Problem(400, "missing-parameter", "Send the one parameter statementId.", "statementId")
        try:
            identifier = parse_uuid(request.query["statementId"])
        except Invalid as error:
            raise Problem(400, error.code, error.message, "statementId") from None
        await self._store_all(call, version, identifier)
        return web.Response(status=204, headers={VERSION: version.value})

    async def get(self, call: Call) -> web.StreamResponse:
        """A single statement, or a page of those that match; a refusal too says what is consistent."""
        try:
            return await self._get(call)
        except (Problem, Invalid) as error:
            problem = problem_of(error)
            # who asks again and again in vain is told of progress too
            await self._watermarks.asked(waiting=False)
            through = format_timestamp(self._watermarks.consistent_through())
            problem.headers.setdefault(CONSISTENT_THROUGH, through)
            raise problem from None

    async def _get(self, call: Call) -> web.StreamResponse:
        version = version_of(call.request)
        query = call.request.query
        if len(set(query)) != len(query):
            raise Problem(400, "repeated-parameter", "Send each parameter once.")
        wanted = asked(query, version)
        await self._watermarks.asked()
        await self._watermarks.passed(self._intake.written(call.caller), self._patience)
        headers = {
            VERSION: version.value,
            CONSISTENT_THROUGH: format_timestamp(self._watermarks.consistent_through()),
        }
        if wanted.format == Format.CANONICAL:
            headers["Vary"] = "Accept-Language"
        languages = parse_accept_language(call.request.headers.get("Accept-Language", ""))
        if wanted.statement is not None or wanted.voided is not None:
            texts, body = await self._single(call.caller, wanted, languages, headers)
        else:
            texts, body = await self._page(call.caller, wanted, languages, headers)
        call.found(len(texts), wanted.parameters)
        if wanted.attachments:
            named = named_in(texts)
            lengths = await self._store.attachments([*named], _only(call.caller))
            return await answer_mixed(call.request, self._store, body, named, lengths, headers)
        return web.Response(body=body, content_type="application/json", headers=headers)

    async def _store_all(self, call: Call, version: Version, identifier: str | None = None) -> list[str]:
        """Take in what a request carries, all or nothing; the ids in order."""
        if is_mixed(call.request):
            return await self._store_mixed(call, version, identifier)
        room = self._bodies.take(call.request)
        try:
            self._check_room()
            text = await self._bodies.read_json(call.request)
            prepared = await self._prepared(call, text, version, identifier, mixed=False)
            await self._take(call.caller, prepared)
        finally:
            self._bodies.give(room)
        return prepared.ids

    async def _store_mixed(self, call: Call, version: Version, identifier: str | None) -> list[str]:
        """The same with attachments: they are in the store before the log has the statements."""
        async with self._mixed.opened(call.request) as body:
            self._check_room()
            text = await body.statements()
            prepared = await self._prepared(call, text, version, identifier, mixed=True)
            await body.attachments(prepared, version, call.caller.platform)
            await self._take(call.caller, prepared)
        return prepared.ids

    async def _prepared(
        self, call: Call, text: bytes, version: Version, identifier: str | None, *, mixed: bool
    ) -> Prepared:
        authority = self._intake.authority(call.caller)
        body = Body(
            text,
            version,
            authority,
            self._max_batch,
            self._max_statement,
            identifier,
            mixed,
            self._refuse_identity_numbers,
        )
        return await self._workers.prepare(body)

    def _check_room(self) -> None:
        """Before the work on a body, and after it: raises Problem 503."""
        if not self._watermarks.ready:
            raise overloaded("starting", "The server reads its log. Send the same request again.")
        if not self._intake.has_room:
            raise overloaded(BEHIND, _LATER)

    async def _take(self, caller: Principal, prepared: Prepared) -> None:
        self._check_room()
        outcome, began = "failed", time.perf_counter()
        try:
            await self._intake.take(caller, prepared)
            outcome = "appended"
        except ConflictingStatement as error:
            outcome = "conflict"
            path = f"/{error.index}/id" if prepared.batch else "/id"
            message = f"The statement {error.identifier} exists with other content: nothing was stored."
            raise Problem(409, "statement-conflict", message, path) from None
        except ProjectionBehind:
            raise overloaded(BEHIND, _LATER) from None
        finally:
            self._metrics.statements.add((caller.platform, outcome), len(prepared.ids))
        self._metrics.append_seconds.observe(time.perf_counter() - began)

    async def _single(
        self, caller: Principal, wanted: Asked, languages: Sequence[str], headers: dict[str, str]
    ) -> _Found:
        identifier = wanted.statement or wanted.voided or ""
        found = (await self._lookup.find([identifier])).get(identifier)
        asked_for = found is not None and found.text and found.voided == (wanted.voided is not None)
        if found is None or not asked_for or not _may_read(caller, found):
            message = "There is no such statement, it is voided (or not), or this credential may not read it."
            raise Problem(404, "statement-not-found", message, headers=headers)
        headers["Last-Modified"] = http_date(found.stored)
        texts = await self._shaped([found.text], wanted, languages)
        return texts, texts[0]

    async def _page(
        self, caller: Principal, wanted: Asked, languages: Sequence[str], headers: dict[str, str]
    ) -> _Found:
        limit = min(wanted.limit or self._page_limit, self._page_limit)
        query = StatementQuery(
            terms=wanted.terms,
            platform=_only(caller),
            since=wanted.since,
            until=wanted.until,
            limit=limit,
            ascending=wanted.ascending,
            after=wanted.after,
        )
        try:
            page = await self._store.query(query)
        except ValueError:
            raise Problem(
                400, "bad-cursor", "This is no more that was given here: begin again.", "more"
            ) from None
        texts = await self._shaped(page.texts, wanted, languages)
        more = more_of(wanted.parameters, page.more, self._prefix) if page.more else ""
        body = b'{"statements":[' + b",".join(texts) + b'],"more":' + orjson.dumps(more) + b"}"
        return texts, body

    async def _shaped(self, texts: Sequence[bytes], wanted: Asked, languages: Sequence[str]) -> list[bytes]:
        """Statements in a format; the store is asked once what it knows of all their activities."""
        format_ = wanted.format
        converted = self._down_conversion and wanted.version == Version.V1_0_3
        if format_ == Format.EXACT and not converted:
            return list(texts)
        statements = [orjson.loads(text) for text in texts]
        if converted:
            statements = [down_converted(statement) for statement in statements]
        definitions: dict[str, dict[str, Any]] = {}
        if format_ == Format.CANONICAL:
            named = {activity for statement in statements for activity in related_activities(statement)}
            known = await self._store.definitions(sorted(named)[:MOST_DEFINITIONS])
            definitions = {activity: definition(it) for activity, it in known.items() if it}
        return [orjson.dumps(shape(it, format_, languages, definitions)) for it in statements]


def _only(caller: Principal) -> str | None:
    """The platform of whom alone this caller reads; None where it is everybody's."""
    return None if caller.allows(Scope.READ) else caller.platform


def _may_read(caller: Principal, found: StoredStatement) -> bool:
    return _only(caller) in (None, found.platform)


def _json(body: bytes, version: Version) -> web.Response:
    return web.Response(body=body, headers=_JSON[version])

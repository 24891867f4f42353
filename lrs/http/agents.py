"""GET and HEAD /xapi/agents: the Person object of an agent (xAPI 1.0.3 Communication 2.4)."""

from __future__ import annotations

import orjson
from aiohttp import web

from lrs.auth.principal import Principal
from lrs.endpoint.intake import Intake
from lrs.endpoint.watermarks import Watermarks
from lrs.http.parameter import check_names, read_agent, read_parameter
from lrs.http.route import Call, Route
from lrs.http.xapi import VERSION, version_of
from lrs.problem import Problem
from schemas.audit import What
from schemas.credential import Scope
from schemas.document import term
from schemas.ports import StatementStore
from schemas.query import StatementQuery
from schemas.xapi import ifi, names_in, person

PATH = "/xapi/agents"
LOOKED_AT = 50
"""Statements of the agent, the newest, whose names are taken."""
AGENT = "agent"


class AgentsResource:
    """Names come from the statements that the caller may read, and from no others."""

    def __init__(
        self, intake: Intake, store: StatementStore, watermarks: Watermarks, patience: float
    ) -> None:
        self._intake = intake
        self._store = store
        self._watermarks = watermarks
        self._patience = patience

    def routes(self) -> list[Route]:
        scopes = frozenset({Scope.READ, Scope.READ_MINE})
        return [Route(method, PATH, self.get, scopes, What.READ_AGENT) for method in ("GET", "HEAD")]

    async def get(self, call: Call) -> web.StreamResponse:
        """The Person; of an agent that nobody has named, what the request says of it."""
        request = call.request
        version = version_of(request)
        check_names(request, {AGENT}, PATH)
        if AGENT not in request.query:
            raise Problem(400, "missing-parameter", f"Send the parameter {AGENT}.", AGENT)
        agent = read_parameter({AGENT: read_agent}, AGENT, request.query[AGENT], version)
        await self._watermarks.passed(self._intake.written(call.caller), self._patience)
        body = orjson.dumps(person(agent, await self._names(call.caller, ifi(agent) or "")))
        return web.Response(body=body, content_type="application/json", headers={VERSION: version.value})

    async def _names(self, caller: Principal, identifier: str) -> list[str]:
        page = await self._store.query(
            StatementQuery(
                terms=frozenset({term("agent", identifier)}),
                platform=None if caller.allows(Scope.READ) else caller.platform,
                limit=LOOKED_AT,
            )
        )
        return [name for text in page.texts for name in names_in(orjson.loads(text), identifier)]

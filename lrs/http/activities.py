"""GET and HEAD /xapi/activities: an activity with all that is known of it (xAPI 2.0 Communication 2.5)."""

from __future__ import annotations

import orjson
from aiohttp import web

from lrs.endpoint.intake import Intake
from lrs.endpoint.watermarks import Watermarks
from lrs.http.parameter import check_names, read_iri, read_parameter
from lrs.http.route import Call, Route
from lrs.http.xapi import VERSION, version_of
from lrs.problem import Problem
from schemas.activity import defined
from schemas.credential import Scope
from schemas.ports import StatementStore

PATH = "/xapi/activities"
ACTIVITY = "activityId"


class ActivitiesResource:
    """Definitions are merged from the statements of all platforms: an activity is nobody's own."""

    def __init__(
        self, intake: Intake, store: StatementStore, watermarks: Watermarks, patience: float
    ) -> None:
        self._intake = intake
        self._store = store
        self._watermarks = watermarks
        self._patience = patience

    def routes(self) -> list[Route]:
        scopes = frozenset({Scope.READ, Scope.READ_MINE})
        return [Route(method, PATH, self.get, scopes) for method in ("GET", "HEAD")]

    async def get(self, call: Call) -> web.StreamResponse:
        """The activity; of one that nobody has defined its id alone."""
        request = call.request
        version = version_of(request)
        check_names(request, {ACTIVITY}, PATH)
        if ACTIVITY not in request.query:
            raise Problem(400, "missing-parameter", f"Send the parameter {ACTIVITY}.", ACTIVITY)
        activity = read_parameter({ACTIVITY: read_iri}, ACTIVITY, request.query[ACTIVITY], version)
        await self._watermarks.passed(self._intake.written(call.caller), self._patience)
        known = (await self._store.definitions([activity])).get(activity)
        body = orjson.dumps(defined(activity, known))
        return web.Response(body=body, content_type="application/json", headers={VERSION: version.value})

"""Puts routes together behind one guard: who calls, may they, how long it took, and what an exception is to
a client.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from lrs.auth.authenticator import Authenticator
from lrs.auth.principal import Principal
from lrs.http.metrics import Metrics
from lrs.http.route import Call, Route
from lrs.problem import Problem, answer, problem_of
from schemas.errors import StoreError

SILENCE = 1.0
"""Seconds between two lines about failures of one code; the metrics count them all."""

log = logging.getLogger(__name__)

Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Guard:
    """What stands before every handler."""

    def __init__(self, authenticator: Authenticator, metrics: Metrics) -> None:
        self._authenticator = authenticator
        self._metrics = metrics
        self._told: dict[str, float] = {}

    def over(self, route: Route) -> Answering:
        """The route's handler behind the guard."""
        handler = route.handler
        seconds = self._metrics.seconds.series(route.path, route.method)
        count = self._metrics.requests.add

        async def guarded(request: web.Request) -> web.StreamResponse:
            began = time.perf_counter()
            try:
                principal = None if route.scopes is None else await self._admit(request, route)
                response = await handler(Call(request, principal))
            except Exception as error:
                response = self._refuse(error, route)
            seconds.observe(time.perf_counter() - began)
            count((route.path, route.method, str(response.status)))
            return response

        return guarded

    async def _admit(self, request: web.Request, route: Route) -> Principal:
        principal = await self._authenticator.authenticate(request.headers.get("Authorization"))
        scopes = route.scopes
        if scopes is None or principal.allowed.isdisjoint(scopes):
            wanted = " or ".join(sorted(scopes or ()))
            raise Problem(403, "scope-missing", f"This credential lacks the scope: {wanted}.")
        return principal

    def unrouted(self, routes: Sequence[Route]) -> Answering:
        """The handler of whatever no route answers: 404, or 405 with the methods that the path has."""
        known = [(re.compile(re.sub(r"{\w+}", "[^/]+", route.path)), route.method) for route in routes]

        async def refuse(request: web.Request) -> web.StreamResponse:
            allowed = ", ".join(sorted(method for path, method in known if path.fullmatch(request.path)))
            problem = (
                Problem(405, "method-not-allowed", f"Use one of {allowed}.", headers={"Allow": allowed})
                if allowed
                else Problem(404, "not-found", "There is nothing here; see /openapi.json.")
            )
            self._metrics.requests.add(("none", "any", str(problem.status)))
            return answer(problem)

        return refuse

    def _tell(self, error: Exception, route: Route, code: str) -> None:
        """Write what failed, once in SILENCE for each code: an outage at a country's load fills no disk."""
        now = time.monotonic()
        if now - self._told.get(code, -SILENCE) < SILENCE:
            return
        self._told[code] = now
        # only what nobody foresaw needs to show where it came from
        foreseen = isinstance(error, StoreError)
        said = error if foreseen else type(error).__name__
        log.error("%s %s: %s: %s", route.method, route.path, code, said, exc_info=None if foreseen else error)

    def _refuse(self, error: Exception, route: Route) -> web.Response:
        problem = problem_of(error)
        self._metrics.rejects.labels(problem.code).inc()
        if problem.status >= 500 and not isinstance(error, Problem):
            self._tell(error, route, problem.code)
        response = answer(problem)
        for name, value in route.headers:
            response.headers.setdefault(name, value)
        return response


def application(guard: Guard, routes: Sequence[Route], max_body: int) -> web.Application:
    """The aiohttp application with these routes."""

    app = web.Application(client_max_size=max_body)
    for route in routes:
        app.router.add_route(route.method, route.path, guard.over(route))
    app.router.add_route("*", "/{unrouted:.*}", guard.unrouted(routes))
    return app

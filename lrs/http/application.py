"""Puts routes together behind one guard: who calls, may they, how long it took, and what an exception is to
a client.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

from aiohttp import web

from lrs.audit.trail import Trail
from lrs.auth.authenticator import Authenticator
from lrs.auth.principal import Principal
from lrs.http.alternate import AlternateRequests, is_alternate
from lrs.http.answer import answer, refused
from lrs.http.body import CONTENT_ENCODING, Bodies
from lrs.http.gzip import deflate
from lrs.http.metrics import Metrics
from lrs.http.origins import Origins
from lrs.http.route import Call, Route, what_was_found
from lrs.http.xapi import VERSION, XAPI, said_version
from lrs.problem import Problem
from schemas.errors import StoreError
from schemas.xapi import Version

SILENCE = 1.0
"""Seconds between two lines about failures of one code; the metrics count them all."""

log = logging.getLogger(__name__)

Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Guard:
    """What stands before every handler."""

    def __init__(
        self,
        authenticator: Authenticator,
        metrics: Metrics,
        bodies: Bodies,
        origins: Origins,
        default_version: Version = Version.V2_0_0,
        trail: Trail | None = None,
    ) -> None:
        self._authenticator = authenticator
        self._metrics = metrics
        self._bodies = bodies
        self._alternates = AlternateRequests(bodies)
        self._origins = origins
        self._default_version = default_version
        self._told: dict[str, float] = {}
        self._trail = trail

    def over(self, route: Route) -> Answering:
        """The route's handler behind the guard."""
        handler = route.handler
        seconds = self._metrics.seconds.series(route.path, route.method)
        count = self._metrics.requests.add
        trail = None if route.audit is None else self._trail
        reads, sends = route.method in ("GET", "HEAD"), route.method in ("PUT", "POST")

        async def guarded(request: web.Request) -> web.StreamResponse:
            began = time.perf_counter()
            try:
                principal = None if route.scopes is None else await self._admit(request, route)
                if sends and CONTENT_ENCODING in request.headers:
                    request = await self._bodies.unpacked(request)
                if trail is not None:
                    trail.check_room()
                response = await handler(Call(request, principal))
                if trail is not None and principal is not None and route.audit and response.status < 300:
                    trail.note(principal, route.audit, *what_was_found(request))
                if reads:
                    await deflate(request, response)
            except Exception as error:
                response = self._refuse(error, route.method, route.path)
            seconds.observe(time.perf_counter() - began)
            count((route.path, route.method, str(response.status)))
            return response

        return guarded

    def alternate(self, path: str, answering: Mapping[str, Answering], post: Answering) -> Answering:
        """The handler of POST on a path of xAPI's: what it stands for in the alternate syntax, else `post`.

        `answering`: by method all that the path has.
        """

        async def either(request: web.Request) -> web.StreamResponse:
            if not is_alternate(request):
                return await post(request)
            try:
                meant = await self._alternates.read(request, answering)
            except Exception as error:
                response: web.StreamResponse = self._refuse(error, "POST", path)
                self._metrics.requests.add((path, "POST", str(response.status)))
                return response
            response = await answering[meant.method](meant.request)
            return _bare(response) if meant.method == "HEAD" else response

        return either

    def preflight(self, path: str, methods: Sequence[str]) -> Answering:
        """The handler of OPTIONS: the path's methods, and to a browser what its pages may send."""
        allowed = ", ".join(methods)

        async def answer_options(request: web.Request) -> web.StreamResponse:
            response = web.Response(status=204, headers={"Allow": allowed})
            self._origins.tell_before(request, response, methods)
            self._metrics.requests.add((path, "OPTIONS", "204"))
            return response

        return answer_options

    async def finish(self, request: web.Request, response: web.StreamResponse) -> None:
        """Add what every answer carries, a refusal too, before its first byte goes."""
        if request.path.startswith(XAPI) and VERSION not in response.headers:
            response.headers[VERSION] = said_version(request, self._default_version).value
        self._origins.tell(request, response)

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

    def _tell(self, error: Exception, method: str, path: str, code: str) -> None:
        """Write what failed, once in SILENCE for each code: an outage at a country's load fills no disk."""
        now = time.monotonic()
        if now - self._told.get(code, -SILENCE) < SILENCE:
            return
        self._told[code] = now
        # only what nobody foresaw needs to show where it came from
        foreseen = isinstance(error, StoreError)
        said = error if foreseen else type(error).__name__
        log.error("%s %s: %s: %s", method, path, code, said, exc_info=None if foreseen else error)

    def _refuse(self, error: Exception, method: str, path: str) -> web.Response:
        problem = refused(error)
        self._metrics.rejects.labels(problem.code).inc()
        if problem.status >= 500 and not isinstance(error, Problem):
            self._tell(error, method, path, problem.code)
        return answer(problem)


def _bare(response: web.StreamResponse) -> web.StreamResponse:
    """An answer without its body: what stands for a HEAD came as a POST, which has one."""
    told = response.headers.copy()
    for name in ("Content-Length", "Content-Encoding"):
        told.popall(name, None)
    return web.Response(status=response.status, headers=told)


def application(guard: Guard, routes: Sequence[Route], max_body: int) -> web.Application:
    """The aiohttp application with these routes; each path answers OPTIONS too, and those of xAPI take the
    alternate syntax.
    """
    app = web.Application(client_max_size=max_body)
    app.on_response_prepare.append(guard.finish)
    unrouted = guard.unrouted(routes)
    for path in dict.fromkeys(route.path for route in routes):
        answering = {route.method: guard.over(route) for route in routes if route.path == path}
        handlers = dict(answering)
        if path.startswith(XAPI):
            handlers["POST"] = guard.alternate(path, answering, answering.get("POST", unrouted))
        for method, handler in handlers.items():
            app.router.add_route(method, path, handler)
        app.router.add_route("OPTIONS", path, guard.preflight(path, sorted({*answering, "OPTIONS"})))
    app.router.add_route("*", "/{unrouted:.*}", unrouted)
    return app

"""A route, and what its handler is called with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from lrs.auth.principal import Principal
from schemas.audit import What
from schemas.credential import Scope

FOUND = web.RequestKey("found", tuple[int, Mapping[str, str] | None])
"""What was answered to a request, for the audit trail."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request whose credential was verified; `principal` is None on routes without a scope."""

    request: web.Request
    principal: Principal | None

    @property
    def caller(self) -> Principal:
        """The principal of a route that has a scope."""
        assert self.principal is not None, "a route without scopes has no caller"  # noqa: S101
        return self.principal

    def found(self, count: int, parameters: Mapping[str, str] | None = None) -> None:
        """Say how many statements, documents and so on are answered, and by which parameters they were asked
        for, where these are not those of the request: for the audit trail.
        """
        self.request[FOUND] = count, parameters


def what_was_found(request: web.Request) -> tuple[int, Mapping[str, str]]:
    """What `Call.found` has said."""
    count, parameters = request.get(FOUND, (1, None))
    return count, request.query if parameters is None else parameters


NATIONAL = frozenset({Scope.REPORTS})
"""The scopes of the national role: who reads the living figures of every province."""

Handler = Callable[[Call], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route:
    """One method on one path.

    `scopes`: any one of them is enough; None: nobody is asked who they are.
    """

    method: str
    path: str
    handler: Handler
    scopes: frozenset[Scope] | None
    audit: What | None = None
    """What of persons it reads, for the audit trail."""

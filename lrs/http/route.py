"""A route, and what its handler is called with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from lrs.auth.principal import Principal
from schemas.credential import Scope


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


NATIONAL = frozenset({Scope.READ_ALL})
"""The scopes of the national role: who reads what every province and platform has."""

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

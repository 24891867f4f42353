"""Pages of other origins in browsers: what they may send, and what they may see (CORS; the Fetch standard).

A request carries its credential itself, in a header that a page must know to send: no cookie stands for
anybody, browsers are never told to add what they know (Access-Control-Allow-Credentials), and what a page
sends as a form must have the credential in it (`lrs.http.alternate`). So all origins
may be allowed: an answer tells a page only what anybody is told who has that credential.
"""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from lrs.http.gzip import vary
from lrs.http.xapi import CONSISTENT_THROUGH, VERSION

ALL = "*"
OPENED = ("/xapi/", "/reports/", "/editions", "/openapi.json", "/check", "/profile")
"""What pages may call. Metrics and health tell of the installation, and ask nobody who they are."""
REMEMBERED = 7200
"""Seconds for which a browser need not ask again: Chrome's most."""
SENT = (
    "Authorization",
    "Content-Type",
    "Content-Encoding",
    "Accept-Language",
    "If-Match",
    "If-None-Match",
    VERSION,
)
"""Headers that a page may send."""
SEEN = ("ETag", "Last-Modified", "Retry-After", "Content-Disposition", VERSION, CONSISTENT_THROUGH)
"""Headers of an answer that a page may see."""


class Origins:
    """The origins that are allowed, `*` among them for all."""

    def __init__(self, allowed: Sequence[str]) -> None:
        self._all = ALL in allowed
        self._allowed = frozenset(allowed)

    def tell(self, request: web.Request, response: web.StreamResponse) -> None:
        """Add to an answer what a browser has to know of it."""
        if self._all and "Origin" not in request.headers:
            # no browser's page asks, and where all are allowed the answer is the same for whoever asks
            return
        if not request.path.startswith(OPENED) or not self._allowed:
            return
        if not self._all:
            vary(response, "Origin")
        if self._allows(request):
            response.headers["Access-Control-Allow-Origin"] = ALL if self._all else request.headers["Origin"]
            response.headers["Access-Control-Expose-Headers"] = ", ".join(SEEN)

    def tell_before(self, request: web.Request, response: web.StreamResponse, methods: Sequence[str]) -> None:
        """Add to the answer to a preflight what may be sent; `tell` adds the rest."""
        if request.path.startswith(OPENED) and self._allows(request):
            response.headers["Access-Control-Allow-Methods"] = ", ".join(methods)
            response.headers["Access-Control-Allow-Headers"] = ", ".join(SENT)
            response.headers["Access-Control-Max-Age"] = str(REMEMBERED)

    def _allows(self, request: web.Request) -> bool:
        origin = request.headers.get("Origin")
        return origin is not None and (self._all or origin in self._allowed)

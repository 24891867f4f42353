"""GET /xapi/about: the versions spoken (xAPI 2.0 Communication 2.8)."""

from __future__ import annotations

import orjson
from aiohttp import web

from lrs.http.route import Call, Route
from schemas.xapi import Version

_ABOUT = orjson.dumps({"version": [Version.V2_0_0.value, Version.V1_0_3.value], "extensions": {}})


async def about(call: Call) -> web.StreamResponse:
    """Asks for neither a credential nor a version."""
    return web.Response(body=_ABOUT, content_type="application/json")


ROUTES = [Route(method, "/xapi/about", about, None) for method in ("GET", "HEAD")]

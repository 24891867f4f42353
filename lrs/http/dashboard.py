"""GET / and /dashboard/…: the page that shows the figures. It asks for no credential; what it reads does."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from importlib.resources import files
from pathlib import PurePosixPath
from types import MappingProxyType

import orjson
from aiohttp import web

from lrs.dashboard import places
from lrs.http.entity_tag import has
from lrs.http.gzip import SMALLEST, takes_gzip
from lrs.http.route import Call, Route
from lrs.problem import Problem
from schemas.unit import SCHEMES

FOLDER = "/dashboard"
PAGE = "index.html"
VENDOR = "vendor"

MEDIA: Mapping[str, str] = MappingProxyType(
    {
        ".html": "text/html",
        ".css": "text/css",
        ".js": "text/javascript",
        ".svg": "image/svg+xml",
        ".json": "application/json",
        "": "text/plain",
    }
)
"""Media types by the ending of a file's name."""

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""Nothing from another host, nothing inline, no text that becomes markup, and in nobody's frame."""

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Encoding",
}
FRESH = "no-cache"
"""Files that belong together keep their names, so that each is asked for again: mostly a 304."""
FOREVER = "public, max-age=31536000, immutable"
"""A vendored file has its version in its path."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is answered: its bytes, the same packed where that is worth it, and the tag of both."""

    body: bytes
    packed: bytes | None
    tag: str
    media: str
    caching: str

    @classmethod
    def made(cls, name: str, body: bytes) -> Asset:
        """The asset of this name in the folder."""
        packed = gzip.compress(body, mtime=0) if len(body) >= SMALLEST else body
        return cls(
            body=body,
            packed=packed if len(packed) < len(body) else None,
            tag=blake2b(body, digest_size=16).hexdigest(),
            media=MEDIA[PurePosixPath(name.replace("LICENSE", "licence")).suffix],
            caching=FOREVER if name.startswith(VENDOR) else FRESH,
        )


def assets() -> dict[str, Asset]:
    """What is packaged, by its path in the folder, and the lists that are made of the tables of units."""
    root = files("lrs.dashboard").joinpath("static")
    names = [it.name for it in root.iterdir() if it.is_file()]
    for library in root.joinpath(VENDOR).iterdir():
        names += [f"{VENDOR}/{library.name}/{it.name}" for it in library.iterdir()]
    found = {name: Asset.made(name, root.joinpath(name).read_bytes()) for name in names}
    found["country.json"] = Asset.made("country.json", orjson.dumps(places.country()))
    for scheme in SCHEMES:
        name = f"communes-{scheme}.json"
        found[name] = Asset.made(name, orjson.dumps(places.communes(scheme)))
    return found


class DashboardResource:
    """Serves the page from memory; it is read and packed when it is first asked for."""

    def __init__(self) -> None:
        self._assets: dict[str, Asset] | None = None
        self._reading = asyncio.Lock()

    def routes(self) -> list[Route]:
        """GET and HEAD of the page and of its files, without a credential."""
        return [
            Route(method, path, self._answer, None)
            for path in ("/", f"{FOLDER}/{{file}}", f"{FOLDER}/{VENDOR}/{{library}}/{{file}}")
            for method in ("GET", "HEAD")
        ]

    async def _answer(self, call: Call) -> web.StreamResponse:
        request, named = call.request, call.request.match_info
        name = "/".join(
            (*([VENDOR, named["library"]] if "library" in named else []), named.get("file", PAGE))
        )
        asset = (await self._known()).get(name)
        if asset is None:
            raise Problem(404, "not-found", "There is nothing here; see /openapi.json.")
        packed = asset.packed if takes_gzip(request.headers.get("Accept-Encoding", "")) else None
        tag = asset.tag if packed is None else f"{asset.tag}-gzip"
        headers = {**HEADERS, "Cache-Control": asset.caching, "ETag": f'"{tag}"'}
        if has(request, tag):
            return web.Response(status=304, headers=headers)
        if packed is not None:
            headers["Content-Encoding"] = "gzip"
        charset = None if asset.media == "application/json" else "utf-8"
        return web.Response(
            body=asset.body if packed is None else packed,
            content_type=asset.media,
            charset=charset,
            headers=headers,
        )

    async def _known(self) -> dict[str, Asset]:
        async with self._reading:
            if self._assets is None:
                self._assets = await asyncio.to_thread(assets)
        return self._assets

"""GET /editions/…: the public figures, for everybody, without a credential."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from hashlib import blake2b
from types import MappingProxyType

import orjson
from aiohttp import web

from lrs.editions import publish as editions
from lrs.editions.draft import read_public
from lrs.editions.shape import Change, GroupRow, ProvinceRow, PublicEdition, TargetRow
from lrs.editions.sheet import TABLES, render, render_workbook, rows_of, sheet
from lrs.http.entity_tag import has
from lrs.http.reports import FORMAT, NUMBER, check_query
from lrs.http.route import Call, Handler, Route
from lrs.problem import Problem
from lrs.reports import media
from lrs.reports.media import Media
from lrs.reports.refused import Refused
from lrs.reports.shape import Shape
from schemas.edition import Edition, EditionHead
from schemas.ports import Store
from schemas.xapi import format_timestamp

LIST = "/editions"
EDITION = "/editions/{edition}"
TABLE = "/editions/{edition}/{table}"
LATEST = "latest"

EDITION_QUERY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {LIST: ("before", "limit"), EDITION: (), TABLE: (FORMAT,)}
)
"""By path the query parameters that it takes."""

MOST = 400
"""Editions in one list: those of a year, and some."""
KEPT = 4
"""Editions that stay in memory, as they are read again and again."""
FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_MINUTE = "public, max-age=60"


class EditionLine(Shape):
    """One edition of the list."""

    number: int
    day: str
    """The day of Asia/Ho_Chi_Minh through whose end it is complete."""
    published: str
    """RFC 3339, UTC."""
    through: str
    """RFC 3339, UTC."""
    digest: str
    """The SHA-256 of the bytes that `/editions/{number}` answers, in hexadecimal."""


class EditionList(Shape):
    """The latest editions."""

    editions: tuple[EditionLine, ...]
    """The latest first; those before the last of these with `before`."""


class EditionTable(Shape):
    """One table of an edition."""

    edition: EditionLine
    rows: tuple[ProvinceRow | GroupRow | TargetRow | Change, ...]
    """As in the edition."""


class EditionsResource:
    """The editions that a store keeps."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read: OrderedDict[int, tuple[Edition, PublicEdition]] = OrderedDict()

    def routes(self) -> list[Route]:
        """GET and HEAD, without a credential."""
        resources = ((LIST, self._list), (EDITION, self._edition), (TABLE, self._table))
        return [
            Route(method, path, _answering(path, make), None)
            for path, make in resources
            for method in ("GET", "HEAD")
        ]

    async def _list(self, call: Call) -> web.Response:
        query = call.request.query
        before = _number("before", query["before"]) if "before" in query else None
        limit = min(MOST, _number("limit", query.get("limit", str(MOST))))
        heads = await self._store.editions(before, limit)
        body = orjson.dumps(EditionList(editions=tuple(map(_line, heads))).model_dump())
        return _respond(call.request, body, _tag(body), FOR_A_MINUTE)

    async def _edition(self, call: Call) -> web.Response:
        found, _ = await self._found(call)
        return _respond(call.request, found.public, found.head.digest, _lasting(call))

    async def _table(self, call: Call) -> web.Response:
        name = call.request.match_info["table"]
        if name not in TABLES:
            raise Problem(404, "unknown-table", f"Write one of {', '.join(TABLES)}.", "table")
        request = call.request
        format_ = media.chosen(request.query.get(FORMAT), request.headers.get("Accept", ""))
        found, public = await self._found(call)
        if format_ is Media.JSON:
            rows = rows_of(public, name)
            body = orjson.dumps(EditionTable(edition=_line(found.head), rows=rows).model_dump())
            response = _respond(request, body, _tag(body), _lasting(call))
        else:
            table, making = sheet(public, name), render if format_ is Media.CSV else render_workbook
            body = await asyncio.to_thread(making, public, found.head.digest, table)
            response = _respond(request, body, _tag(body), _lasting(call), format_.content_type)
            response.headers["Content-Disposition"] = f'attachment; filename="{table.name}.{format_}"'
        response.headers["Vary"] = "Accept"
        return response

    async def _found(self, call: Call) -> tuple[Edition, PublicEdition]:
        """The edition that the path names. Raises Problem 404."""
        text = call.request.match_info["edition"]
        if text == LATEST:
            heads = await self._store.editions(None, 1)
            number = heads[0].number if heads else 0
        else:
            number = int(text) if NUMBER.fullmatch(text) else 0
        if number in self._read:
            self._read.move_to_end(number)
            return self._read[number]
        found = await editions.read(self._store, number) if number else None
        if found is None:
            raise Problem(404, "unknown-edition", f"{LIST} lists the editions that there are.", "edition")
        self._read[number] = found, read_public(found)
        while len(self._read) > KEPT:
            self._read.popitem(last=False)
        return self._read[number]


def _answering(path: str, make: Callable[[Call], Awaitable[web.Response]]) -> Handler:
    async def handler(call: Call) -> web.StreamResponse:
        try:
            check_query(EDITION_QUERY[path], call.request)
            return await make(call)
        except Refused as refused:
            raise Problem(400, refused.code, refused.message, refused.parameter) from refused

    return handler


def _number(name: str, text: str) -> int:
    if not NUMBER.fullmatch(text):
        raise Refused("bad-number", "Write a number, 1 at least.", name)
    return int(text)


def _lasting(call: Call) -> str:
    """How long an answer may be kept: what has a number never changes."""
    return FOR_A_MINUTE if call.request.match_info["edition"] == LATEST else FOR_EVER


def _line(head: EditionHead) -> EditionLine:
    return EditionLine(
        number=head.number,
        day=head.day,
        published=format_timestamp(head.published),
        through=format_timestamp(head.through),
        digest=head.digest,
    )


def _tag(body: bytes) -> str:
    return blake2b(body, digest_size=16).hexdigest()


def _respond(
    request: web.Request, body: bytes, tag: str, lasting: str, media_type: str = "application/json"
) -> web.Response:
    """The body with a strong entity tag, or 304 where the client has it (RFC 9110 13.1.2)."""
    headers = {"ETag": f'"{tag}"', "Cache-Control": lasting}
    if has(request, tag):
        return web.Response(status=304, headers=headers)
    charset = "utf-8" if media_type.startswith("text/") else None
    return web.Response(body=body, content_type=media_type, charset=charset, headers=headers)

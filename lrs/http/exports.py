"""GET /exports/statements: every statement in the order of the log, streamed."""

from __future__ import annotations

import asyncio
import logging

import orjson
from aiohttp import web

from lrs.audit.trail import Trail
from lrs.exports.line import line
from lrs.exports.place import lines_of
from lrs.exports.statements import parts
from lrs.http.route import Call, Route
from lrs.problem import Problem, overloaded
from lrs.reports.refused import Refused
from schemas.audit import What
from schemas.bookmark import Bookmark
from schemas.credential import Scope
from schemas.errors import StoreError
from schemas.ports import Store
from schemas.profile import Profile

PATH = "/exports/statements"
PROVINCE, FROM = "province", "from"
QUERY = (PROVINCE, FROM)
AT_ONCE = 2
"""Exports that are answered at once; beyond it 503."""
PATIENCE = 60.0
"""Seconds that a client may take nothing of what is sent: it has the place of another one."""

log = logging.getLogger(__name__)


class ExportsResource:
    """Streams statements as NDJSON; a part of them at a time is in memory, however many there are."""

    def __init__(self, store: Store, profile: Profile, trail: Trail) -> None:
        self._trail = trail
        self._store = store
        self._profile = profile
        self._under_way = 0

    def routes(self) -> list[Route]:
        """GET, for who may read all that there is: it is personal data."""
        return [Route("GET", PATH, self._get, frozenset({Scope.READ_ALL}))]

    async def _get(self, call: Call) -> web.StreamResponse:
        query = call.request.query
        for name in query:
            if name not in QUERY:
                raise Problem(400, "unknown-parameter", f"Write one of {', '.join(QUERY)}.", name[:60])
        if len(query.getall(FROM, [])) > 1:
            raise Problem(400, "repeated-parameter", "Give it once.", FROM)
        try:
            lines = lines_of(query.getall(PROVINCE, []))
        except Refused as refused:
            raise Problem(400, refused.code, refused.message, PROVINCE) from refused
        try:
            start = Bookmark.parse(query.get(FROM, ""))
        except ValueError:
            raise Problem(400, "bad-position", "Send the position of an earlier export.", FROM) from None
        if self._under_way >= AT_ONCE:
            raise overloaded("exports-under-way", "Others export just now. Send the same request again.")
        self._trail.check_room()
        # also when it begins, so that it is known of one that was broken off
        self._trail.note(call.caller, What.EXPORT_STATEMENTS, 0, _asked(lines, start))
        self._under_way += 1
        try:
            return await self._answer(call, lines, start)
        finally:
            self._under_way -= 1

    async def _answer(self, call: Call, lines: frozenset[str], start: Bookmark) -> web.StreamResponse:
        """The lines, and a last one that says where the next export begins: without it the answer is not
        whole.
        """
        request, count = call.request, 0
        found = parts(self._store, self._profile, lines, start)
        try:
            # before anything was said, so that a refusal is one
            part = await anext(found, None)
        except ValueError:
            raise Problem(400, "bad-position", "This position is of another store.", FROM) from None
        response = web.StreamResponse(headers={"Cache-Control": "no-store"})
        response.content_type = "application/x-ndjson"
        await response.prepare(request)
        at = start
        try:
            while part is not None:
                async with asyncio.timeout(PATIENCE):
                    await response.write(b"".join(line(it) + b"\n" for it in part.statements))
                at = part.after
                count += len(part.statements)
                part = await anext(found, None)
            await response.write(orjson.dumps({"position": str(at)}) + b"\n")
        except (StoreError, TimeoutError) as error:
            log.warning("an export breaks off: %s", error or "its client takes nothing")
            if request.transport is not None:
                request.transport.abort()
        except ConnectionError:
            log.debug("a client went away during an export")
        finally:
            await found.aclose()
            self._trail.note(call.caller, What.EXPORT_STATEMENTS, count, _asked(lines, start))
        return response


def _asked(lines: frozenset[str], start: Bookmark) -> dict[str, str]:
    return {PROVINCE: ",".join(sorted(lines)), FROM: str(start)}

"""GET /feeds/provinces: snapshots of `lrs.provinces` that changed since a cursor, for who has no Kafka."""

from __future__ import annotations

import re
from hashlib import blake2b

import orjson
from aiohttp import web

from lrs.http.entity_tag import has, quoted
from lrs.http.route import NATIONAL, Call, Route
from lrs.problem import Problem
from lrs.snapshots.board import Board
from lrs.snapshots.snapshot import HEAD
from schemas.ports import EventLog

PATH = "/feeds/provinces"
AFTER = "after"
_CURSOR = re.compile(r"([0-9A-Za-z]{1,64})-([0-9]{1,15})")
HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}


class FeedsResource:
    """Answers from what the topic holds, read on at each request."""

    def __init__(self, log: EventLog) -> None:
        self._board = Board(log)

    def routes(self) -> list[Route]:
        """GET and HEAD, for the national role alone: small counts are not hidden here."""
        return [Route(method, PATH, self._get, NATIONAL) for method in ("GET", "HEAD")]

    async def _get(self, call: Call) -> web.StreamResponse:
        """The latest snapshot of each key that was told since the cursor; of all keys without one, and where
        the topic was made anew or what came since is not kept. The entity tag is made of the place in the
        topic alone: the latest snapshots up to there are what they are.
        """
        request = call.request
        for name in request.query:
            if name != AFTER:
                raise Problem(400, "unknown-parameter", f"Leave it out, or write {AFTER}.", name[:60])
        cursor = request.query.get(AFTER)
        match = None if cursor is None else _CURSOR.fullmatch(cursor)
        if cursor is not None and match is None:
            raise Problem(400, "bad-cursor", "Send the cursor of an earlier answer, or none.", AFTER)
        board = self._board
        await board.read()
        after = int(match[2]) if match is not None and match[1] == board.log_id else -1
        whole = not board.beginning <= after <= board.end
        said = orjson.dumps([board.log_id, board.beginning if whole else after, board.end, whole])
        tag = blake2b(said, digest_size=16, person=b"feed").hexdigest()
        headers = {**HEADERS, "ETag": quoted(tag)}
        if has(request, tag):
            return web.Response(status=304, headers=headers)
        found = board.since(0 if whole else after)
        head = board.head() or b"null"
        values = b",".join(posted.value for key, posted in found if key != HEAD)
        start = orjson.dumps({"cursor": f"{board.log_id}-{board.end}", "whole": whole})
        body = start[:-1] + b',"head":' + head + b',"snapshots":[' + values + b"]}"
        return web.Response(body=body, content_type="application/json", headers=headers)

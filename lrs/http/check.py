"""POST /check: what POST /xapi/statements takes, judged and not stored."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import orjson
from aiohttp import web

from lrs.check.judge import Judged, judge, refusal_of, tallies, voided
from lrs.check.living import LivingRules
from lrs.check.verdict import CheckAnswer, Verdict
from lrs.check.voiding import Voiding, voiding
from lrs.endpoint.intake import Intake, Standing
from lrs.endpoint.prepare import Body
from lrs.http.body import Bodies
from lrs.http.mixed import is_mixed
from lrs.http.route import Call, Route
from lrs.http.xapi import VERSION, version_of
from lrs.problem import Problem, overloaded
from schemas.credential import Scope
from schemas.ports import StatementStore
from schemas.profile import Profile

PATH = "/check"
MOST = 4
"""Requests that are worked on: it is a courtesy, and must take neither room nor time of those who store."""


class CheckResource:
    """Judges for whoever may write; what it finds is told and kept nowhere."""

    def __init__(
        self,
        intake: Intake,
        store: StatementStore,
        living: LivingRules,
        profile: Profile,
        bodies: Bodies,
        *,
        max_batch: int,
        max_statement: int,
        refuse_identity_numbers: bool,
    ) -> None:
        self._intake = intake
        self._store = store
        self._living = living
        self._profile = profile
        self._bodies = bodies
        self._max_batch = max_batch
        self._max_statement = max_statement
        self._refuse_identity_numbers = refuse_identity_numbers
        self._working = 0
        self._turn = asyncio.Lock()

    def routes(self) -> list[Route]:
        return [Route("POST", PATH, self.post, frozenset({Scope.WRITE}))]

    async def post(self, call: Call) -> web.StreamResponse:
        """One statement or a batch, in JSON; answers how each would count."""
        request, platform = call.request, call.caller.platform
        version = version_of(request)
        if request.query_string:
            name = next(iter(request.query), "")
            raise Problem(400, "unknown-parameter", "POST check takes no parameters.", name[:60])
        if is_mixed(request):
            message = "Send the statements alone as application/json: attachments are not checked."
            raise Problem(400, "content-type-unsupported", message, "Content-Type")
        if self._working >= MOST:
            raise overloaded("too-many-checks", "The server is busy. Send the same request again.")
        room = self._bodies.take(request)
        self._working += 1
        try:
            text = await self._bodies.read_json(request)
            ruleset = await self._living.ruleset()
            rules = await self._living.of(platform)
            body = Body(
                text,
                version,
                self._intake.authority(call.caller),
                self._max_batch,
                self._max_statement,
                refuse_identity_numbers=self._refuse_identity_numbers,
            )
            now = time.time_ns() // 1_000_000
            async with self._turn:
                judged = await asyncio.to_thread(judge, body, rules, self._profile, platform, now)
            batch = text.lstrip(b" \t\r\n").startswith(b"[")
            found = await voiding(self._store, judged, platform, any_platform=call.caller.allows(Scope.ALL))
            verdicts = await self._verdicts(platform, judged, found, batch)
        finally:
            self._working -= 1
            self._bodies.give(room)
        registration = ruleset.platforms.get(platform)
        answer = CheckAnswer(
            platform=platform,
            home_page=registration.home_page if registration else "",
            trial=registration.on_trial(now) if registration else False,
            ruleset=ruleset.number,
            accepted=all(it.valid for it in verdicts),
            tallies=tallies(verdicts),
            statements=verdicts,
        )
        return web.Response(
            body=orjson.dumps(answer.model_dump()),
            content_type="application/json",
            headers={VERSION: version.value, "Cache-Control": "no-store"},
        )

    async def _verdicts(
        self, platform: str, judged: Sequence[Judged], found: Voiding, batch: bool
    ) -> tuple[Verdict, ...]:
        """With what is under the ids that the client named; two of one request are told apart before."""
        known = [it for it in judged if it.given and it.identifier is not None and it.value is not None]
        ids, values = [it.identifier or "" for it in known], [it.value or b"" for it in known]
        standing: dict[str, Standing] = dict(
            zip(ids, await self._intake.standing(platform, ids, values) if ids else (), strict=True)
        )
        return tuple(
            _verdict(
                it, standing.get(it.identifier or "") if it.value and it.given else None, found, at, batch
            )
            for at, it in enumerate(judged)
        )


def _verdict(it: Judged, standing: Standing | None, found: Voiding, index: int, batch: bool) -> Verdict:
    refusal = it.refusal
    reading = it.reading
    if standing == "voided" and it.identifier not in found.own:
        # what became of another platform's statement is not told
        standing = "same"
    if reading is not None and standing != "other" and it.identifier in found.voided:
        reading = voided(reading)
    if standing == "other":
        message = f"The statement {it.identifier} exists with other content: nothing would be stored."
        refusal = refusal_of(Problem(409, "statement-conflict", message, f"/{index}/id" if batch else "/id"))
    return Verdict(
        id=it.identifier if it.given or it.value is None else None,
        valid=refusal is None,
        refusal=refusal,
        stored=standing,
        takes_effect=None if it.voids is None else it.voids in found.reached,
        reading=reading,
    )

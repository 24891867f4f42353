"""GET /reports/…: figures for offices, and for each platform what became of what it sent."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from types import MappingProxyType

import orjson
from aiohttp import web

from lrs.editions import publish as editions
from lrs.editions.frozen import Frozen, unpack
from lrs.endpoint.watermarks import OLD, Watermarks
from lrs.http.entity_tag import has
from lrs.http.route import NATIONAL, Call, Handler, Route
from lrs.problem import Problem, overloaded
from lrs.reports import (
    media,
    platform_reading,
    platform_sheet,
    platforms,
    preview,
    preview_reading,
    province_reading,
    province_sheet,
    provinces,
    reach,
    rules,
    selection,
    state,
    targets_reading,
    targets_sheet,
    trend_reading,
    workbook,
)
from lrs.reports.head import Head
from lrs.reports.media import Media
from lrs.reports.reach import Reach
from lrs.reports.refused import Refused
from lrs.reports.shape import Shape
from lrs.reports.sheet import Sheet, render
from schemas.calendar import TOTAL
from schemas.credential import Scope
from schemas.figure import ALL
from schemas.ports import EventLog, Store
from schemas.profile import Profile

PROVINCES = "/reports/provinces"
PROVINCE = "/reports/provinces/{scheme}/{code}"
TARGETS = "/reports/targets"
TREND = "/reports/trend"
PLATFORMS = "/reports/platforms"
PLATFORM = "/reports/platforms/{platform}"
RULES = "/reports/rules"
PREVIEW = "/reports/platforms/{platform}/preview"
PREVIEW_PROVINCE = "/reports/platforms/{platform}/preview/{scheme}/{code}"

FORMAT, EDITION = "format", "edition"
QUERY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        PROVINCES: ("scheme", "period", "group", EDITION, FORMAT),
        PROVINCE: ("group", FORMAT),
        TARGETS: ("plan", "unit", EDITION, FORMAT),
        TREND: ("scheme", "code", "period", "group", FORMAT),
        PLATFORMS: (FORMAT,),
        PLATFORM: (FORMAT,),
        RULES: (FORMAT,),
        PREVIEW: ("scheme", "period", "group", FORMAT),
        PREVIEW_PROVINCE: ("group", FORMAT),
    }
)
"""By path the query parameters that it takes; every other one is refused, since a misspelt one would give a
figure that was not asked for.
"""

BY_STATE = frozenset({PROVINCES, PROVINCE, TREND})
"""The reports that are made of figures alone, so that their entity tag is known without making them. Others
tell of what changes by itself, and have a hash of their body.
"""
CONTENT = 30.0
"""Seconds that the watermark of an idle log may be old for who has a report already: so long no tick changes
it, and the answer is 304.
"""
MOST_PREVIEWS = 4
"""Previews that are made or wait for their turn: each reads up to all of a trial, and figures come first."""

HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Accept, Authorization"}

NUMBER = re.compile(r"[1-9][0-9]{0,8}")
"""The number of an edition."""

Answer = tuple[Head, Shape, Callable[[], Sheet]]
"""A report: its head, itself, and how to make it a table."""


class ReportsResource:
    """The reports, read from a store and a log; each asks for a present watermark first."""

    def __init__(
        self, store: Store, log: EventLog, watermarks: Watermarks, profile: Profile | None = None
    ) -> None:
        self._store = store
        self._log = log
        self._watermarks = watermarks
        self._previews = preview_reading.Previews(store, profile or Profile())
        self._previewing = 0

    def routes(self) -> list[Route]:
        """GET and HEAD of each report."""
        offices = NATIONAL | {Scope.PROVINCE_REPORTS}
        senders = NATIONAL | {Scope.READ_MINE}
        reports = (
            (PROVINCES, self._provinces, offices),
            (PROVINCE, self._province, offices),
            (TARGETS, self._targets, offices),
            (TREND, self._trend, offices),
            (PLATFORMS, self._platforms, NATIONAL),
            (PLATFORM, self._platform, senders),
            (RULES, self._rules, offices),
            (PREVIEW, self._preview, senders),
            (PREVIEW_PROVINCE, self._preview_province, senders),
        )
        return [
            Route(method, path, self._answering(path, make), scopes)
            for path, make, scopes in reports
            for method in ("GET", "HEAD")
        ]

    def _answering(self, path: str, make: Callable[[Call], Awaitable[Answer]]) -> Handler:
        """The handler of a report: checks what was asked, makes the report, answers it as was chosen."""

        async def handler(call: Call) -> web.StreamResponse:
            request = call.request
            try:
                check_query(QUERY[path], request)
                format_ = media.chosen(request.query.get(FORMAT), request.headers.get("Accept", ""))
                by_state = path in BY_STATE and EDITION not in request.query
                known = by_state and bool(request.if_none_match)
                await self._watermarks.asked(CONTENT if known else OLD)
                if known and (tag := await self._known(call, format_)) is not None:
                    return web.Response(status=304, headers={**HEADERS, "ETag": f'"{tag}"'})
                before = await state.read(self._store) if by_state else None
                head, report, sheet = await make(call)
            except Refused as refused:
                status = 404 if refused.missing else 400
                raise Problem(status, refused.code, refused.message, refused.parameter) from refused
            body, file = await _rendered(head, report, sheet, format_)
            unchanged = before is not None and before == await state.read(self._store)
            tag = (
                before.tag(_asked(call, format_), head.through)
                if before is not None and unchanged
                else blake2b(body, digest_size=16).hexdigest()
            )
            return _respond(request, body, tag, format_, file)

        return handler

    async def _known(self, call: Call, format_: Media) -> str | None:
        """The tag of the report as it is now, where the client has that (RFC 9110 13.1.2)."""
        now = await state.read_through(self._store, self._log)
        if now is None:
            return None
        tag = now[0].tag(_asked(call, format_), now[1])
        return tag if has(call.request, tag, anything=False) else None

    async def _provinces(self, call: Call) -> Answer:
        query = call.request.query
        scheme = selection.scheme_of(query.get("scheme", "vn-2025"))
        period = selection.period_of(query.get("period", TOTAL))
        group = selection.group_of(query.get("group", ALL))
        own = await self._reach(call)
        if EDITION in query:
            if period != TOTAL:
                raise Refused("not-in-edition", f"An edition has the period {TOTAL} alone.", "period")
            found = await (await self._frozen(call)).cells.basis()
            report = provinces.build(found, scheme, period, group)
        else:
            report = await provinces.read(self._store, self._log, scheme, period, group, own)
        return report.head, report, lambda: provinces.sheet(report)

    async def _province(self, call: Call) -> Answer:
        named = call.request.match_info
        scheme, code = selection.province_of(named["scheme"], named["code"])
        group = selection.group_of(call.request.query.get("group", ALL))
        own = await self._reach(call)
        if own is not None and f"{scheme}/{code}" not in own:
            raise _other_province(own, "code")
        report = await province_reading.read(self._store, self._log, scheme, code, group)
        return report.head, report, lambda: province_sheet.sheet(report)

    async def _targets(self, call: Call) -> Answer:
        query, own = call.request.query, await self._reach(call)
        plan = query.get("plan")
        unit = selection.unit_of(query["unit"]) if "unit" in query else None
        if own is not None and unit is not None and str(unit) not in own:
            raise _other_province(own, "unit")
        if EDITION in query:
            frozen = await self._frozen(call)
            chosen = targets_reading.plans_of(frozen.book, plan, unit)
            report = targets_reading.build(await frozen.cells.basis(), chosen, frozen.book, frozen.latest)
        else:
            report = await targets_reading.read(self._store, self._log, plan, unit)
        if own is not None:
            report = reach.own_targets(report, own)
            if plan is not None and not report.plans:
                raise _other_province(own, "plan")
        return report.head, report, lambda: targets_sheet.sheet(report)

    async def _trend(self, call: Call) -> Answer:
        query = call.request.query
        scheme = selection.scheme_of(query.get("scheme", "vn-2025"))
        code = query.get("code")
        if code is not None:
            scheme, code = selection.province_of(scheme, code, missing=False)
        period = selection.period_of(query.get("period", TOTAL))
        group = selection.group_of(query.get("group", ALL))
        own = await self._reach(call)
        if own is not None and f"{scheme}/{code}" not in own:
            raise _other_province(own, "code")
        report = await trend_reading.read(self._store, self._log, scheme, code, period, group)
        return report.head, report, lambda: trend_reading.sheet(report)

    async def _platforms(self, call: Call) -> Answer:
        report = await platforms.read(self._store, self._log)
        return report.head, report, lambda: platforms.sheet(report)

    async def _rules(self, call: Call) -> Answer:
        report = await rules.read(self._store, self._log)
        return report.head, report, lambda: rules.sheet(report)

    async def _preview(self, call: Call) -> Answer:
        query, platform = call.request.query, _own_platform(call)
        scheme = selection.scheme_of(query.get("scheme", "vn-2025"))
        period = selection.period_of(query.get("period", TOTAL))
        group = selection.group_of(query.get("group", ALL))
        with self._room_for_preview():
            report = await self._previews.provinces(platform, scheme, period, group)
        return report.figures.head, report, lambda: preview.sheet(platform, provinces.sheet(report.figures))

    async def _preview_province(self, call: Call) -> Answer:
        named, platform = call.request.match_info, _own_platform(call)
        scheme, code = selection.province_of(named["scheme"], named["code"])
        group = selection.group_of(call.request.query.get("group", ALL))
        with self._room_for_preview():
            report = await self._previews.province(platform, scheme, code, group)
        return (
            report.figures.head,
            report,
            lambda: preview.sheet(platform, province_sheet.sheet(report.figures)),
        )

    async def _reach(self, call: Call) -> Reach:
        """The units that the caller may read; None for all."""
        if call.caller.allows(Scope.REPORTS):
            return None
        own = reach.reach_of((await self._store.living()).platforms.get(call.caller.platform))
        if not own:
            raise Problem(
                403,
                "no-province",
                f"{Scope.PROVINCE_REPORTS} reads the provinces that this credential's platform is registered "
                "for, and it is registered for none by name.",
            )
        if EDITION in call.request.query:
            raise Problem(
                403,
                "scope-missing",
                f"What an edition was made from needs {Scope.REPORTS}; /editions is for everybody.",
                EDITION,
            )
        return own

    async def _frozen(self, call: Call) -> Frozen:
        """What an edition was made from. Raises Refused `unknown-edition`."""
        text = call.request.query[EDITION]
        found = await editions.read(self._store, int(text)) if NUMBER.fullmatch(text) else None
        if found is None:
            raise Refused("unknown-edition", "Write the number of an edition; /editions lists them.", EDITION)
        return await asyncio.to_thread(unpack, found.frozen)

    @contextmanager
    def _room_for_preview(self) -> Iterator[None]:
        """Raises Problem 503 where as many are under way as may be."""
        if self._previewing >= MOST_PREVIEWS:
            raise overloaded("too-many-previews", "The server is busy. Send the same request again.")
        self._previewing += 1
        try:
            yield
        finally:
            self._previewing -= 1

    async def _platform(self, call: Call) -> Answer:
        platform = _own_platform(call)
        report = await platform_reading.read(self._store, self._log, platform)
        return report.head, report, lambda: platform_sheet.sheet(report)


def _own_platform(call: Call) -> str:
    """The platform that the path names, which is the caller's where they may not read reports. Raises Problem
    403.
    """
    platform = call.request.match_info["platform"]
    if platform != call.caller.platform and not call.caller.allows(Scope.REPORTS):
        raise Problem(
            403,
            "other-platform",
            f"This credential may read its own platform's report alone; {Scope.REPORTS} reads all.",
            "platform",
        )
    return platform


def _other_province(own: Reach, parameter: str) -> Problem:
    return Problem(
        403,
        "other-province",
        f"This credential may read {', '.join(sorted(own or ()))} alone; {Scope.REPORTS} reads all.",
        parameter,
    )


async def _rendered(
    head: Head, report: Shape, sheet: Callable[[], Sheet], format_: Media
) -> tuple[bytes, str | None]:
    """The body, and the name of its file where it is one."""
    if format_ is Media.JSON:
        return orjson.dumps(report.model_dump()), None
    table = sheet()
    if format_ is Media.CSV:
        return render(head, table), f"{table.name}.csv"
    return await asyncio.to_thread(workbook.render, head, table), f"{table.name}.xlsx"


def _asked(call: Call, format_: Media) -> str:
    """What was asked, the same for the same report in the same format, of the same provinces."""
    said = sorted((name, value) for name, value in call.request.query.items() if name != FORMAT)
    office = None if call.caller.allows(Scope.REPORTS) else call.caller.platform
    return orjson.dumps([call.request.path, said, format_, office]).decode()


def check_query(allowed: Sequence[str], request: web.Request) -> None:
    """Raises Refused for a query parameter that is not allowed, or that is given twice."""
    for name in request.query:
        if name not in allowed:
            taken = f"write one of {', '.join(allowed)}" if allowed else "nothing may be asked here"
            raise Refused("unknown-parameter", f"Leave it out: {taken}.", name)
        if len(request.query.getall(name)) > 1:
            raise Refused("repeated-parameter", "Give it once.", name)


def _respond(
    request: web.Request, body: bytes, tag: str, format_: Media, file: str | None = None
) -> web.Response:
    """The body with a strong entity tag, or 304 where the client has it (RFC 9110 13.1.2)."""
    headers = {**HEADERS, "ETag": f'"{tag}"'}
    if has(request, tag):
        return web.Response(status=304, headers=headers)
    if file is not None:
        headers["Content-Disposition"] = f'attachment; filename="{file}"'
    charset = "utf-8" if format_ is Media.CSV else None
    return web.Response(body=body, content_type=format_.content_type, charset=charset, headers=headers)

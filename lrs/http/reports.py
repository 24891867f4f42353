"""GET /reports/…: figures for offices, and for each platform what became of what it sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import blake2b
from types import MappingProxyType

import orjson
from aiohttp import web

from lrs.endpoint.watermarks import Watermarks
from lrs.http.route import Call, Handler, Route
from lrs.problem import Problem, overloaded
from lrs.reports import (
    media,
    platform_reading,
    platform_sheet,
    preview,
    preview_reading,
    province_reading,
    province_sheet,
    provinces,
    rules,
    selection,
    targets_reading,
    targets_sheet,
)
from lrs.reports.head import Head
from lrs.reports.media import Media
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
PLATFORM = "/reports/platforms/{platform}"
RULES = "/reports/rules"
PREVIEW = "/reports/platforms/{platform}/preview"
PREVIEW_PROVINCE = "/reports/platforms/{platform}/preview/{scheme}/{code}"

FORMAT = "format"
QUERY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        PROVINCES: ("scheme", "period", "group", FORMAT),
        PROVINCE: ("group", FORMAT),
        TARGETS: ("plan", "unit", FORMAT),
        PLATFORM: (FORMAT,),
        RULES: (FORMAT,),
        PREVIEW: ("scheme", "period", "group", FORMAT),
        PREVIEW_PROVINCE: ("group", FORMAT),
    }
)
"""By path the query parameters that it takes; every other one is refused, since a misspelt one would give a
figure that was not asked for.
"""

MOST_PREVIEWS = 4
"""Previews that are made or wait for their turn: each reads up to all of a trial, and figures come first."""

HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Accept, Authorization"}

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
        offices = frozenset({Scope.REPORTS})
        reports = (
            (PROVINCES, self._provinces, offices),
            (PROVINCE, self._province, offices),
            (TARGETS, self._targets, offices),
            (PLATFORM, self._platform, offices | {Scope.READ_MINE}),
            (RULES, self._rules, offices),
            (PREVIEW, self._preview, offices | {Scope.READ_MINE}),
            (PREVIEW_PROVINCE, self._preview_province, offices | {Scope.READ_MINE}),
        )
        return [
            Route(method, path, _answering(path, self._after_tick(make)), scopes)
            for path, make, scopes in reports
            for method in ("GET", "HEAD")
        ]

    def _after_tick(self, make: Callable[[Call], Awaitable[Answer]]) -> Callable[[Call], Awaitable[Answer]]:
        async def made(call: Call) -> Answer:
            await self._watermarks.asked()
            return await make(call)

        return made

    async def _provinces(self, call: Call) -> Answer:
        query = call.request.query
        scheme = selection.scheme_of(query.get("scheme", "vn-2025"))
        period = selection.period_of(query.get("period", TOTAL))
        group = selection.group_of(query.get("group", ALL))
        report = await provinces.read(self._store, self._log, scheme, period, group)
        return report.head, report, lambda: provinces.sheet(report)

    async def _province(self, call: Call) -> Answer:
        named = call.request.match_info
        scheme, code = selection.province_of(named["scheme"], named["code"])
        group = selection.group_of(call.request.query.get("group", ALL))
        report = await province_reading.read(self._store, self._log, scheme, code, group)
        return report.head, report, lambda: province_sheet.sheet(report)

    async def _targets(self, call: Call) -> Answer:
        query = call.request.query
        unit = selection.unit_of(query["unit"]) if "unit" in query else None
        report = await targets_reading.read(self._store, self._log, query.get("plan"), unit)
        return report.head, report, lambda: targets_sheet.sheet(report)

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


def _answering(path: str, make: Callable[[Call], Awaitable[Answer]]) -> Handler:
    """The handler of a report: checks what was asked, makes the report, answers it as was chosen."""

    async def handler(call: Call) -> web.StreamResponse:
        request = call.request
        try:
            _check(path, request)
            format_ = media.chosen(request.query.get(FORMAT), request.headers.get("Accept", ""))
            head, report, sheet = await make(call)
        except Refused as refused:
            status = 404 if refused.missing else 400
            raise Problem(status, refused.code, refused.message, refused.parameter) from refused
        if format_ is Media.CSV:
            table = sheet()
            return _respond(request, render(head, table), format_, f"{table.name}.csv")
        return _respond(request, orjson.dumps(report.model_dump()), format_)

    return handler


def _check(path: str, request: web.Request) -> None:
    """Raises Refused for a query parameter that the path does not take, or that is given twice."""
    allowed = QUERY[path]
    for name in request.query:
        if name not in allowed:
            raise Refused("unknown-parameter", f"Leave it out, or write one of {', '.join(allowed)}.", name)
        if len(request.query.getall(name)) > 1:
            raise Refused("repeated-parameter", "Give it once.", name)


def _respond(request: web.Request, body: bytes, format_: Media, file: str | None = None) -> web.Response:
    """The body with a strong entity tag, or 304 where the client has it (RFC 9110 13.1.2)."""
    tag = blake2b(body, digest_size=16).hexdigest()
    headers = {**HEADERS, "ETag": f'"{tag}"'}
    if any(it.value in ("*", tag) for it in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    if format_ is Media.JSON:
        return web.Response(body=body, content_type="application/json", headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return web.Response(body=body, content_type="text/csv", charset="utf-8", headers=headers)

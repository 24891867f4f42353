"""GET /reports/…: figures for offices, and for each platform what became of what it sent."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from hashlib import blake2b
from types import MappingProxyType

import orjson
from aiohttp import web

from lrs.editions import publish as editions
from lrs.editions.frozen import unpack_cells
from lrs.endpoint.watermarks import Watermarks
from lrs.http.route import Call, Handler, Route
from lrs.problem import Problem
from lrs.reports import (
    media,
    platform_reading,
    platform_sheet,
    province_reading,
    province_sheet,
    provinces,
    reach,
    selection,
    targets_reading,
    targets_sheet,
)
from lrs.reports.basis import Basis
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
from schemas.target import targets

PROVINCES = "/reports/provinces"
PROVINCE = "/reports/provinces/{scheme}/{code}"
TARGETS = "/reports/targets"
PLATFORM = "/reports/platforms/{platform}"

FORMAT, EDITION = "format", "edition"
QUERY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        PROVINCES: ("scheme", "period", "group", EDITION, FORMAT),
        PROVINCE: ("group", FORMAT),
        TARGETS: ("plan", EDITION, FORMAT),
        PLATFORM: (FORMAT,),
    }
)
"""By path the query parameters that it takes; every other one is refused, since a misspelt one would give a
figure that was not asked for.
"""

HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Accept, Authorization"}

NUMBER = re.compile(r"[1-9][0-9]{0,8}")
"""The number of an edition."""

Answer = tuple[Head, Shape, Callable[[], Sheet]]
"""A report: its head, itself, and how to make it a table."""


class ReportsResource:
    """The reports, read from a store and a log; each asks for a present watermark first."""

    def __init__(self, store: Store, log: EventLog, watermarks: Watermarks) -> None:
        self._store = store
        self._log = log
        self._watermarks = watermarks

    def routes(self) -> list[Route]:
        """GET and HEAD of each report."""
        offices = frozenset({Scope.REPORTS, Scope.PROVINCE_REPORTS})
        reports = (
            (PROVINCES, self._provinces, offices),
            (PROVINCE, self._province, offices),
            (TARGETS, self._targets, offices),
            (PLATFORM, self._platform, frozenset({Scope.REPORTS, Scope.READ_MINE})),
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
        own = await self._reach(call)
        if EDITION in query:
            if period != TOTAL:
                raise Refused("not-in-edition", f"An edition has the period {TOTAL} alone.", "period")
            report = provinces.build(await self._frozen(call), scheme, period, group)
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
        plan, own = call.request.query.get("plan"), await self._reach(call)
        if EDITION in call.request.query:
            found = await self._frozen(call)
            report = targets_reading.build(found, targets_reading.plans_of(plan), targets())
        else:
            report = await targets_reading.read(self._store, self._log, plan)
        if own is not None:
            report = reach.own_targets(report, own)
            if plan is not None and not report.plans:
                raise _other_province(own, "plan")
        return report.head, report, lambda: targets_sheet.sheet(report)

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

    async def _frozen(self, call: Call) -> Basis:
        """The figures that an edition was made from. Raises Refused `unknown-edition`."""
        text = call.request.query[EDITION]
        found = await editions.read(self._store, int(text)) if NUMBER.fullmatch(text) else None
        if found is None:
            raise Refused("unknown-edition", "Write the number of an edition; /editions lists them.", EDITION)
        return (await asyncio.to_thread(unpack_cells, found.frozen)).basis()

    async def _platform(self, call: Call) -> Answer:
        platform = call.request.match_info["platform"]
        if platform != call.caller.platform and not call.caller.allows(Scope.REPORTS):
            raise Problem(
                403,
                "other-platform",
                f"This credential may read its own platform's report alone; {Scope.REPORTS} reads all.",
                "platform",
            )
        report = await platform_reading.read(self._store, self._log, platform)
        return report.head, report, lambda: platform_sheet.sheet(report)


def _other_province(own: Reach, parameter: str) -> Problem:
    return Problem(
        403,
        "other-province",
        f"This credential may read {', '.join(sorted(own or ()))} alone; {Scope.REPORTS} reads all.",
        parameter,
    )


def _answering(path: str, make: Callable[[Call], Awaitable[Answer]]) -> Handler:
    """The handler of a report: checks what was asked, makes the report, answers it as was chosen."""

    async def handler(call: Call) -> web.StreamResponse:
        request = call.request
        try:
            check_query(QUERY[path], request)
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


def check_query(allowed: Sequence[str], request: web.Request) -> None:
    """Raises Refused for a query parameter that is not allowed, or that is given twice."""
    for name in request.query:
        if name not in allowed:
            taken = f"write one of {', '.join(allowed)}" if allowed else "nothing may be asked here"
            raise Refused("unknown-parameter", f"Leave it out: {taken}.", name)
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

"""An endpoint that is busy is asked again, for as long as the import has patience and no longer."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from lrs.attendance.endpoint import Endpoint, Unsent


async def test_who_is_told_to_come_back_tomorrow_waits_no_longer_than_the_patience() -> None:
    asked = 0

    async def busy(_: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        return web.Response(status=503, headers={"Retry-After": "86400"})

    application = web.Application()
    application.router.add_post("/check", busy)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    _, port = runner.addresses[0]
    try:
        async with asyncio.timeout(10), Endpoint(f"http://127.0.0.1:{port}", "k", "s", 0.2) as endpoint:
            with pytest.raises(Unsent, match=r"answered 503 for 0\.2 s"):
                await endpoint.check([])
    finally:
        await runner.cleanup()
    assert asked == 2

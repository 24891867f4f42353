"""Bodies that end before they should: refused, and no failure of the server."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import pytest

from tests.acceptance.client import STATEMENTS, Client
from tests.acceptance.figures import metrics, total
from tests.acceptance.server import KEY, PATIENCE, SECRET, basic

pytestmark = pytest.mark.files

HEAD = "\r\n".join(
    (
        f"POST {STATEMENTS} HTTP/1.1",
        "Host: lrs",
        f"Authorization: {basic(KEY, SECRET)}",
        "X-Experience-API-Version: 2.0.0",
        "Content-Type: application/json",
        "",
    )
)
BROKEN = [
    "Content-Length: 100\r\n\r\n[",
    "Transfer-Encoding: chunked\r\n\r\n5\r\n[",
]


@pytest.mark.parametrize("rest", BROKEN)
async def test_who_goes_before_the_body_is_whole_is_refused(client: Client, rest: str) -> None:
    where = urlsplit(client.server.url)
    before = total(await metrics(client), "lrs_requests_total", method="POST", status="400")
    _, writer = await asyncio.open_connection(where.hostname, where.port)
    writer.write((HEAD + rest).encode())
    await writer.drain()
    async with asyncio.timeout(PATIENCE):
        while total(await metrics(client), "lrs_in_flight_bytes") == 0:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    writer.close()
    async with asyncio.timeout(PATIENCE):
        while total(await metrics(client), "lrs_requests_total", method="POST", status="400") == before:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert total(await metrics(client), "lrs_in_flight_bytes") == 0
    assert "Traceback" not in client.server.stderr

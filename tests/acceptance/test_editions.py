"""Editions of a running system: published from the command line, read by everybody, and nobody is in them."""

from __future__ import annotations

import hashlib

from tests.acceptance.client import Client
from tests.acceptance.figures import settled
from tests.acceptance.making import LAM_DONG, QUANG_NAM, statement
from tests.acceptance.server import Server, parse_credential

NOBODY = {"Authorization": None, "X-Experience-API-Version": None}


async def _train(client: Client, count: int, unit: dict[str, str], start: int = 0) -> None:
    learners = range(start, start + count)
    groups = ["cadres"]
    await client.store(
        *(statement(f"{unit['province']}-{n}", unit=unit, topic=1, groups=groups) for n in learners)
    )


async def test_g10_everybody_reads_editions_and_an_office_its_own_province(server: Server) -> None:
    words = ("--home-page", "https://board.example", "--provinces", "vn-2004/49")
    server.lrs("platform", "add", "board", *words)
    key, secret = parse_credential(
        server.lrs("credential", "add", "board", "--scope", "reports/read/province")
    )
    async with Client(server) as client, Client(server) as public, Client(server, key, secret) as office:
        assert (await public.send("GET", "/editions/latest", headers=NOBODY)).status == 404
        await _train(client, 40, QUANG_NAM)
        await _train(client, 4, LAM_DONG)
        await settled(server)
        server.lrs("edition", "publish", "--day", "2025-04-18")
        await _train(client, 5, QUANG_NAM, start=40)
        await settled(server)
        # nothing was posted since: the end of the day is passed by a tick
        server.lrs("edition", "publish")
        first = await public.send("GET", "/editions/1", headers=NOBODY)
        latest = await public.send("GET", "/editions/latest", headers=NOBODY)
        assert first.headers["ETag"].strip('"') == hashlib.sha256(first.body).hexdigest()
        assert latest.json()["previous"] == hashlib.sha256(first.body).hexdigest()
        for edition in (first.json(), latest.json()):
            rows = {(row["scheme"], row["code"]): row["registered"] for row in edition["provinces"]}
            assert rows["vn-2004", "49"] == {"value": 40, "edition": 1, "partial": False}
            shown = {place: it["value"] for place, it in rows.items() if it["value"] is not None}
            places = {("vn-2004", "49"), ("vn-2025", "48"), ("vn-2004", None), ("vn-2025", None)}
            assert shown == dict.fromkeys(places, 40)
        living = await client.report("provinces", scheme="vn-2004")
        assert living["nation"]["registered"] == 49
        then = await client.report("provinces", scheme="vn-2004", edition="1")
        assert then["nation"]["registered"] == 44
        own = await office.report("provinces", scheme="vn-2004")
        assert [(it["code"], it["registered"]) for it in own["lines"]] == [("49", 45)]
        for path in (
            "/reports/provinces/vn-2025/68",
            "/reports/provinces?edition=1",
            "/reports/platforms/dev",
        ):
            assert (await office.send("GET", path)).status == 403, path
        for path in ("/reports/provinces", "/reports/provinces?edition=1"):
            assert (await public.send("GET", path, headers=NOBODY)).status == 401, path

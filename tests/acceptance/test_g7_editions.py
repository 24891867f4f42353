"""G7: what corrects the figures is seen in the next edition, as changes."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.acceptance.client import Client
from tests.acceptance.figures import settled
from tests.acceptance.making import HOME, LAM_DONG, QUANG_NAM, Json, statement, void
from tests.acceptance.nursery import Nursery
from tests.acceptance.server import Server, parse_credential


async def test_g7_corrections_are_changes_since_the_edition_before(server: Server) -> None:
    names = [f"c-{number}" for number in range(40)]
    first = [statement(name, unit=QUANG_NAM, topic=1, groups=["cadres"]) for name in names]
    async with Client(server) as client:
        await client.store(*first)
        await client.store(*(statement(f"d-{number}", unit=LAM_DONG, topic=1) for number in range(30)))
        await settled(server)
        server.lrs("edition", "publish", "--day", "2025-04-18")
        # a dozen were said by mistake, and another dozen move and become somebody else
        await client.store(*(void(it["id"]) for it in first[:12]))
        later = "2025-04-19T08:00:00+07:00"
        moved: Json = {"unit": LAM_DONG, "topic": 2, "groups": ["farmers"], "at": later}
        await client.store(*(statement(name, **moved) for name in names[12:24]))
        await settled(server)
        server.lrs("edition", "publish", "--day", "2025-04-19")
        edition = (await client.send("GET", "/editions/2")).json()
    changes = {
        (it["table"], it["scheme"], it["code"], it["group"]): (it["before"], it["after"])
        for it in edition["changes"]
        if it["figure"] == "trained"
    }
    assert changes["provinces", "vn-2004", "49", "*"] == (40, 16)
    assert changes["provinces", "vn-2025", "68", "*"] == (30, 42)
    assert changes["provinces", "vn-2025", None, "*"] == (70, 58)
    assert changes["groups", "vn-2025", "48", "cadres"] == (40, 16)
    assert changes["groups", "vn-2025", "68", "farmers"] == (None, 12)
    told = server.lrs("edition", "diff", "1", "2")
    assert all(text in told for text in ("vn-2004/49", "40", "16"))


async def test_g7_erasures_and_a_mended_activity_map_are_changes_too(serve: Nursery, tmp_path: Path) -> None:
    server = serve(smallest_cell="3")
    maps = [tmp_path / name for name in ("first.csv", "mended.csv")]
    maps[0].write_text("https://site.example/one,bdhvs:01\n", encoding="utf-8")
    maps[1].write_text("https://site.example/*,bdhvs:01\n", encoding="utf-8")
    words = ("platform", "add", "site", "--home-page", HOME, "--provinces", "any", "--unit", "vn-2004/49")
    pair = parse_credential(server.lrs(*words, "--activities", str(maps[0]), "--with-credential"))
    async with Client(server, *pair) as client:
        for name, count in (("one", 30), ("two", 15)):
            activity = f"https://site.example/{name}"
            await client.store(*(statement(f"{name}-{n}", activity=activity) for n in range(count)))
    await settled(server)
    server.lrs("edition", "publish", "--day", "2025-04-18")
    for number in range(4):
        server.lrs("learner", "erase", "--account", HOME, f"one-{number}", "--yes")
    await asyncio.to_thread(server.lrs, *words, "--activities", str(maps[1]), timeout=90)
    await settled(server)
    server.lrs("edition", "publish", "--day", "2025-04-19")
    async with Client(server) as client:
        edition = (await client.send("GET", "/editions/2")).json()
    changes = {
        it["figure"]: (it["before"], it["after"])
        for it in edition["changes"]
        if (it["table"], it["scheme"], it["code"], it["group"]) == ("provinces", "vn-2004", "49", "*")
    }
    # four of the first are erased, and the fifteen whose lesson the map did not know have learnt a topic
    assert changes == {"registered": (45, 41), "trained": (30, 41)}

"""G7: what corrects the figures is seen in the next edition, as changes."""

from __future__ import annotations

from tests.acceptance.client import Client
from tests.acceptance.figures import settled
from tests.acceptance.making import LAM_DONG, QUANG_NAM, Json, statement, void
from tests.acceptance.server import Server


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

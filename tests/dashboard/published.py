"""A server that has published: what everybody may read there, with figures that are hidden."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

from tests.acceptance.figures import settled
from tests.acceptance.server import Server
from tests.dashboard.page import Json, written

LEARNERS, MORE = 1_000, 500
DENOMINATORS = """scheme,province_code,group,date,people,source
vn-2004,49,cadres,2025-04-01,400,Cục Thống kê
vn-2004,49,adults,2025-04-01,400,Cục Thống kê
"""


def publish(server: Server, folder: Path) -> None:
    """Learners of a nation, how many people two groups have, an edition; more learners, another one."""
    day = datetime.now(UTC).date()
    server.lrs("simulate", "nation", "--learners", str(LEARNERS), "--url", server.url)
    table = folder / "denominators.csv"
    table.write_text(DENOMINATORS, encoding="utf-8")
    server.lrs("plan", "import", str(table))
    asyncio.run(settled(server))
    server.lrs("edition", "publish", "--day", str(day - timedelta(days=2)))
    server.lrs("simulate", "nation", "--learners", str(MORE), "--seed", "1", "--url", server.url)
    asyncio.run(settled(server))
    server.lrs("edition", "publish", "--day", str(day - timedelta(days=1)))


def latest(server: Server) -> Json:
    """The latest edition, as the server answers everybody."""
    with urlopen(f"{server.url}/editions/latest") as response:
        answer: Json = json.load(response)
    return answer


def shown(figure: Json, number: int) -> str:
    """A figure of edition `number` as the page writes it."""
    if figure["value"] is None:
        return "–"
    marks = ("*" if figure["partial"] else "") + ("°" if figure["edition"] < number else "")
    return written(figure["value"]) + marks

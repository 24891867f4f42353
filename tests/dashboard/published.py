"""A server that has published: what everybody may read there, with figures that are hidden."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from urllib.request import urlopen

from tests.acceptance.figures import settled
from tests.acceptance.server import Server
from tests.dashboard.page import Json, written

LEARNERS = 1_500
DENOMINATORS = """scheme,province_code,group,date,people,source
vn-2004,49,cadres,2025-04-01,400,Cục Thống kê
vn-2004,49,adults,2025-04-01,400,Cục Thống kê
"""


def publish(server: Server, folder: Path) -> None:
    """A nation learns, somebody imports how many people two groups have, and an edition is published."""
    server.lrs("simulate", "nation", "--learners", str(LEARNERS), "--url", server.url)
    asyncio.run(settled(server))
    table = folder / "denominators.csv"
    table.write_text(DENOMINATORS, encoding="utf-8")
    server.lrs("plan", "import", str(table))
    server.lrs("edition", "publish")


def latest(server: Server) -> Json:
    """The latest edition, as the server answers everybody."""
    with urlopen(f"{server.url}/editions/latest") as response:
        answer: Json = json.load(response)
    return answer


def shown(figure: Json) -> str:
    """A public figure as the page writes it; of the first edition, so that none is of an earlier one."""
    return "–" if figure["value"] is None else written(figure["value"]) + ("*" if figure["partial"] else "")

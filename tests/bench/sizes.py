"""How much room statements, facts and learners take."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pymongo import MongoClient

from lrs.adapters.mongo.address import database_name
from lrs.settings import Settings
from lrs.wiring import open_log
from schemas.record import FACTS, STATEMENTS
from tests.bench.cluster import Cluster, topic
from tests.bench.figure import Figure

BYTES = "bytes"
_SEGMENTS = "*.log"
OF_STORE = (
    ("statements", "a statement"),
    ("learners", "a learner"),
    ("cells", "a partition's share of a cell"),
    ("subjects", "a subject"),
)
"""Collections that grow with use, and what one document of them is."""


async def log_sizes(cluster: Cluster, settings: Mapping[str, str]) -> list[Figure]:
    """What a record takes up in the files of each topic, where the broker is ours: with one replica."""
    if cluster.topics is None:
        return []
    prefix = urlsplit(settings["LRS_LOG"]).path.strip("/")
    found = []
    async with open_log(Settings(log=settings["LRS_LOG"], store=settings["LRS_STORE"])) as log:
        for name, title in ((STATEMENTS, "a statement"), (FACTS, "a fact")):
            records = sum((await log.ends(name)).values())
            size = await asyncio.to_thread(_bytes, cluster.topics, topic(prefix, name))
            found.append(
                Figure(f"size-{name}", f"{title} in the log, a replica", BYTES, size / max(1, records))
            )
    return found


def _bytes(folder: Path, name: str) -> int:
    """Of all partitions of a topic; indexes, which are made in their full size, are left out."""
    return sum(file.stat().st_size for file in folder.glob(f"{name}-*/{_SEGMENTS}"))


def store_sizes(settings: Mapping[str, str]) -> list[Figure]:
    """What a document and its index entries take up, as the server says of itself."""
    url = settings["LRS_STORE"]
    with MongoClient[dict[str, Any]](url) as client:
        database = client[database_name(url)]
        return [_figure(name, title, database.command("collStats", name)) for name, title in OF_STORE]


def _figure(name: str, title: str, stats: Mapping[str, Any]) -> Figure:
    size, indexes = (stats[it] / max(1, stats["count"]) for it in ("size", "totalIndexSize"))
    details = {"documents": stats["count"], "text": size}
    return Figure(f"size-{name}", f"{title} in the store", BYTES, size + indexes, details=details)

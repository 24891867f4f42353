"""The server of MongoDB's protocol answers, and comes back with its data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import NetworkTimeout

from tests.conftest import MakeMongo
from tests.engines.mongodb import MongoServer
from tests.engines.secantus import Secantus
from tests.engines.trial import try_mongodb


async def test_the_runs_mongodb_answers(mongo_url: str) -> None:
    with MongoClient[dict[str, Any]](mongo_url) as client:
        assert client.admin.command("hello")["isWritablePrimary"]


async def test_a_killed_server_comes_back_with_its_data(own_mongo: MakeMongo) -> None:
    server = own_mongo()
    await try_mongodb(server.url)
    with MongoClient[dict[str, Any]](server.url) as client:
        client.test.kept.insert_one({"_id": 1})
        server.kill()
        server.start()
        client.test.kept.insert_one({"_id": 2})
        server.restart()
        assert [found["_id"] for found in client.test.kept.find().sort("_id")] == [1, 2]
    assert server.stop()


def test_a_paused_server_stands_still_until_it_is_resumed(own_mongo: MakeMongo) -> None:
    server = own_mongo()
    with MongoClient[dict[str, Any]](server.url, socketTimeoutMS=300, retryReads=False) as client:
        assert client.test.kept.find_one() is None
        server.pause()
        with pytest.raises(NetworkTimeout):
            client.test.kept.find_one()
        server.resume()
        assert client.test.kept.find_one() is None


def test_where_somebody_else_was_quicker_another_port_is_taken(
    own_mongo: MakeMongo, installed_mongodb: Secantus, tmp_path: Path
) -> None:
    first = own_mongo()
    with MongoServer(installed_mongodb, tmp_path) as second:
        second._listen(first.port)
        second.start()
        assert second.port != first.port

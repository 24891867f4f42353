"""An adapter that inherits a port must define all of it: what it leaves out would answer None in silence."""

import inspect

import pytest

from lrs.adapters.kafka.log import KafkaLog
from lrs.adapters.mongo.store import MongoStore
from lrs.adapters.sqlite.log import SqliteLog
from lrs.adapters.sqlite.store import SqliteStore
from schemas.ports import EventLog, Store


@pytest.mark.parametrize(
    ("adapter", "port"),
    [(SqliteLog, EventLog), (SqliteStore, Store), (KafkaLog, EventLog), (MongoStore, Store)],
)
def test_an_adapter_defines_every_method_of_its_port(adapter: type, port: type) -> None:
    promised = {name for name, _ in inspect.getmembers(port, inspect.isfunction) if not name.startswith("_")}
    inherited = {
        name for name in promised if inspect.getattr_static(adapter, name).__module__ == port.__module__
    }
    assert promised
    assert inherited == set()

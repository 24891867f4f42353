"""The AsyncAPI document: it is one, by the official schema, and says of every record what is appended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError

from schemas.record import TOPICS
from tests.clients.installed import Clients
from tests.schemas.messages import DOCUMENT, check, message_of, resolved

SPECIFICATION = Path("@asyncapi/specs/schemas/3.0.0.json")


def test_it_is_what_the_official_schema_asks_for(installed_clients: Clients) -> None:
    schema = orjson.loads((Path(installed_clients.path) / SPECIFICATION).read_bytes())
    errors = sorted(Draft7Validator(schema).iter_errors(DOCUMENT), key=lambda it: it.json_path)
    assert [f"{it.json_path}: {it.message[:200]}" for it in errors] == []


def test_the_official_schema_sees_what_is_wrong(installed_clients: Clients) -> None:
    schema = orjson.loads((Path(installed_clients.path) / SPECIFICATION).read_bytes())
    wrong = {**DOCUMENT, "channels": {"statements": {"adress": "lrs.statements"}}}
    assert list(Draft7Validator(schema).iter_errors(wrong))


def test_it_has_every_topic_and_every_reference_leads_somewhere() -> None:
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert {it["address"] for it in DOCUMENT["channels"].values()} == set(TOPICS)
    for channel in DOCUMENT["channels"].values():
        assert channel["messages"]
        for reference in channel["messages"].values():
            assert resolved(reference)["payload"]
    for operation in DOCUMENT["operations"].values():
        assert resolved(operation["channel"])["address"] in TOPICS


@pytest.mark.parametrize("name", DOCUMENT["components"]["messages"])
def test_every_payload_is_described_by_a_schema(name: str) -> None:
    message = DOCUMENT["components"]["messages"][name]
    Draft7Validator.check_schema(message["payload"])
    Draft7Validator.check_schema(message.get("headers", {}))


@pytest.mark.parametrize(
    ("topic", "key", "value", "change"),
    [
        ("lrs.provinces", b"vn-2025/48/*", {"format": 1, "kind": "province"}, lambda it: it),
        ("lrs.provinces", b"head", {"format": 2, "kind": "head"}, lambda it: it),
        ("lrs.facts", b"s", [1, "statement"], lambda it: it),
    ],
)
def test_the_check_sees_what_is_wrong(
    topic: str, key: bytes, value: Any, change: Callable[[Any], Any]
) -> None:
    with pytest.raises(ValidationError):
        check(topic, key, (), orjson.dumps(change(value)))


def test_a_record_that_nothing_describes_is_seen() -> None:
    with pytest.raises(KeyError):
        message_of("lrs.statements", (("kind", b"unheard"),), {})

"""Holds records to the AsyncAPI document."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from typing import Any

import orjson
from jsonschema import Draft7Validator

from schemas.record import FACTS, KIND, STATEMENTS, Headers, Record

DOCUMENT: dict[str, Any] = orjson.loads((files("schemas") / "asyncapi.json").read_bytes())


def resolved(reference: dict[str, Any]) -> dict[str, Any]:
    """What a reference within the document leads to. Raises KeyError where that is nowhere."""
    found: Any = DOCUMENT
    for part in reference["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    assert isinstance(found, dict)
    return found


def message_of(topic: str, headers: Headers, value: Any) -> dict[str, Any]:
    """The description of a record. Raises KeyError where there is none."""
    kind = dict(headers).get(KIND, b"").decode()
    if topic == STATEMENTS:
        name = kind or "statement"
    elif topic == FACTS:
        name = "fact"
    else:
        name = {"province": "snapshot", "head": "head"}[value["kind"]]
    channel = next(it for it in DOCUMENT["channels"].values() if it["address"] == topic)
    return resolved(channel["messages"][name])


def check(topic: str, key: bytes | None, headers: Headers, value: bytes) -> None:
    """Raises ValidationError, KeyError where a record is not as it is described."""
    payload = orjson.loads(value)
    message = message_of(topic, headers, payload)
    _valid(payload, message["payload"])
    _valid({name: it.decode() for name, it in headers}, message.get("headers", {}))
    described = message.get("bindings", {}).get("kafka", {}).get("key")
    assert (key is None) is (described is None), f"{topic}: a key, or none"
    if key is not None:
        _valid(key.decode(), described)


def check_all(topic: str, records: Iterable[Record]) -> int:
    """The same of many; how many there were."""
    count = 0
    for record in records:
        check(topic, record.key, record.headers, record.value)
        count += 1
    return count


def _valid(value: Any, schema: dict[str, Any]) -> None:
    Draft7Validator({**schema, "components": DOCUMENT["components"]}).validate(value)

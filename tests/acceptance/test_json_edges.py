"""JSON at its edges, through the whole of the store: kept as it was sent, or refused and nothing changed."""

from __future__ import annotations

import orjson
import pytest

from tests.acceptance.client import STATEMENTS, Client
from tests.acceptance.documents import JSON, STATE, One
from tests.acceptance.making import account, statement

IRI = "https://platform.example/ext"
HOLE = '"hole"'
KEPT = (
    "18446744073709551615",
    "-9223372036854775808",
    "0.1",
    "1e+300",
    "-0.0",
    '"\\u0000 and \\u0000"',
    '"😀 \\" \\\\ / é"',
    '"\\b\\f\\n\\r\\t"',
    "[" * 200 + "]" * 200,
    '{"\\u0000":{"$set":{"a.b":"$c"}},"":null}',
)
REFUSED = (
    ("18446744073709551616", "out-of-range", f"/result/extensions/{IRI.replace('/', '~1')}"),
    ("1e400", "bad-json", None),
    ("NaN", "bad-json", None),
    ("-Infinity", "bad-json", None),
    ('{"a":1,"a":1}', "duplicate-key", f"/result/extensions/{IRI.replace('/', '~1')}/a"),
    ('"\\ud83d"', "bad-json", None),
    ("[" * 400 + "]" * 400, "too-deep", ""),
)


def text_with(value: str) -> tuple[str, bytes]:
    """A statement's id, and its text with a value in an extension."""
    one = statement(result={"extensions": {IRI: "hole"}})
    return one["id"], orjson.dumps(one).replace(HOLE.encode(), value.encode())


@pytest.mark.parametrize("value", KEPT)
async def test_what_can_be_kept_is_kept_to_the_byte(client: Client, value: str) -> None:
    identifier, text = text_with(value)
    assert (await client.send("POST", STATEMENTS, data=text, headers=JSON)).ids == [identifier]
    found = await client.get(statementId=identifier)
    assert f'"{IRI}":{value}}}'.encode() in found.body
    for format_ in ("canonical", "ids"):
        shaped = await client.get(statementId=identifier, format=format_)
        assert shaped.json()["result"] == found.json()["result"]


@pytest.mark.parametrize(("value", "code", "path"), REFUSED)
async def test_what_cannot_is_refused_and_changes_nothing(
    client: Client, value: str, code: str, path: str | None
) -> None:
    identifier, text = text_with(value)
    good = statement()
    assert (await client.send("POST", STATEMENTS, data=text, headers=JSON)).error == (400, code, path)
    batch = b"[" + orjson.dumps(good) + b"," + text + b"]"
    refused = await client.send("POST", STATEMENTS, data=batch, headers=JSON)
    assert refused.error == (400, code, None if path is None else f"/1{path}")
    for it in (identifier, good["id"]):
        assert (await client.get(statementId=it)).status == 404


async def test_a_byte_order_mark_and_what_follows_are_refused(client: Client) -> None:
    text = orjson.dumps(statement())
    for body in (b"\xef\xbb\xbf" + text, text + b"x", text + b"\0", text.decode().encode("utf-16")):
        answer = await client.send("POST", STATEMENTS, data=body, headers=JSON)
        assert answer.error == (400, "bad-json", None)


async def test_a_parameter_with_a_key_twice_is_refused(client: Client) -> None:
    twice = (
        orjson.dumps(account("an")).decode()[:-1] + ',"account":{"homePage":"https://a.example","name":"b"}}'
    )
    answer = await client.send("GET", STATEMENTS, params={"agent": twice})
    assert answer.error == (400, "duplicate-key", "agent/account")


async def test_nul_stands_in_the_id_of_a_document_and_in_its_content(client: Client) -> None:
    one = One(client, STATE)
    one.parameters["stateId"] = "a\0b"
    content = b'{"a":1,"a":123456789012345678901234567890}'
    assert (await one.send("PUT", content, JSON)).status == 204
    assert await one.content() == content
    assert await one.ids() == ["a\0b"]

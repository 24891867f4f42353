"""Packed answers and packed requests, within bounds (RFC 9110 8.4, 12.5.3)."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

import orjson
import pytest

from tests.acceptance.client import STATEMENTS, Client
from tests.acceptance.documents import JSON, PATHS, STATE, One
from tests.acceptance.making import statement
from tests.acceptance.nursery import Nursery

PACKED = {**JSON, "Content-Encoding": "gzip"}
TAKES, WHOLE = {"Accept-Encoding": "gzip, br"}, {"Accept-Encoding": "identity"}


@pytest.mark.parametrize("body", [gzip.compress, lambda it: gzip.compress(it[:9]) + gzip.compress(it[9:])])
async def test_packed_statements_are_taken(client: Client, body: type[bytes]) -> None:
    sent = [statement(result={"response": "á" * 200}) for _ in range(50)]
    answer = await client.send("POST", STATEMENTS, data=body(orjson.dumps(sent)), headers=PACKED)
    assert answer.ids == [it["id"] for it in sent]
    found = (await client.get(statementId=sent[0]["id"])).json()
    assert found["result"] == sent[0]["result"]


@pytest.mark.parametrize("path", PATHS)
async def test_packed_documents_are_kept_unpacked(client: Client, path: str) -> None:
    one, content = One(client, path), orjson.dumps({"a": "b" * 5000})
    answer = await one.send("POST", gzip.compress(content), PACKED)
    assert answer.status == 204
    got = await one.send("GET", headers=TAKES)
    assert (got.body, got.headers["ETag"]) == (content, answer.headers["ETag"])
    assert "Content-Encoding" not in got.headers


WELL = gzip.compress(b'{"a":1}' * 9)
BAD = [
    b"",
    b"{}",
    WELL[:-1],
    WELL[:12],
    WELL + b"x",
    WELL[:-8] + b"\0" * 8,
    zlib.compress(b"{}"),
    gzip.compress(b"") * 1000,
]


@pytest.mark.parametrize("body", BAD)
async def test_what_is_no_gzip_is_refused_and_changes_nothing(client: Client, body: bytes) -> None:
    one = One(client, STATE)
    assert (await one.send("PUT", body, PACKED)).error == (400, "bad-gzip", "Content-Encoding")
    assert await one.content() is None


async def test_a_bomb_is_too_large(serve: Nursery) -> None:
    """G11: no more of it is unpacked than a body may have, and nothing is held afterwards."""
    server = serve(max_body=str(1024 * 1024), max_in_flight=str(1024 * 1024))
    bomb = gzip.compress(bytes(500 * 1024 * 1024), 9)
    assert len(bomb) < 1024 * 1024
    before = _peak(server.process.pid)
    async with Client(server) as client:
        one = One(client, STATE)
        for _ in range(3):
            assert (await one.send("PUT", bomb, PACKED)).error == (413, "body-too-large", None)
        exact = gzip.compress(bytes(1024 * 1024))
        octets = {"Content-Type": "application/octet-stream", "Content-Encoding": "gzip"}
        assert (await one.send("PUT", exact, octets)).status == 204
        assert (await client.send("GET", "/metrics")).body.count(b"lrs_in_flight_bytes 0.0") == 1
    assert _peak(server.process.pid) - before < 64 * 1024


def _peak(process: int) -> int:
    """KiB of memory that it had at most."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    raise AssertionError("no VmHWM")


async def test_large_answers_are_packed_for_who_takes_that(client: Client) -> None:
    sent = [statement() for _ in range(30)]
    await client.store(*sent)
    whole = await client.send("GET", f"{STATEMENTS}?limit=20", headers=WHOLE)
    packed = await client.send("GET", f"{STATEMENTS}?limit=20", headers=TAKES)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) < len(whole.body) / 3
    assert packed.json()["statements"] == whole.json()["statements"]
    assert "Content-Encoding" not in whole.headers
    assert whole.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    head = await client.send("HEAD", f"{STATEMENTS}?limit=20", headers=TAKES)
    assert head.headers["Content-Encoding"] == "gzip"
    refused = {"Accept-Encoding": "gzip;q=0, *"}
    assert "Content-Encoding" not in (await client.send("GET", STATEMENTS, headers=refused)).headers


async def test_small_answers_and_those_with_a_tag_stay_as_they_are(client: Client) -> None:
    for path in ("/xapi/about", "/health/live", "/reports/provinces"):
        answer = await client.send("GET", path, headers=TAKES)
        assert answer.status == 200
        assert "Content-Encoding" not in answer.headers, path

"""If-Match and If-None-Match of documents (xAPI 1.0.3 Communication 3.1; 2.0.0 4.1.4; RFC 9110 13)."""

from __future__ import annotations

import asyncio
from itertools import product
from typing import NamedTuple

import orjson
import pytest

from tests.acceptance.client import Client
from tests.acceptance.documents import ACTIVITY_PROFILE, AGENT_PROFILE, JSON, PATHS, STATE, VERSIONS, One
from tests.acceptance.server import Server

METHODS = ("PUT", "POST", "DELETE")
PROFILES = (ACTIVITY_PROFILE, AGENT_PROFILE)
TAG = "TAG"
"""Stands for the quoted ETag of the document that is there."""


class Row(NamedTuple):
    """What a write is answered; `there`: whether a document is there before."""

    requirement: str
    there: bool
    headers: dict[str, str]
    status: int
    code: str | None = None
    methods: tuple[str, ...] = METHODS
    paths: tuple[str, ...] = PATHS
    versions: tuple[str, ...] = VERSIONS


FAILED = (412, "precondition-failed")
ROWS = (
    Row("3.1.s3: State is written without headers", True, {}, 204, None, ("PUT",), (STATE,), ("1.0.3",)),
    Row("3.1.s3: State is written without headers", False, {}, 204, None, ("PUT",), (STATE,)),
    Row("4.1.4: 409 for what exists", True, {}, 409, "document-exists", ("PUT",), (STATE,), ("2.0.0",)),
    Row("3.1.s4.b13: 409 for what exists", True, {}, 409, "document-exists", ("PUT",), PROFILES),
    Row(
        "3.1.s3.b1: a header with each PUT", False, {}, 400, "precondition-missing",
        ("PUT",), PROFILES, ("1.0.3",),
    ),
    Row("4.1.4: nothing is in the way", False, {}, 204, None, ("PUT",), PROFILES, ("2.0.0",)),
    Row("3.1.s3.b2: POST and DELETE may do without", True, {}, 204, None, ("POST", "DELETE")),
    Row("2.2.s7: POST to nothing stores; what is gone is gone", False, {}, 204, None, ("POST", "DELETE")),
    Row("3.1.s4.b5: If-Match with the ETag", True, {"If-Match": TAG}, 204),
    Row("3.1.s4.b5: If-Match with another", True, {"If-Match": '"0"'}, *FAILED),
    Row("3.1.s4.b5: If-Match with a tag, nothing there", False, {"If-Match": '"0"'}, *FAILED),
    Row("RFC 9110 13.1.1: one of a list", True, {"If-Match": f'"0" , {TAG},"1"'}, 204),
    Row("RFC 9110 13.1.1: none of a list", True, {"If-Match": '"0","1"'}, *FAILED),
    Row("RFC 9110 13.1.1: whatever is there", True, {"If-Match": "*"}, 204),
    Row("RFC 9110 13.1.1: nothing is there", False, {"If-Match": "*"}, *FAILED),
    Row("RFC 9110 13.1.1: compared strongly", True, {"If-Match": f"W/{TAG}"}, *FAILED),
    Row("RFC 9110 13.1.1: a weak one does not hide a strong one", True, {"If-Match": f'W/"0", {TAG}'}, 204),
    Row("3.1.s4.b6: If-None-Match *", True, {"If-None-Match": "*"}, *FAILED),
    Row("3.1.s4.b6: If-None-Match *, nothing there", False, {"If-None-Match": "*"}, 204),
    Row("RFC 9110 13.1.2: another tag", True, {"If-None-Match": '"0"'}, 204),
    Row("RFC 9110 13.1.2: the tag", True, {"If-None-Match": f'"0", {TAG}'}, *FAILED),
    Row("RFC 9110 13.1.2: compared weakly", True, {"If-None-Match": f"W/{TAG}"}, *FAILED),
    Row("RFC 9110 13.2.2: both", True, {"If-Match": TAG, "If-None-Match": '"0"'}, 204),
    Row("RFC 9110 13.2.2: both, one fails", True, {"If-Match": TAG, "If-None-Match": TAG}, *FAILED),
    Row("RFC 9110 8.8.3: no tag", True, {"If-Match": "abc"}, 400, "bad-entity-tag"),
    Row("RFC 9110 8.8.3: no tag", True, {"If-None-Match": '"abc'}, 400, "bad-entity-tag"),
    Row("RFC 9110 8.8.3: * stands alone", True, {"If-Match": f"*, {TAG}"}, 400, "bad-entity-tag"),
    Row("RFC 9110 8.8.3: no empty header", True, {"If-Match": ""}, 400, "bad-entity-tag"),
)  # fmt: skip
CASES = [
    pytest.param(row, *case, id="-".join((row.requirement, *case)))
    for row in ROWS
    for case in product(row.methods, row.paths, row.versions)
]
AFTER = {"PUT": {"b": 2}, "POST": {"a": 1, "b": 2}, "DELETE": None}


@pytest.mark.parametrize(("row", "method", "path", "version"), CASES)
async def test_a_write_is_done_where_its_precondition_holds(
    client: Client, row: Row, method: str, path: str, version: str
) -> None:
    one = One(client, path, version)
    before = {"a": 1} if row.there else None
    tag = await one.store(orjson.dumps(before)) if row.there else ""
    headers = {name: text.replace(TAG, tag) for name, text in row.headers.items()}
    answer = await one.send(method, None if method == "DELETE" else b'{"b":2}', {**JSON, **headers})
    assert answer.status == row.status, answer.body
    if row.code is not None:
        assert answer.error[1] == row.code
    left = await one.content()
    expected = AFTER[method] if answer.status == 204 else before
    if method == "POST" and answer.status == 204 and not row.there:
        expected = {"b": 2}
    assert (None if left is None else orjson.loads(left)) == expected


@pytest.mark.parametrize("path", PATHS)
async def test_a_conflict_explains_what_to_do(client: Client, path: str) -> None:
    """3.1.s4.b14: check the current state, set If-Match with the current ETag."""
    one = One(client, path)
    await one.store()
    message = (await one.send("PUT", b"{}", JSON)).json()["error"]["message"]
    assert "If-Match" in message and "ETag" in message and "current state" in message


READS: tuple[tuple[dict[str, str], int], ...] = (
    ({}, 200),
    ({"If-None-Match": TAG}, 304),
    ({"If-None-Match": f'"0", W/{TAG}'}, 304),
    ({"If-None-Match": "*"}, 304),
    ({"If-None-Match": '"0"'}, 200),
    ({"If-Match": TAG}, 200),
    ({"If-Match": "*"}, 200),
    ({"If-Match": '"0"'}, 412),
    ({"If-Match": "0"}, 400),
)


@pytest.mark.parametrize(("headers", "status"), READS)
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_read_is_answered_where_its_precondition_holds(
    client: Client, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    one = One(client, path)
    await one.store()
    for parameters in (one.parameters, one.owner):
        tag = (await one.send("GET", parameters=parameters)).headers["ETag"]
        told = {name: text.replace(TAG, tag) for name, text in headers.items()}
        answer = await one.send(method, headers=told, parameters=parameters)
        assert answer.status == status
        if status in (200, 304):
            assert answer.headers["ETag"] == tag
        if status == 304:
            assert answer.body == b""


async def test_a_tag_is_of_one_document(client: Client) -> None:
    one = One(client, STATE)
    tag = await one.store()
    for name in ("If-Match", "If-None-Match"):
        answer = await one.send("DELETE", headers={name: tag}, parameters=one.owner)
        assert answer.error == (400, "precondition-not-allowed", name)
    assert await one.content() is not None


@pytest.mark.parametrize("path", PATHS)
async def test_of_writes_at_once_with_one_tag_one_is_done(server: Server, client: Client, path: str) -> None:
    """Two endpoints, many times: nobody's write is lost unseen."""
    second = await asyncio.to_thread(server.second)
    one = One(client, path)
    tag = await one.store()
    for round_ in range(25):
        contents = [b"%d of %d" % (n, round_) for n in range(6)]
        answers = await asyncio.gather(
            *(
                client.send(
                    "PUT",
                    path,
                    params=one.parameters,
                    data=content,
                    headers={"If-Match": tag},
                    url=(None, second)[n % 2],
                )
                for n, content in enumerate(contents)
            )
        )
        assert sorted(it.status for it in answers) == [204] + [412] * 5
        (winner,) = [n for n, it in enumerate(answers) if it.status == 204]
        assert await one.content() == contents[winner]
        tag = answers[winner].headers["ETag"]


async def test_merges_at_once_lose_no_property(server: Server, client: Client) -> None:
    second = await asyncio.to_thread(server.second)
    for _ in range(10):
        one = One(client, STATE)
        names = [f"property-{n}" for n in range(8)]
        answers = await asyncio.gather(
            *(
                client.send(
                    "POST",
                    STATE,
                    params=one.parameters,
                    data=orjson.dumps({name: n}),
                    headers=JSON,
                    url=(None, second)[n % 2],
                )
                for n, name in enumerate(names)
            )
        )
        assert {it.status for it in answers} == {204}
        assert orjson.loads(await one.content() or b"") == {name: n for n, name in enumerate(names)}

"""The alternate request syntax: of xAPI 1.x on every resource, of 2.0.0 on none (1.0.3 Communication 1.3)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import pytest

from lrs.http.alternate import MOST
from tests.acceptance.client import STATEMENTS, Answer, Client
from tests.acceptance.documents import ACTIVITY_PROFILE, AGENT_PROFILE, ID, STATE, agent, owner
from tests.acceptance.making import statement
from tests.acceptance.server import KEY, PATIENCE, SECRET, basic

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
VERSION = "X-Experience-API-Version"
BARE: Mapping[str, str | None] = {**FORM, VERSION: None, "Authorization": None}
"""The headers of a browser that can set none."""
SAID = {VERSION: "1.0.3", "Authorization": basic(KEY, SECRET)}
PATHS = (
    STATEMENTS,
    STATE,
    ACTIVITY_PROFILE,
    AGENT_PROFILE,
    "/xapi/activities",
    "/xapi/agents",
    "/xapi/about",
)


async def meant(
    client: Client, method: str, path: str, form: Mapping[str, Any], headers: Mapping[str, str | None] = BARE
) -> Answer:
    """What is answered to a request in the form of a browser that can set no headers."""
    body = urlencode({**SAID, **form}).encode()
    return await client.send("POST", f"{path}?method={method}", data=body, headers=headers)


async def test_statements_are_put_posted_and_read(client: Client) -> None:
    """XAPI-00336."""
    sent, other = statement(result={"response": "Đúng & 100% + =\n"}), statement()
    put = await meant(client, "PUT", STATEMENTS, {"statementId": sent["id"], "content": json.dumps(sent)})
    assert (put.status, put.headers[VERSION]) == (204, "1.0.3")
    posted = await meant(
        client, "POST", STATEMENTS, {"content": json.dumps([other]), "Content-Type": "application/json"}
    )
    assert posted.ids == [other["id"]]
    got = await meant(client, "GET", STATEMENTS, {"statementId": sent["id"], "format": "exact"})
    assert (got.status, got.json()["result"]) == (200, sent["result"])
    for attachments in ("false", "true"):
        named = {"statementId": sent["id"], "attachments": attachments}
        head = await meant(client, "HEAD", STATEMENTS, named)
        assert (head.status, head.body) == (200, b"")
        assert head.headers["Last-Modified"] == got.headers["Last-Modified"]
        assert sent["id"].encode() in (await meant(client, "GET", STATEMENTS, named)).body


@pytest.mark.parametrize("path", [STATE, ACTIVITY_PROFILE, AGENT_PROFILE])
async def test_documents_are_written_read_and_deleted(client: Client, path: str) -> None:
    one = {**owner(path), ID[path]: "một"}
    content = {"content": "tiếng Việt", "content-type": "text/plain; charset=utf-8"}
    assert (await meant(client, "PUT", path, {**one, **content, "If-None-Match": "*"})).status == 204
    again = await meant(client, "PUT", path, {**one, **content, "If-None-Match": "*"})
    assert again.error == (412, "precondition-failed", None)
    got = await meant(client, "GET", path, one)
    assert (got.status, got.body.decode(), got.headers["Content-Type"]) == (200, *content.values())
    assert (await meant(client, "DELETE", path, {**one, "If-Match": got.headers["ETag"]})).status == 204
    assert (await meant(client, "GET", path, one)).status == 404


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("/xapi/agents", {"agent": agent("an")}),
        ("/xapi/activities", {"activityId": "https://platform.example/x"}),
        ("/xapi/about", {}),
    ],
)
async def test_what_is_read_alone_is_read(client: Client, path: str, parameters: dict[str, str]) -> None:
    answer = await meant(client, "GET", path, parameters)
    assert answer.status == 200
    assert answer.json() == (await client.send("GET", path, params=parameters)).json()
    assert (await meant(client, "PUT", path, {"content": "{}"})).error == (400, "value-not-allowed", "method")
    assert (await client.send("POST", path, data=b"")).status == 405


async def test_headers_may_stand_where_headers_stand(client: Client) -> None:
    form = urlencode({"limit": 1}).encode()
    headers = {**FORM, VERSION: "1.0"}
    answer = await client.send("POST", f"{STATEMENTS}?method=GET", data=form, headers=headers)
    assert (answer.status, answer.headers[VERSION]) == (200, "1.0.3")


@pytest.mark.files
async def test_what_a_browser_adds_by_itself_lets_no_page_in(client: Client) -> None:
    """A form of another origin is sent with what the browser knows of its user; the page knows no secret."""
    added = {**FORM, "Authorization": basic(KEY, SECRET), "Origin": "https://page.example"}
    version = {VERSION: "1.0.3"}
    for headers, form, status in (
        (added, version, 401),
        (added, {**version, "Authorization": basic(KEY, SECRET)}, 200),
        ({**FORM, "Authorization": basic(KEY, SECRET)}, version, 200),
    ):
        answer = await client.send(
            "POST",
            f"{STATEMENTS}?method=GET",
            data=urlencode(form).encode(),
            headers={**headers, VERSION: None},
        )
        assert answer.status == status, answer.body


@pytest.mark.files
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
async def test_2_0_has_no_alternate_syntax(client: Client, method: str, path: str) -> None:
    expected = "alternate-syntax-unsupported"
    content = {} if method in ("GET", "DELETE") else {"content": "{}"}
    answer = await meant(client, method, path, {VERSION: "2.0.0", **content})
    assert answer.error == (400, expected, "method")
    named = {**BARE, VERSION: "2.0.0"}
    assert (await meant(client, method, path, content, named)).error == (400, expected, "method")


GOOD = urlencode({**SAID, "limit": 1})
BAD: list[tuple[str, str, tuple[int, str, str | None]]] = [
    ("?method=GET&limit=1", GOOD, (400, "parameters-not-together", "limit")),
    ("?method=GET&method=GET", GOOD, (400, "parameters-not-together", "method")),
    ("?method=get", GOOD, (400, "value-not-allowed", "method")),
    ("?method=DELETE", GOOD, (400, "value-not-allowed", "method")),
    ("?method=OPTIONS", GOOD, (400, "value-not-allowed", "method")),
    ("?method=", GOOD, (400, "value-not-allowed", "method")),
    ("?method=GET", "", (400, "version-missing", "")),
    ("?method=GET", f"{VERSION}=0.9", (400, "version-unsupported", "")),
    ("?method=GET", f"{VERSION}=1.0.3", (401, "credential-missing", None)),
    ("?method=GET", '{"limit":1}', (400, "bad-form", None)),
    ("?method=GET", f"{GOOD}&&", (400, "bad-form", None)),
    ("?method=GET", f"{GOOD}&verb=%ff", (400, "bad-form", None)),
    ("?method=GET", GOOD + "&a=1" * 100, (400, "bad-form", None)),
    ("?method=GET", f"{GOOD}&{VERSION.lower()}=1.0.3", (400, "repeated-parameter", VERSION.lower())),
    ("?method=GET", f"{GOOD}&limit=2", (400, "repeated-parameter", None)),
    ("?method=GET", f"{GOOD}&other=2", (400, "unknown-parameter", "other")),
    ("?method=GET", f"{GOOD}&content=1", (400, "content-not-allowed", "content")),
    ("?method=PUT", f"{GOOD}&statementId={uuid4()}", (400, "missing-parameter", "content")),
    ("?method=POST", urlencode({**SAID, "content": "{"}), (400, "bad-json", None)),
    (
        "?method=POST",
        urlencode({**SAID, "content": "x", "Content-Type": "multipart/mixed; boundary=x"}),
        (400, "content-type-unsupported", "Content-Type"),
    ),
]


@pytest.mark.files
@pytest.mark.parametrize(("query", "form", "error"), BAD)
async def test_what_is_wrong_with_a_form_is_said(
    client: Client, query: str, form: str, error: tuple[int, str, str | None]
) -> None:
    answer = await client.send("POST", STATEMENTS + query, data=form.encode(), headers=BARE)
    assert answer.error == error
    assert answer.headers[VERSION] in ("1.0.3", "2.0.0")


@pytest.mark.files
async def test_a_form_is_bounded_before_it_is_known_whose_it_is(client: Client) -> None:
    async def large() -> AsyncIterator[bytes]:
        for _ in range(5 * 16):
            yield b"x" * 65536

    for told in (BARE, {**BARE, "Content-Length": str(5 * 1024 * 1024)}):
        answer = await client.send("POST", f"{STATEMENTS}?method=PUT", data=large(), headers=told)
        assert answer.error == (413, "body-too-large", None)


@pytest.mark.files
async def test_so_many_forms_are_read_at_once(client: Client) -> None:
    """G11: who sends nothing of their form keeps those from being read that come after, and nobody else."""
    where = urlsplit(client.server.url)
    head = f"POST {STATEMENTS}?method=GET HTTP/1.1\r\nHost: lrs\r\nContent-Length: 9\r\n\r\n".encode()
    async with AsyncExitStack() as stack:
        for _ in range(MOST):
            _, writer = await asyncio.open_connection(where.hostname, where.port)
            stack.callback(writer.close)
            writer.write(head)
            await writer.drain()
        async with asyncio.timeout(PATIENCE):
            while (answer := await meant(client, "GET", STATEMENTS, {"limit": 1})).status != 503:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert answer.error == (503, "too-many-forms", None)
        assert answer.headers["Retry-After"]
        assert (await client.get(limit="1")).status == 200
    async with asyncio.timeout(PATIENCE):
        while (await meant(client, "GET", STATEMENTS, {"limit": 1})).status != 200:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@pytest.mark.files
async def test_it_is_a_post_or_nothing(client: Client) -> None:
    sent = statement()
    answer = await client.send(
        "PUT", f"{STATEMENTS}?method=POST", data=b"content=1", headers={**FORM, VERSION: "1.0.3"}
    )
    assert answer.status == 400
    assert (await client.get(statementId=sent["id"])).status == 404

"""State, Activity Profile and Agent Profile: what is stored, read, listed, merged and deleted (xAPI 1.0.3
Communication 2.2, 2.3, 2.6, 2.7; 2.0.0 4.1.6).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime
from uuid import uuid4

import orjson
import pytest

from schemas.xapi import format_timestamp
from tests.acceptance.client import Client
from tests.acceptance.documents import (
    ACTIVITY_PROFILE,
    AGENT_PROFILE,
    ID,
    JSON,
    OWNER,
    PATHS,
    STATE,
    VERSIONS,
    One,
    agent,
)
from tests.acceptance.making import HOME, account
from tests.acceptance.nursery import Nursery

BODIES: tuple[tuple[str | None, bytes], ...] = (
    ("application/json", b' {"b" : 1.50, "a":\t[]}\n'),
    ("application/json; charset=UTF-8", '{"tên":"Đà Nẵng"}'.encode()),
    ("application/json", b"[1]"),
    ("application/octet-stream", bytes(range(256)) * 40),
    ('multipart/mixed; boundary="a b"', b"--a b\r\n\r\n--a b--"),
    ("text/plain", b""),
    ("image/svg+xml", b"<svg onload='alert(1)'/>"),
    (None, b"\xff\xfe"),
)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize(("content_type", "content"), BODIES)
async def test_a_document_is_answered_as_it_was_sent(
    client: Client, path: str, version: str, method: str, content_type: str | None, content: bytes
) -> None:
    """2.2: arbitrary binary data, with its Content-Type; 2.2.s6 Last-Modified; 3.1.s4.b1, b2 and b4 ETag."""
    one = One(client, path, version)
    before = int(time.time())
    headers = {"If-None-Match": "*", "Content-Type": content_type}
    written = await one.send(method, content, headers)
    assert (written.status, written.body) == (204, b"")
    answer = await one.send("GET")
    assert (answer.status, answer.body) == (200, content)
    assert answer.headers["Content-Type"] == (content_type or "application/octet-stream")
    assert answer.headers["ETag"] == f'"{hashlib.sha1(content).hexdigest()}"' == written.headers["ETag"]
    modified = parsedate_to_datetime(answer.headers["Last-Modified"]).timestamp()
    assert before <= modified <= time.time()
    assert (
        answer.headers["X-Experience-API-Version"] == version == written.headers["X-Experience-API-Version"]
    )
    # it is no page of ours, whatever it says
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox"
    head = await one.send("HEAD")
    assert (head.status, head.body) == (200, b"")
    for name in ("Content-Type", "ETag", "Last-Modified"):
        assert head.headers[name] == answer.headers[name]
    assert int(head.headers.get("Content-Length", 0)) == len(content)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_what_is_not_there_is_not_found(client: Client, path: str, method: str) -> None:
    answer = await One(client, path).send(method)
    assert answer.status == 404
    if method == "GET":
        assert answer.error == (404, "document-not-found", None)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", ["", " ", "a/b?c&d=e", "ngày 1", "x" * 1024, "[]", "null", "😀", "\0"])
async def test_an_id_is_any_string(client: Client, path: str, name: str) -> None:
    """2.3.s3, 2.6.s3, 2.7.s3: a String."""
    one = One(client, path)
    other = One(client, path, parameters=dict(one.parameters))
    one.parameters[ID[path]] = name
    await one.store(b'{"this":1}')
    await other.store(b'{"other":1}')
    assert await one.content() == b'{"this":1}'
    assert sorted(await one.ids()) == sorted([name, "document"])
    assert (await one.send("DELETE")).status == 204
    assert await one.ids() == ["document"]


BAD_AGENTS = (
    ("bad-json", "agent", "an"),
    ("wrong-type", "agent", "[]"),
    ("null-not-allowed", "agent", "null"),
    ("identifier-missing", "agent", "{}"),
    ("identifier-several", "agent", json.dumps({**account("a"), "mbox": "mailto:a@b.vn"})),
    ("bad-mbox", "agent/mbox", '{"mbox":"an@example.vn"}'),
    ("unknown-key", "agent/x", json.dumps({**account("a"), "x": 1})),
    # an Agent and not a Group (2.6, note)
    ("value-not-allowed", "agent/objectType", json.dumps({**account("a"), "objectType": "Group"})),
    ("unknown-key", "agent/member", json.dumps({**account("a"), "member": []})),
)
BAD = (
    *(((STATE, AGENT_PROFILE), code, path, {"agent": text}) for code, path, text in BAD_AGENTS),
    ((STATE, AGENT_PROFILE), "missing-parameter", "agent", {"agent": None}),
    ((STATE, ACTIVITY_PROFILE), "missing-parameter", "activityId", {"activityId": None}),
    ((STATE, ACTIVITY_PROFILE), "bad-iri", "activityId", {"activityId": "lesson"}),
    ((STATE, ACTIVITY_PROFILE), "bad-iri", "activityId", {"activityId": ""}),
    ((STATE,), "bad-uuid", "registration", {"registration": "1"}),
    ((STATE,), "out-of-range", "stateId", {"stateId": "x" * 1025}),
    ((ACTIVITY_PROFILE, AGENT_PROFILE), "out-of-range", "profileId", {"profileId": "x" * 1025}),
    ((STATE,), "unknown-parameter", "profileId", {"profileId": "x"}),
    ((STATE,), "unknown-parameter", "StateId", {"StateId": "x"}),
    ((ACTIVITY_PROFILE,), "unknown-parameter", "agent", {"agent": agent("a")}),
    ((AGENT_PROFILE,), "unknown-parameter", "activityId", {"activityId": HOME}),
    ((ACTIVITY_PROFILE, AGENT_PROFILE), "unknown-parameter", "registration", {"registration": str(uuid4())}),
    (PATHS, "unknown-parameter", "x" * 60, {"x" * 200: ""}),
)
"""3.2.s3: by resources what is wrong with the parameters, whatever the method."""


@pytest.mark.files
@pytest.mark.parametrize(
    ("path", "code", "at", "changes"),
    [(path, *said) for paths, *said in BAD for path in paths],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
async def test_a_bad_parameter_is_named(
    client: Client, path: str, code: str, at: str, changes: dict[str, str | None], method: str
) -> None:
    one = One(client, path)
    parameters = {**one.parameters, **changes}
    given = {name: text for name, text in parameters.items() if text is not None}
    for version in VERSIONS:
        headers = {**JSON, "X-Experience-API-Version": version}
        answer = await one.send(method, None if method == "GET" else b"{}", headers, given)
        assert answer.error == (400, code, at), answer.body
    assert await one.content() is None


@pytest.mark.files
@pytest.mark.parametrize(
    ("path", "method"),
    [
        (path, method)
        for path in PATHS
        for method in ("PUT", "POST", "DELETE")
        if (path, method) != (STATE, "DELETE")
    ],
)
async def test_a_write_names_its_document(client: Client, path: str, method: str) -> None:
    """2.3.s3, 2.6.s3, 2.7.s3: the id is required; only State is deleted whole (2.3.s5)."""
    one = One(client, path)
    answer = await one.send(method, b"{}", JSON, one.owner)
    assert answer.error == (400, "missing-parameter", ID[path])


@pytest.mark.files
@pytest.mark.parametrize("path", PATHS)
async def test_since_is_of_a_listing_alone(client: Client, path: str) -> None:
    one = One(client, path)
    since = {"since": "2025-04-18T00:00:00Z"}
    for method in ("PUT", "POST", "DELETE"):
        answer = await one.send(method, b"{}", JSON, {**one.parameters, **since})
        assert answer.error == (400, "unknown-parameter", "since")
    answer = await one.send("GET", parameters={**one.parameters, **since})
    assert answer.error == (400, "parameters-not-together", "since")
    answer = await one.send("GET", parameters={**one.owner, "since": "today"})
    assert answer.error == (400, "bad-timestamp", "since")


@pytest.mark.files
@pytest.mark.parametrize("path", PATHS)
async def test_a_parameter_is_given_once(client: Client, path: str) -> None:
    answer = await client.send("GET", f"{path}?{ID[path]}=a&{ID[path]}=b")
    assert answer.error == (400, "repeated-parameter", ID[path])


@pytest.mark.files
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", ["%FF", "a%C3", "%ED%A0%80"])
async def test_what_is_no_text_is_no_id(client: Client, path: str, name: str) -> None:
    """Taken for the same character, two ids would be one."""
    for method in ("GET", "PUT"):
        answer = await client.send(method, f"{path}?{ID[path]}={name}", data=b"{}", headers=JSON)
        assert answer.error == (400, "bad-encoding", None)


HEADERS = (
    ({"X-Experience-API-Version": None}, (400, "version-missing", "")),
    ({"X-Experience-API-Version": "0.9"}, (400, "version-unsupported", "")),
    ({"Authorization": None}, (401, "credential-missing", None)),
    ({"Content-Type": "json"}, (400, "bad-media-type", "Content-Type")),
    ({"Content-Type": f"text/{'x' * 600}"}, (400, "bad-media-type", "Content-Type")),
    ({"Content-Type": 'text/plain; a="é"'}, (400, "bad-media-type", "Content-Type")),
    ({"Content-Encoding": "br"}, (415, "content-encoding-unsupported", "Content-Encoding")),
    ({"Content-Encoding": "gzip"}, (400, "bad-gzip", "Content-Encoding")),
)


@pytest.mark.files
@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize(("headers", "error"), HEADERS)
async def test_a_bad_header_is_named(
    client: Client, method: str, headers: dict[str, str | None], error: tuple[int, str, str | None]
) -> None:
    one = One(client, STATE)
    assert (await one.send(method, b"{}", {**JSON, **headers})).error == error
    assert await one.content() is None


NOT_JSON = (b"", b"{", b"{}{", b"\xff", b"NaN", b'"\\ud800"', b"[" * 3000 + b"]" * 3000)


@pytest.mark.files
@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("content", NOT_JSON, ids=range(len(NOT_JSON)))
async def test_what_says_it_is_json_is_json(client: Client, method: str, path: str, content: bytes) -> None:
    """3.2.s3: content that is not what its type says; nothing is changed by it."""
    for there in (False, True):
        one = One(client, path)
        tag = await one.store() if there else None
        told = {"If-Match": tag} if tag else {"If-None-Match": "*"}
        answer = await one.send(method, content, {"Content-Type": "application/json ;charset=utf-8", **told})
        assert answer.error == (400, "bad-json", "")
        assert await one.content() == (b'{"a":1}' if there else None)


_OBJECT = "application/json", b'{"x":"foo","y":{"k":1}}'
MERGES = (
    (_OBJECT, ("application/json", b'{"x":"bash","z":"faz"}'), {"x": "bash", "y": {"k": 1}, "z": "faz"}),
    (_OBJECT, ("application/json", b'{"y":{"l":2}}'), {"x": "foo", "y": {"l": 2}}),
    (_OBJECT, ("application/json", b'{"x":null}'), {"x": None, "y": {"k": 1}}),
    (_OBJECT, ("application/json", b"{}"), {"x": "foo", "y": {"k": 1}}),
    (_OBJECT, ("application/json; charset=utf-8", b'{"x":1}'), {"x": 1, "y": {"k": 1}}),
    (("Application/JSON;charset=utf-8", b"{}"), ("application/json", b'{"x":1}'), {"x": 1}),
    (_OBJECT, ("application/json", b"[1]"), None),
    (_OBJECT, ("application/json", b'"x"'), None),
    (_OBJECT, ("text/plain", b'{"x":1}'), None),
    (_OBJECT, ("application/octet-stream", b"\xff"), None),
    (("text/plain", b'{"x":1}'), ("application/json", b'{"x":1}'), None),
    (("application/json", b"[1]"), ("application/json", b'{"x":1}'), None),
    (("text/plain", b"a"), ("text/plain", b"b"), None),
)
"""2.2.s7 and s8: what is there, what is posted, and what comes of it; None: 400, and nothing is changed."""


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("existing", "posted", "result"), MERGES)
async def test_a_post_merges_objects_at_their_top(
    client: Client,
    path: str,
    version: str,
    existing: tuple[str, bytes],
    posted: tuple[str, bytes],
    result: dict[str, object] | None,
) -> None:
    one = One(client, path, version)
    await one.store(existing[1], {"Content-Type": existing[0]})
    answer = await one.send("POST", posted[1], {"Content-Type": posted[0]})
    left = await one.send("GET")
    if result is None:
        assert answer.error[:2] == (400, "not-mergeable")
        assert (left.headers["Content-Type"], left.body) == existing
    else:
        assert answer.status == 204
        assert orjson.loads(left.body) == result
        assert left.headers["Content-Type"] == "application/json"
        assert left.headers["ETag"] == answer.headers["ETag"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("version", VERSIONS)
async def test_ids_are_listed_and_since_is_exclusive(client: Client, path: str, version: str) -> None:
    """2.3.s4, 2.6.s4, 2.7.s4; 2.2.s6.b2: Last-Modified is that of the latest."""
    one = One(client, path, version)
    empty = await one.send("GET", parameters=one.owner)
    assert (empty.status, empty.body) == (200, b"[]")
    assert empty.headers["Content-Type"] == "application/json"
    assert "Last-Modified" not in empty.headers
    moments = []
    for n in range(3):
        one.parameters[ID[path]] = f"id-{n}"
        await one.store(b"%d" % n, {"Content-Type": "text/plain"})
        await asyncio.sleep(0.005)
        moments.append(format_timestamp(time.time_ns() // 1_000_000))
        await asyncio.sleep(0.005)
    assert await one.ids() == ["id-0", "id-1", "id-2"]
    assert await one.ids(since=moments[0]) == ["id-1", "id-2"]
    assert await one.ids(since=moments[0].replace("Z", "+00:00")) == ["id-1", "id-2"]
    assert await one.ids(since=moments[2]) == []
    one.parameters[ID[path]] = "id-0"
    await one.store(b"again", {"Content-Type": "text/plain"})
    assert await one.ids(since=moments[2]) == ["id-0"]
    listed = await one.send("GET", parameters=one.owner)
    assert listed.headers["Last-Modified"] == (await one.send("GET")).headers["Last-Modified"]
    head = await one.send("HEAD", parameters=one.owner)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["ETag"] == listed.headers["ETag"]


async def test_an_agent_is_known_by_its_identifier_alone(client: Client) -> None:
    """Data 2.4.2: names and objectType tell nobody apart, another identifier does."""
    name = f"An-{uuid4()}"
    same = ({"mbox": f"mailto:{name}@Example.VN"}, {"mbox": f"mailto:{name}@example.vn", "name": "An"})
    for path in (STATE, AGENT_PROFILE):
        one = One(client, path)
        one.parameters["agent"] = json.dumps(same[0])
        await one.store(b'{"of":"an"}')
        one.parameters["agent"] = json.dumps({**same[1], "objectType": "Agent"})
        assert await one.content() == b'{"of":"an"}'
        for other in (f"mailto:{name.lower()}@example.vn", f"mailto:{name}@example.com"):
            one.parameters["agent"] = json.dumps({"mbox": other})
            assert await one.content() is None


async def test_a_state_is_of_one_activity_agent_and_registration(client: Client) -> None:
    """2.3: the context of a document is all of its parameters; without a registration it is another one."""
    one = One(client, STATE)
    registration = str(uuid4())
    contexts: list[dict[str, str]] = [
        one.owner,
        {**one.owner, "registration": registration},
        {**one.owner, "registration": str(uuid4())},
        {**one.owner, "agent": agent("another")},
        {**one.owner, "activityId": f"{HOME}/another"},
    ]
    each = [One(client, STATE, parameters={**context, "stateId": "x"}) for context in contexts]
    for n, it in enumerate(each):
        await it.store(b"%d" % n, {"Content-Type": "text/plain"})
    for n, it in enumerate(each):
        assert await it.content() == b"%d" % n
        assert await it.ids() == ["x"]
    each[1].parameters["registration"] = registration.upper()
    assert await each[1].content() == b"1"
    # 2.3.s5: all of one context, and nothing of another
    assert (await each[1].send("DELETE", parameters=each[1].owner)).status == 204
    assert [await it.content() for it in each] == [b"0", None, b"2", b"3", b"4"]
    assert (await one.send("DELETE", parameters=one.owner)).status == 204
    assert [await it.content() for it in each] == [None, None, b"2", b"3", b"4"]
    assert (await one.send("DELETE", parameters=one.owner)).status == 204


async def test_the_profiles_and_state_are_apart(client: Client) -> None:
    one = One(client, STATE)
    await one.store()
    for path in (ACTIVITY_PROFILE, AGENT_PROFILE):
        parameters = {name: one.parameters[name] for name in OWNER[path]}
        assert (await client.send("GET", path, params=parameters)).json() == []


@pytest.mark.parametrize("path", PATHS)
async def test_a_deleted_document_is_gone(client: Client, path: str) -> None:
    """2.3.s3, 2.6.s3, 2.7.s3; and 204 again, where it is gone already."""
    one = One(client, path)
    await one.store()
    for _ in range(2):
        answer = await one.send("DELETE")
        assert (answer.status, answer.body) == (204, b"")
        assert await one.content() is None
        assert await one.ids() == []


@pytest.mark.files
@pytest.mark.parametrize("path", PATHS)
async def test_another_method_is_told_those_there_are(client: Client, path: str) -> None:
    answer = await client.send("PATCH", path)
    assert answer.error[:2] == (405, "method-not-allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "PUT", "POST", "DELETE"}


async def test_what_was_acknowledged_outlives_the_server_and_what_is_too_large_is_refused(
    serve: Nursery,
) -> None:
    """A 204 means that the store has it durably; 3.2.s3: 413 beyond the bound, also of what a merge makes."""
    server = serve(max_body="2048")
    async with Client(server) as client:
        kept = [One(client, path) for path in PATHS]
        for one in kept:
            await one.store(b'{"a":"%s"}' % (b"x" * 1500))
        gone = One(client, STATE)
        await gone.store()
        assert (await gone.send("DELETE")).status == 204
        for method in ("PUT", "POST"):
            answer = await One(client, STATE).send(method, b"x" * 2049)
            assert answer.error[:2] == (413, "body-too-large")
        answer = await kept[0].send("POST", b'{"b":"%s"}' % (b"x" * 600), JSON)
        assert answer.error[:2] == (413, "document-too-large")
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)
        for one in kept:
            assert await one.content() == b'{"a":"%s"}' % (b"x" * 1500)
        assert await gone.content() is None


async def test_a_document_as_large_as_a_body_may_be_is_kept_or_refused_and_never_half(client: Client) -> None:
    one = One(client, STATE)
    content = bytes(16 * 1024 * 1024)

    async def chunks() -> AsyncIterator[bytes]:
        for at in range(0, len(content), 65536):
            yield content[at : at + 65536]

    answer = await one.send("PUT", chunks())
    if answer.status == 413:
        assert answer.error[1] == "document-too-large"
        assert await one.content() is None
    else:
        assert answer.status == 204
        assert await one.content() == content


async def test_a_large_document_is_put_and_not_merged(client: Client) -> None:
    one = One(client, STATE)
    large = b'{"a":"%s"}' % (b"x" * 1024 * 1024)

    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(large), 65536):
            yield large[at : at + 65536]

    assert (await one.send("PUT", pieces(), JSON)).status == 204
    assert (await one.send("POST", b"{}", JSON)).error == (413, "document-too-large", None)
    assert await one.content() == large


async def test_nothing_of_a_person_is_in_the_metrics_or_the_log(client: Client) -> None:
    one = One(client, AGENT_PROFILE)
    name = f"person-{uuid4()}"
    one.parameters.update(agent=agent(name), profileId=name)
    await one.store(orjson.dumps(name))
    await one.send("PUT", b"{", JSON)
    metrics = (await client.send("GET", "/metrics")).body.decode()
    assert AGENT_PROFILE in metrics
    assert name not in metrics
    assert name not in client.server.stderr

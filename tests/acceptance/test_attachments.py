"""Attachments: in and out byte for byte, refused with code and path, and never held whole in memory."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import aiohttp
import orjson
import pytest

from tests.acceptance.attached import (
    ENCODING,
    HASH,
    MIXED,
    Part,
    attachment,
    body,
    data_part,
    encoded,
    read,
    sha256,
    statements_part,
)
from tests.acceptance.attached_refusals import DATA, IDENTIFIER, OTHER, REFUSED, SUBSTATEMENT, Refused
from tests.acceptance.client import STATEMENTS, Answer, Client
from tests.acceptance.figures import metrics, settled, total
from tests.acceptance.making import Json, statement, void
from tests.acceptance.nursery import Nursery

TYPED = {"Content-Type": MIXED}
LARGE = 20 * 1024 * 1024


async def post(client: Client, *parts: Part) -> Answer:
    return await client.send("POST", STATEMENTS, data=body(*parts), headers=TYPED)


async def stored(client: Client, *statements: Json, data: tuple[bytes, ...] = (DATA,)) -> list[str]:
    answer = await post(client, statements_part(list(statements)), *map(data_part, data))
    assert answer.status == 200, answer.body
    return answer.ids


def parts_of(answer: Answer) -> list[Part]:
    assert answer.status == 200, answer.body
    return read(answer.headers["Content-Type"], answer.body)


@pytest.mark.parametrize("refused", REFUSED, ids=lambda it: it.requirement)
async def test_what_is_wrong_is_refused_with_code_and_path_and_stores_nothing(
    client: Client, refused: Refused
) -> None:
    answer = await client.send(
        "POST", STATEMENTS, data=refused.body, headers={"Content-Type": refused.content_type}
    )
    assert answer.error == (refused.status, refused.code, refused.path), answer.body
    assert answer.headers["X-Experience-API-Version"] == "2.0.0"
    assert (await client.get(statementId=IDENTIFIER)).status == 404


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
@pytest.mark.parametrize("algorithm", ["sha224", "sha256", "sha384", "sha512"])
@pytest.mark.parametrize(
    "data",
    [b"", b"\r\n", b"--\r\n--abc\r\n\r\n--", os.urandom(300_000)],
    ids=["nothing", "a line end", "almost a boundary", "many bytes"],
)
async def test_data_comes_back_byte_for_byte(
    client: Client, version: str, algorithm: str, data: bytes
) -> None:
    sha2 = hashlib.new(algorithm, data).hexdigest()
    # hexadecimal is the same in either case, and is given back as it was sent
    named = attachment(data, sha2=sha2.upper(), contentType='text/plain; charset="ascii"')
    given = statement(attachments=[named])
    part = data_part(data, **{HASH: sha2})
    headers = {**TYPED, "X-Experience-API-Version": version}
    whole = body(statements_part(given), part)
    answer = await client.send("POST", STATEMENTS, data=whole, headers=headers)
    assert answer.ids == [given["id"]]
    got = await client.get(statementId=given["id"], attachments="true")
    first, second = parts_of(got)
    assert first.headers == {"Content-Type": "application/json"}
    assert first.json["attachments"] == [named]
    assert second.data == data
    assert second.headers == {
        "Content-Type": named["contentType"], ENCODING: "binary", HASH: named["sha2"],
    }  # fmt: skip
    assert got.headers["Content-Length"] == str(len(got.body))
    assert "X-Experience-API-Consistent-Through" in got.headers
    assert "Last-Modified" in got.headers


async def test_put_takes_attachments_too(client: Client) -> None:
    given = statement(attachments=[attachment(DATA)])
    whole = body(statements_part(given), data_part(DATA))
    asked = {"statementId": given["id"]}
    for _ in range(2):
        answer = await client.send("PUT", STATEMENTS, params=asked, data=whole, headers=TYPED)
        assert answer.status == 204, answer.body
    assert parts_of(await client.get(**asked, attachments="true"))[1].data == DATA
    other = body(statements_part({**given, "actor": {"mbox": "mailto:other@example.vn"}}), data_part(DATA))
    answer = await client.send("PUT", STATEMENTS, params=asked, data=other, headers=TYPED)
    assert answer.error == (409, "statement-conflict", "/id")


async def test_a_page_has_the_data_of_each_attachment_once(client: Client) -> None:
    activity = f"https://platform.example/{uuid4()}"
    batch = [
        statement(activity=activity, attachments=[attachment(DATA), attachment(OTHER)]),
        statement(activity=activity, attachments=[attachment(DATA, display={"en": "the same"})]),
        statement(activity=activity),
        statement(object={**SUBSTATEMENT, "object": {"id": activity}}),
    ]
    ids = await stored(client, *batch, data=(DATA, OTHER))
    for format_ in ("exact", "canonical", "ids"):
        asked = {"activity": activity, "related_activities": "true", "format": format_}
        first, *others = parts_of(await client.get(**asked, attachments="true"))
        assert sorted(it["id"] for it in first.json["statements"]) == sorted(ids)
        assert {(it.headers[HASH], it.data) for it in others} == {(sha256(it), it) for it in (DATA, OTHER)}
        assert len(others) == 2
        for without in (asked, {**asked, "attachments": "false"}):
            plain = await client.get(**without)
            assert plain.headers["Content-Type"].startswith("application/json")
            assert len(plain.ids) == 4


async def test_pages_of_attachments_are_followed_by_more(client: Client) -> None:
    activity = f"https://platform.example/{uuid4()}"
    data = [b"%d" % number for number in range(3)]
    await stored(
        client, *(statement(activity=activity, attachments=[attachment(it)]) for it in data), data=tuple(data)
    )
    found = []
    answer = await client.get(activity=activity, attachments="true", limit="1")
    while True:
        first, part = parts_of(answer)
        found.append(part.data)
        if not first.json["more"]:
            break
        answer = await client.send("GET", first.json["more"])
    assert sorted(found) == data


async def test_a_voided_statement_keeps_its_attachments(client: Client) -> None:
    (identifier,) = await stored(client, statement(attachments=[attachment(DATA)]))
    await client.store(void(identifier))
    got = await client.get(voidedStatementId=identifier, attachments="true")
    assert parts_of(got)[1].data == DATA


async def test_head_says_what_get_would(client: Client) -> None:
    (identifier,) = await stored(client, statement(attachments=[attachment(DATA)]))
    asked = {"statementId": identifier, "attachments": "true"}
    got = await client.get(**asked)
    head = await client.send("HEAD", STATEMENTS, params=asked)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == got.headers["Content-Length"]


ACCEPTED: list[tuple[str, list[Part]]] = [
    ("Communication 1.5.2.s3.b8: no attachments", [statements_part(statement())]),
    ("Communication 1.5.2.s3.b9: elsewhere", [statements_part(
        statement(attachments=[attachment(OTHER, fileUrl="https://platform.example/f")]))]),
    ("Communication 1.5.2.s3.b6: binary is assumed", [statements_part(
        statement(attachments=[attachment(DATA)])), data_part(DATA, **{ENCODING: None})]),
    ("Communication 1.5.2.s2.b2.b6: no Content-Type", [statements_part(
        statement(attachments=[attachment(DATA)])), data_part(DATA, **{"Content-Type": None})]),
    ("Communication 1.5.2.s2.b2.b7: the same length", [statements_part(
        statement(attachments=[attachment(DATA)])), data_part(DATA, Content_Length=str(len(DATA)))]),
    ("a fileUrl and the data", [statements_part(
        statement(attachments=[attachment(DATA, fileUrl="https://platform.example/f")])), data_part(DATA)]),
    ("a multipart in a part", [statements_part(
        statement(attachments=[attachment(b"--x\r\n\r\n--x--", contentType="multipart/mixed")])),
        data_part(b"--x\r\n\r\n--x--", Content_Type="multipart/mixed; boundary=x")]),
    ("the data for each of two", [statements_part([statement(attachments=[attachment(DATA)]),
        statement(attachments=[attachment(DATA)])]), data_part(DATA), data_part(DATA)]),
    ("no statements", [statements_part([])]),
]  # fmt: skip


@pytest.mark.parametrize("parts", [row[1] for row in ACCEPTED], ids=[row[0] for row in ACCEPTED])
async def test_what_the_specification_allows_is_accepted(client: Client, parts: list[Part]) -> None:
    answer = await post(client, *parts)
    assert answer.status == 200, answer.body
    for identifier in answer.ids:
        assert (await client.get(statementId=identifier)).status == 200


async def test_without_its_data_an_attachment_is_answered_by_its_headers_alone(client: Client) -> None:
    named = attachment(b"never sent", fileUrl="https://platform.example/f")
    (identifier,) = await client.store(statement(attachments=[named]))
    (first,) = parts_of(await client.get(statementId=identifier, attachments="true"))
    assert first.json["attachments"] == [named]


async def test_who_may_not_read_a_statement_does_not_get_its_data(client: Client) -> None:
    own = b"of dev alone"
    (identifier,) = await stored(client, statement(attachments=[attachment(own)]), data=(own,))
    client.server.lrs(
        "platform", "add", "other", "--home-page", "https://other.example", "--provinces", "any"
    )
    key, secret = client.server.credential("other", "statements/write", "statements/read/mine")
    async with Client(client.server, key, secret) as other:
        assert (await other.get(statementId=identifier, attachments="true")).status == 404
        # nor may it name the data as its own without having it
        answer = await post(other, statements_part(statement(attachments=[attachment(own)])))
        assert answer.error == (400, "attachment-missing", "/attachments/0")
        # with a fileUrl it may, and gets none of it from here until it has sent it
        elsewhere = attachment(own, fileUrl="https://other.example/f")
        (named,) = await other.store(statement(attachments=[elsewhere]))
        assert len(parts_of(await other.get(statementId=named, attachments="true"))) == 1
        assert len(parts_of(await other.get(attachments="true"))) == 1
        # who reads everybody's statements has it
        assert len(parts_of(await client.get(statementId=named, attachments="true"))) == 2
        await stored(other, statement(attachments=[attachment(own)]), data=(own,))
        assert len(parts_of(await other.get(statementId=named, attachments="true"))) == 2


async def test_what_is_larger_than_allowed_is_refused(serve: Nursery) -> None:
    server = serve(max_attachments="100000", max_body="50000", max_statement="20000")
    async with Client(server) as client:
        for sizes, status in (((60_000, 40_000), 200), ((60_000, 40_001), 413)):
            data = [os.urandom(size) for size in sizes]
            given = statement(attachments=[attachment(it) for it in data])
            answer = await post(client, statements_part(given), *map(data_part, data))
            assert answer.status == status, answer.body
            if status == 413:
                assert answer.error[1:] == ("attachments-too-large", "part/2")
        large = os.urandom(LARGE)
        said = statement(attachments=[attachment(large)])
        answer = await client.send("POST", STATEMENTS, data=sent(large, said), headers=TYPED)
        assert answer.error == (413, "attachments-too-large", "part/1")
        padded = orjson.dumps(statement()) + b" " * 50_000
        answer = await post(client, Part({"Content-Type": "application/json"}, padded))
        assert answer.error == (413, "body-too-large", "part/0")
        long = statement(result={"response": "x" * 20_000})
        assert (await post(client, statements_part(long))).error == (413, "statement-too-large", "")


async def test_a_body_that_breaks_off_stores_nothing_and_gives_its_room_back(client: Client) -> None:
    data = os.urandom(1_000_000)
    given = statement(attachments=[attachment(data)])

    async def half() -> AsyncIterator[bytes]:
        yield body(statements_part(given), data_part(data))[:500_000]
        await asyncio.sleep(0.2)
        raise ConnectionResetError

    with pytest.raises((ConnectionResetError, aiohttp.ClientError)):
        await client.send("POST", STATEMENTS, data=half(), headers=TYPED)
    assert (await client.get(statementId=given["id"])).status == 404
    for _ in range(200):
        if not total(await metrics(client), "lrs_in_flight_bytes"):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("its room is not given back")


async def test_g1_what_was_acknowledged_has_its_data_after_a_kill(serve: Nursery) -> None:
    server, data = serve(), [os.urandom(300_000) for _ in range(8)]
    given = [statement(attachments=[attachment(it)]) for it in data]
    async with Client(server) as client:
        parts = zip(given, data, strict=True)
        answers = await asyncio.gather(
            *(post(client, statements_part(said), data_part(it)) for said, it in parts)
        )
        assert [answer.status for answer in answers] == [200] * len(data)
        server.kill()
        await asyncio.to_thread(server.start)
        # this endpoint has not appended them: they are read once they are projected
        await settled(server)
        for said, it in zip(given, data, strict=True):
            assert parts_of(await client.get(statementId=said["id"], attachments="true"))[1].data == it


def memory(process: int) -> int:
    """The most bytes of memory that a process ever had."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    (peak,) = (line for line in lines if line.startswith("VmHWM:"))
    return int(peak.split()[1]) * 1024


async def sent(data: bytes, given: Json) -> AsyncIterator[bytes]:
    """A body in the pieces of a network."""
    for piece in encoded(statements_part(given), data_part(data)):
        for at in range(0, len(piece), 65_536):
            yield piece[at : at + 65_536]


async def received(client: Client, identifier: str) -> tuple[str, int]:
    """The hash and the size of a statement's one attachment, read as it comes."""
    digest, size = hashlib.sha256(), 0
    url = f"{client.server.url}{STATEMENTS}"
    asked = {"statementId": identifier, "attachments": "true"}
    async with client.session.get(url, params=asked, headers=client.headers) as response:
        assert response.status == 200
        tail = b""
        async for piece in response.content.iter_any():
            tail += piece
            if not size and (at := tail.find(HASH.encode())) >= 0:
                at = tail.find(b"\r\n\r\n", at)
                size, tail = 1, tail[at + 4 :]
            if size and len(tail) > 200:
                digest.update(tail[:-200])
                size += len(tail) - 200
                tail = tail[-200:]
        end = tail.rfind(b"\r\n--", 0, len(tail) - 2)
        digest.update(tail[:end])
    return digest.hexdigest(), size - 1 + end


async def test_large_attachments_take_no_memory(serve: Nursery) -> None:
    """One of 20 MB, then four at once, in and out: more than all the room there is for bodies."""
    server = serve(max_in_flight=str(12 * 1024 * 1024), max_body=str(2 * 1024 * 1024))
    data = [os.urandom(LARGE) for _ in range(4)]
    given = [statement(attachments=[attachment(it)]) for it in data]
    async with Client(server) as client:
        # the first of everything takes some memory of its own
        await stored(client, statement(attachments=[attachment(DATA)]))
        before = memory(server.process.pid)
        single = os.urandom(LARGE)
        one = statement(attachments=[attachment(single)])
        answer = await client.send("POST", STATEMENTS, data=sent(single, one), headers=TYPED)
        assert answer.status == 200, answer.body
        assert await received(client, one["id"]) == (sha256(single), LARGE)
        assert memory(server.process.pid) - before < LARGE // 2
        answers = await asyncio.gather(
            *(
                client.send("POST", STATEMENTS, data=sent(it, said), headers=TYPED)
                for it, said in zip(data, given, strict=True)
            )
        )
        assert [answer.status for answer in answers] == [200] * 4, [answer.body for answer in answers]
        after_in = memory(server.process.pid)
        found = await asyncio.gather(*(received(client, it["id"]) for it in given))
        assert found == [(sha256(it), LARGE) for it in data]
        after_out = memory(server.process.pid)
    assert after_in - before < LARGE, (before, after_in, after_out)
    assert after_out - before < LARGE, (before, after_in, after_out)

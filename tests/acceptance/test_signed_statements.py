"""Signed statements over HTTP (xAPI 1.0.3 Data 2.6; XAPI-00115 to XAPI-00117)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.attached import MIXED, Part, attachment, body, data_part, read, statements_part
from tests.acceptance.client import STATEMENTS, Answer, Client
from tests.acceptance.making import Json, statement
from tests.acceptance.nursery import Nursery
from tests.acceptance.signing import chain, jws, key, pem, signature, signature_part


def signed(token: bytes, given: Json) -> Json:
    """The statement with its signature."""
    return {**given, "attachments": [*given.get("attachments", []), signature(token)]}


async def post(client: Client, *parts: Part, version: str = "2.0.0") -> Answer:
    headers = {"Content-Type": MIXED, "X-Experience-API-Version": version}
    return await client.send("POST", STATEMENTS, data=body(*parts), headers=headers)


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512"])
async def test_a_signed_statement_is_stored_and_given_back_with_its_signature(
    client: Client, algorithm: str, version: str
) -> None:
    given = statement()
    token = jws(given, alg=algorithm, x5c=chain(key()))
    answer = await post(client, statements_part(signed(token, given)), signature_part(token), version=version)
    assert answer.ids == [given["id"]]
    got = await client.get(statementId=given["id"], attachments="true")
    assert read(got.headers["Content-Type"], got.body)[1].data == token


async def test_each_statement_of_a_batch_has_a_signature_of_its_own(client: Client) -> None:
    essay = b"an essay"
    batch = [statement(), statement(attachments=[attachment(essay)])]
    tokens = [jws(it, x5c=chain(key())) for it in batch]
    whole = [signed(token, it) for token, it in zip(tokens, batch, strict=True)]
    parts = [data_part(essay), *map(signature_part, tokens)]
    assert len((await post(client, statements_part(whole), *parts)).ids) == 2
    swapped = [signed(token, it) for token, it in zip(reversed(tokens), batch, strict=True)]
    answer = await post(client, statements_part(swapped), *parts)
    assert answer.error == (400, "bad-signature", "/0/attachments/0")


REFUSED = [
    ("XAPI-00115: a JWS", b"no JWS"),
    ("XAPI-00116: of a statement", jws(b"{'actor':1}")),
    ("XAPI-00117: RS256, RS384 or RS512", jws(statement(), alg="HS256")),
    ("Data 2.6.s5.b3.b2: of this statement", jws(statement(), x5c=chain(key()))),
    ("Data 2.6.s5.b3.b3: by its certificate", jws(statement(), x5c=chain(key("another")))),
]


@pytest.mark.parametrize("token", [row[1] for row in REFUSED], ids=[row[0] for row in REFUSED])
async def test_a_bad_signature_is_refused_and_stores_nothing(client: Client, token: bytes) -> None:
    given = statement()
    answer = await post(client, statements_part([statement(), signed(token, given)]), signature_part(token))
    assert answer.error == (400, "bad-signature", "/1/attachments/0"), answer.body
    assert (await client.get(statementId=given["id"])).status == 404


async def test_a_signature_says_that_it_is_octets(client: Client) -> None:
    given = statement()
    token = jws(given)
    said = {**given, "attachments": [signature(token, contentType="text/plain")]}
    answer = await post(client, statements_part(said), data_part(token))
    assert answer.error == (400, "bad-signature", "/attachments/0/contentType")


async def test_a_signature_that_is_larger_than_a_statement_can_make_it_is_refused(serve: Nursery) -> None:
    async with Client(serve(max_statement="2000")) as client:
        token = b"x" * 100_000
        answer = await post(client, statements_part(signed(token, statement())), signature_part(token))
        assert answer.error == (413, "signature-too-large", "part/1")


async def test_registered_keys_verify_what_has_no_certificate(serve: Nursery, tmp_path: Path) -> None:
    keys = tmp_path / "keys.pem"
    keys.write_bytes(pem(key()))
    async with Client(serve(signature_keys=str(keys))) as client:
        for signer, status in (("signer", 200), ("another", 400)):
            given = statement()
            token = jws(given, key(signer))
            answer = await post(client, statements_part(signed(token, given)), signature_part(token))
            assert answer.status == status, answer.body


@pytest.mark.files
async def test_keys_that_cannot_be_read_keep_the_server_from_starting(serve: Nursery, tmp_path: Path) -> None:
    server = serve.made(signature_keys=str(tmp_path / "nothing.pem"), consumers="false")
    ended = server.run("serve", timeout=60)
    assert ended.returncode != 0
    assert "LRS_SIGNATURE_KEYS" in ended.stderr
    assert "Traceback" not in ended.stderr

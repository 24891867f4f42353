"""Signatures of statements: what is one of the statement received, and what is not (xAPI 1.0.3 Data 2.6)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from lrs.endpoint.signature import check_signature, load_keys
from schemas.xapi import Invalid, Version
from tests.acceptance.attached import attachment
from tests.acceptance.making import Json, statement
from tests.acceptance.signing import base64url, certificate, chain, jws, key, pem, signature

PLAIN = statement(identifier="7f5a3d2e-6d1c-4d3f-9b0e-3a1d2c4b5e6f")
ESSAY = attachment(b"essay")
AUTHORITY = {"objectType": "Agent", "account": {"homePage": "https://lrs.example.vn", "name": "one"}}


def kept(token: bytes, given: Json = PLAIN, *others: Json) -> Json:
    """A statement as the log has it, signed with this token."""
    attachments = [*given.get("attachments", []), *others, signature(token)]
    return {**given, "attachments": attachments, "authority": AUTHORITY, "version": "2.0.0"}


def check(token: bytes, given: Json | None = None, *keys: Any, version: Version = Version.V2_0_0) -> None:
    check_signature(token, kept(token) if given is None else given, version, [it.public_key() for it in keys])


@pytest.mark.parametrize("version", list(Version))
@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512"])
def test_the_three_algorithms_are_verified_by_the_first_certificate(algorithm: str, version: Version) -> None:
    token = jws(PLAIN, alg=algorithm, x5c=chain(key(), key("authority")))
    check(token, version=version)
    # its key is that of the certificate, whatever keys are registered
    check(token, None, key("another"), version=version)
    with pytest.raises(Invalid, match="not what its key makes"):
        check(jws(PLAIN, alg=algorithm, x5c=chain(key("authority"), key())), version=version)


def test_without_a_certificate_a_registered_key_verifies_it() -> None:
    token = jws(PLAIN)
    check(token, None, key("another"), key())
    with pytest.raises(Invalid, match="not what its key makes"):
        check(token, None, key("another"))


def test_without_both_nobody_can_verify_it_but_its_payload() -> None:
    check(jws(PLAIN, key("whoever")))
    with pytest.raises(Invalid, match="another statement"):
        check(jws({**PLAIN, "verb": {"id": "https://platform.example/other"}}))


SAME: list[tuple[str, object, Json]] = [
    ("the same", PLAIN, PLAIN),
    ("other serialisations", orjson.dumps(PLAIN, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS), PLAIN),
    ("without the id that was given later", {k: v for k, v in PLAIN.items() if k != "id"}, PLAIN),
    ("without the timestamp", {k: v for k, v in PLAIN.items() if k != "timestamp"}, PLAIN),
    ("the same instant", {**PLAIN, "timestamp": "2025-04-18T01:30:00Z"}, PLAIN),
    ("what an LRS sets", {**PLAIN, "stored": "2020-01-01T00:00:00Z", "version": "1.0.3"}, PLAIN),
    ("no attachments", {**PLAIN, "attachments": []}, PLAIN),
    ("other attachments", {**PLAIN, "attachments": [ESSAY]}, {**PLAIN, "attachments": [ESSAY]}),
]


@pytest.mark.parametrize(("signed", "given"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_what_is_signed_is_compared_as_statements_are(signed: object, given: Json) -> None:
    token = jws(signed)
    check(token, kept(token, given))


def test_two_may_sign_the_statement_and_one_the_other_s_signature() -> None:
    first = jws(PLAIN)
    beside = jws(PLAIN, key("another"))
    above = jws({**PLAIN, "attachments": [signature(first)]}, key("another"))
    for token, other in ((first, beside), (beside, first), (first, above), (above, first)):
        given = kept(token, PLAIN, signature(other))
        check(token, given)
    with pytest.raises(Invalid, match="another statement"):
        check(above, kept(above))


FIRST, SECOND, THIRD = jws(PLAIN).split(b".")
CERTIFIED = jws(PLAIN, x5c=chain(key())).split(b".")
ELLIPTIC = ec.generate_private_key(ec.SECP256R1())
REFUSED: list[tuple[str, bytes, str]] = [
    ("nothing", b"", "compact"),
    ("two parts", FIRST + b"." + SECOND, "compact"),
    ("four parts", b".".join((FIRST, SECOND, THIRD, THIRD)), "compact"),
    ("JSON serialisation", orjson.dumps({"payload": "", "signatures": []}), "compact"),
    ("a header that is no base64url", b"+/" + FIRST + b"." + SECOND + b"." + THIRD, "base64url"),
    ("a length that base64 has not", b"." .join((FIRST, SECOND, b"A")), "base64url"),
    ("padding", b".".join((FIRST, SECOND, THIRD + b"==")), "base64url"),
    ("a line's end", jws(PLAIN) + b"\n", "base64url"),
    ("a header that is no JSON", b".".join((base64url(b"{"), SECOND, THIRD)), "no JSON object"),
    ("a header that is no object", b".".join((base64url(b"[]"), SECOND, THIRD)), "no JSON object"),
    ("no algorithm", b".".join((base64url(b"{}"), SECOND, THIRD)), "RS256"),
    ("none", jws(PLAIN, alg="none"), "RS256"),
    ("HS256", jws(PLAIN, alg="HS256"), "RS256"),
    ("PS256", jws(PLAIN, alg="PS256"), "RS256"),
    ("ES256", jws(PLAIN, alg="ES256"), "RS256"),
    ("an algorithm that is no text", jws(PLAIN, alg=["RS256"]), "RS256"),
    ("what must be understood", jws(PLAIN, crit=["exp"]), "critical"),
    ("no certificates", jws(PLAIN, x5c=[]), "x5c"),
    ("a certificate that is none", jws(PLAIN, x5c=["AAAA"]), "x5c"),
    ("a certificate in no base64", jws(PLAIN, x5c=["-"]), "x5c"),
    ("a certificate that is no text", jws(PLAIN, x5c=[1]), "x5c"),
    ("too many certificates", jws(PLAIN, x5c=chain(key()) * 17), "x5c"),
    ("a certificate of another kind of key", jws(PLAIN, x5c=chain(ELLIPTIC)), "x5c"),
    ("a small key", jws(PLAIN, key("small", 1024), x5c=chain(key("small", 1024))), "2048"),
    ("another header", b".".join((CERTIFIED[0], SECOND, THIRD)), "not what its key makes"),
    ("another payload", b".".join((CERTIFIED[0], base64url(b"{}"), CERTIFIED[2])), "not what its key makes"),
    ("no signature", b".".join((*CERTIFIED[:2], b"")), "not what its key makes"),
    ("a payload that is no JSON", jws(b"{'a': 1}"), "no JSON"),
    ("a payload that is no statement", jws({"id": PLAIN["id"]}), "no statement"),
    ("a payload of several statements", jws([PLAIN]), "no statement"),
    ("another statement", jws({**PLAIN, "result": {"success": True}}), "another statement"),
    ("another id", jws({**PLAIN, "id": "00000000-6d1c-4d3f-9b0e-3a1d2c4b5e6f"}), "another statement"),
    ("an attachment that is missing", jws({**PLAIN, "attachments": [ESSAY]}), "another statement"),
]  # fmt: skip


@pytest.mark.parametrize(("token", "why"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_no_signature_of_the_statement_is_refused(token: bytes, why: str) -> None:
    with pytest.raises(Invalid, match=why) as refused:
        check(token)
    assert refused.value.code == "bad-signature"


def test_an_attachment_that_was_added_after_signing_is_refused() -> None:
    token = jws(PLAIN)
    with pytest.raises(Invalid, match="another statement"):
        check(token, kept(token, PLAIN, ESSAY))


def test_keys_are_read_from_a_file_or_a_folder(tmp_path: Path) -> None:
    (tmp_path / "one.pem").write_bytes(b"# of one\n" + pem(key()) + pem(key("another")))
    (tmp_path / "two.pem").write_bytes(certificate(key("authority")).public_bytes(Encoding.PEM))
    expected = [it.public_key() for it in (key(), key("another"), key("authority"))]
    assert list(load_keys(tmp_path)) == expected
    assert list(load_keys(tmp_path / "one.pem")) == expected[:2]


@pytest.mark.parametrize(
    "content", [b"", b"no key", pem(key("small", 1024)), pem(key())[:100] + pem(key())[150:]]
)
def test_files_that_are_no_keys_are_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "wrong.pem").write_bytes(content)
    with pytest.raises(ValueError, match=r"wrong\.pem"):
        load_keys(tmp_path)
    with pytest.raises(FileNotFoundError):
        load_keys(tmp_path / "nothing.pem")

"""From bytes to what the log keeps."""

from __future__ import annotations

from uuid import UUID

import orjson
import pytest

from lrs.endpoint.prepare import Body, Prepared, prepare
from lrs.problem import problem_of
from schemas.xapi import Version
from tests.endpoint.making import AUTHORITY, statement

ID = "16FD2706-8baf-433b-82eb-8c7fada847da"


def prepared(value: object, version: Version = Version.V2_0_0, identifier: str | None = None) -> Prepared:
    return prepare(Body(orjson.dumps(value), version, AUTHORITY, 3, 100_000, identifier))


def test_a_statement_is_kept_with_id_authority_and_version_and_without_stored() -> None:
    sent = statement(id=ID, stored="2020-01-01T00:00:00Z", authority={"mbox": "mailto:me@example.vn"})
    made = prepared(sent)
    assert (made.ids, made.given, made.batch) == ([ID.lower()], [ID.lower()], False)
    kept = {**sent, "id": ID.lower(), "authority": AUTHORITY, "version": "2.0.0"}
    del kept["stored"]
    assert [orjson.loads(it) for it in made.values] == [kept]


def test_who_names_no_id_is_given_one_of_their_own() -> None:
    made = prepared([statement(), statement(id=ID), statement()], Version.V1_0_3)
    assert made.batch
    assert made.given == [ID.lower()]
    assert len({UUID(it) for it in made.ids}) == 3
    kept = [orjson.loads(it) for it in made.values]
    assert [it["id"] for it in kept] == made.ids
    assert {it["version"] for it in kept} == {"1.0.0"}


def test_an_empty_batch_is_nothing() -> None:
    assert prepared([]) == ([], [], [], True, [])


def test_put_gives_the_statement_its_id() -> None:
    for sent in (statement(), statement(id=ID)):
        assert prepared(sent, identifier=ID.lower()).ids == [ID.lower()]


DEEP = orjson.dumps([statement(), statement(result={"extensions": {"urn:x:deep": "-"}})])
"""A batch whose second statement has a place for something deep."""


REFUSED: list[tuple[bytes, str | None, tuple[int, str, str | None]]] = [
    (b"{", None, (400, "bad-json", None)),
    (b'{"a":NaN}', None, (400, "bad-json", None)),
    (b"\xff", None, (400, "bad-json", None)),
    (b"1", None, (400, "wrong-type", "")),
    (orjson.dumps([statement()] * 4), None, (413, "batch-too-large", None)),
    (orjson.dumps([statement(), {}]), None, (400, "missing-key", "/1")),
    (orjson.dumps([statement(), statement(id="x")]), None, (400, "bad-uuid", "/1/id")),
    (orjson.dumps([statement()]), ID.lower(), (400, "wrong-type", "")),
    (orjson.dumps(statement(id=str(UUID(int=7)))), ID.lower(), (400, "id-mismatch", "/id")),
    (DEEP.replace(b'"-"', b"[" * 300 + b"]" * 300), None, (400, "too-deep", "/1")),
    (
        orjson.dumps([statement(), statement(result={"response": "x" * 100_000})]),
        None,
        (413, "statement-too-large", "/1"),
    ),
    (orjson.dumps(statement(result={"response": "x" * 100_000})), None, (413, "statement-too-large", "")),
]


@pytest.mark.parametrize(("text", "identifier", "expected"), REFUSED)
def test_what_is_wrong_is_said_with_code_and_path(
    text: bytes, identifier: str | None, expected: tuple[int, str, str | None]
) -> None:
    with pytest.raises(Exception) as refused:
        prepare(Body(text, Version.V2_0_0, AUTHORITY, 3, 100_000, identifier))
    problem = problem_of(refused.value)
    assert (problem.status, problem.code, problem.path) == expected

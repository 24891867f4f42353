"""The body of a POST."""

import pickle

import pytest

from schemas.xapi import Invalid, Version, check_statements
from tests.schemas.xapi.samples import FULL, SMALL, put


def test_one_statement_is_a_batch_of_one() -> None:
    (only,) = check_statements(SMALL, Version.V1_0_3, 1)
    assert only is SMALL


def test_an_array_is_returned_as_it_is() -> None:
    batch = [SMALL, FULL, SMALL]
    assert check_statements(batch, Version.V1_0_3, 3) is batch


def test_an_empty_array_is_valid() -> None:
    assert check_statements([], Version.V1_0_3, 1) == []


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ("x", "wrong-type", ""),
        (None, "null-not-allowed", ""),
        ([SMALL, 1], "wrong-type", "/1"),
        ([SMALL, put(SMALL, "actor|mbox", "x")], "bad-mbox", "/1/actor/mbox"),
        (put(SMALL, "actor|mbox", "x"), "bad-mbox", "/actor/mbox"),
        ([FULL, SMALL, put(FULL, "id", FULL["id"].lower())], "duplicate-id", "/2/id"),
        ([SMALL] * 4, "batch-too-large", ""),
        ([put(FULL, "attachments|0|fileUrl", ...)], "file-url-missing", "/0/attachments/0"),
    ],
)
def test_a_bad_body(body: object, code: str, pointer: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_statements(body, Version.V1_0_3, 3, file_urls=True)
    assert (caught.value.code, caught.value.pointer) == (code, pointer)


def test_an_error_survives_a_process_boundary() -> None:
    with pytest.raises(Invalid) as caught:
        check_statements([put(SMALL, "actor|mbox", "x")], Version.V1_0_3, 3)
    copy = pickle.loads(pickle.dumps(caught.value))
    assert str(copy) == str(caught.value)
    assert copy.pointer == "/0/actor/mbox"

"""The headers of attachments."""

import pytest

from schemas.xapi import Invalid, Version, check_statement
from tests.schemas.xapi.samples import FULL, SUBSTATEMENT, put

SHA2 = "672fa5fa658017f1b72d65036f13379c6ab05d4ab3b6664908d8acf0b6a0c634"

ATTACHMENT_BAD: list[tuple[str, object, str]] = [
    ("usageType", "x", "bad-iri"),
    ("usageType", ..., "missing-key"),
    ("display", ..., "missing-key"),
    ("display", "x", "wrong-type"),
    ("description", {"vi": 1}, "wrong-type"),
    ("contentType", 1, "wrong-type"),
    ("contentType", "pdf", "bad-media-type"),
    ("contentType", "a/b" + "; \t" * 20_000 + "!", "bad-media-type"),
    ("length", "27", "wrong-type"),
    ("length", -1, "out-of-range"),
    ("length", 27.5, "wrong-type"),
    ("length", True, "wrong-type"),
    ("sha2", SHA2[1:], "bad-hash"),
    ("sha2", 1, "wrong-type"),
    ("fileUrl", "a.pdf", "bad-iri"),
    ("fileurl", "https://a.vn", "unknown-key"),
]


@pytest.mark.parametrize(("key", "value", "code"), ATTACHMENT_BAD)
def test_attachments(key: str, value: object, code: str) -> None:
    pointer = "/attachments/0" + ("" if code == "missing-key" else f"/{key}")
    broken = put(FULL, f"attachments|0|{key}", value)
    with pytest.raises(Invalid) as caught:
        check_statement(broken, Version.V2_0_0)
    assert caught.value.code == code
    assert caught.value.pointer.startswith(pointer)


def test_an_attachment_without_data_needs_a_file_url() -> None:
    bare = put(FULL, "attachments|0|fileUrl", ...)
    assert check_statement(FULL, Version.V1_0_3, file_urls=True) is FULL
    assert check_statement(bare, Version.V1_0_3) is bare
    with pytest.raises(Invalid) as caught:
        check_statement(bare, Version.V1_0_3, file_urls=True)
    assert (caught.value.code, caught.value.pointer) == ("file-url-missing", "/attachments/0")
    inner = put(SUBSTATEMENT, "object|attachments", bare["attachments"])
    with pytest.raises(Invalid) as caught:
        check_statement(inner, Version.V1_0_3, file_urls=True)
    assert caught.value.pointer == "/object/attachments/0"

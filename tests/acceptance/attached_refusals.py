"""Multipart bodies that must be refused, each with the requirement, the code and the path that it is told."""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.acceptance.attached import (
    BOUNDARY,
    ENCODING,
    HASH,
    MIXED,
    Part,
    attachment,
    body,
    data_part,
    sha256,
    statements_part,
)
from tests.acceptance.making import Json, account, statement

DATA, OTHER = "Bài làm".encode(), b"something else"
IDENTIFIER = "7f5a3d2e-6d1c-4d3f-9b0e-3a1d2c4b5e6f"
SUBSTATEMENT: Json = {
    "objectType": "SubStatement", "actor": account("b"), "verb": {"id": "https://platform.example/v"},
    "object": {"id": "https://platform.example/o"}, "attachments": [attachment(DATA)],
}  # fmt: skip


class Refused(NamedTuple):
    """A body; `requirement`: of the specification, or of the conformance requirements by number."""

    requirement: str
    code: str
    path: str | None
    body: bytes
    content_type: str = MIXED
    status: int = 400


def given(*attachments: Json, **more: Any) -> Json:
    """A statement with attachments."""
    return statement(identifier=IDENTIFIER, attachments=list(attachments), **more)


ONE = statements_part(given(attachment(DATA)))
GOOD = body(ONE, data_part(DATA))


def _one(**headers: str | None) -> bytes:
    return body(ONE, data_part(DATA, **headers))


REFUSED = (
    Refused("XAPI-00130: a boundary in the header", "boundary-missing", "Content-Type", GOOD,
            "multipart/mixed"),
    Refused("RFC 2046: 70 characters", "boundary-missing", "Content-Type", GOOD, f"{MIXED[:-1]}{'x' * 70}\""),
    Refused("XAPI-00131: the boundary is in the body", "bad-multipart", "part/0",
            GOOD.replace(BOUNDARY.encode(), b"-")),
    Refused("RFC 2046: something before the last boundary", "bad-multipart", "part/0", b""),
    Refused("RFC 2046: at least one part", "bad-multipart", "part/0", body()),
    Refused("RFC 2046: the last boundary", "bad-multipart", "part/1", GOOD[: -len(BOUNDARY) - 10]),
    Refused("RFC 2046: headers", "bad-multipart", "part/1", body(ONE, Part({"no header": "x"}, DATA))),
    Refused("XAPI-00130: a boundary before each part", "bad-json", None,
            GOOD.replace(f"\r\n--{BOUNDARY}\r\n".encode(), b"\r\n", 1)),
    Refused("XAPI-00134: the first part is JSON", "first-part-not-json", "part/0/Content-Type",
            body(ONE._replace(headers={"Content-Type": "text/plain"}), data_part(DATA))),
    Refused("Communication 1.5.2.s2.b2.b6: and says so", "first-part-not-json", "part/0/Content-Type",
            body(ONE._replace(headers={}), data_part(DATA))),
    Refused("Communication 1.5.2: as it is", "transfer-encoding-unsupported", f"part/0/{ENCODING}",
            body(ONE._replace(headers={**ONE.headers, ENCODING: "base64"}), data_part(DATA))),
    Refused("XAPI-00134: the first part is the statements", "first-part-not-json", "part/0/Content-Type",
            body(data_part(DATA), ONE)),
    Refused("XAPI-00133: all statements in the first part", "attachment-hash-missing", f"part/1/{HASH}",
            body(ONE, ONE, data_part(DATA))),
    Refused("1.0.3 Data 2.2: JSON", "bad-json", None,
            body(Part({"Content-Type": "application/json"}, b"{"), data_part(DATA))),
    Refused("Data 2.4: a statement", "missing-key", "",
            body(statements_part({"attachments": [attachment(DATA)]}), data_part(DATA))),
    Refused("XAPI-00132: a hash", "attachment-hash-missing", f"part/1/{HASH}",
            _one(**{HASH: None})),
    Refused("XAPI-00132: a hash that is named", "attachment-not-named", f"part/1/{HASH}",
            _one(**{HASH: sha256(OTHER)})),
    Refused("XAPI-00128: no more parts than are named", "attachment-not-named", "part/2",
            body(ONE, data_part(DATA), data_part(DATA))),
    Refused("XAPI-00128: no part where nothing is named", "attachment-not-named", "part/1",
            body(statements_part(statement(identifier=IDENTIFIER)), data_part(DATA))),
    Refused("XAPI-00135: binary", "transfer-encoding-unsupported", f"part/1/{ENCODING}",
            _one(**{ENCODING: "base64"})),
    Refused("Communication 1.5.2.s1.b4: the hash of the data", "attachment-hash-wrong", f"part/1/{HASH}",
            body(ONE, data_part(OTHER, **{HASH: sha256(DATA)}))),
    Refused("… to the last byte", "attachment-hash-wrong", f"part/1/{HASH}",
            body(ONE, data_part(DATA + b"\n", **{HASH: sha256(DATA)}))),
    Refused("Communication 1.5.2.s2.b2.b7: contentType", "attachment-header-wrong", "part/1/Content-Type",
            _one(Content_Type="text/html")),
    Refused("Communication 1.5.2.s2.b2.b7: length", "attachment-header-wrong", "part/1/Content-Length",
            _one(Content_Length="1")),
    Refused("XAPI-00129: every attachment", "attachment-missing", "/attachments/1",
            body(statements_part(given(attachment(DATA), attachment(OTHER))), data_part(DATA))),
    Refused("… of a batch", "attachment-missing", "/1/attachments/0",
            body(statements_part([given(attachment(DATA)), statement(attachments=[attachment(OTHER)])]),
                 data_part(DATA))),
    Refused("… of a SubStatement", "attachment-missing", "/object/attachments/0",
            body(statements_part(given(object=SUBSTATEMENT)))),
    Refused("Communication 1.5: no other multipart", "content-type-unsupported", None, GOOD,
            MIXED.replace("mixed", "form-data")),
    Refused("Communication 1.5.1: JSON without data", "file-url-missing", "/attachments/0", ONE.data,
            "application/json"),
)  # fmt: skip

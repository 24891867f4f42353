"""Attachments: their headers inside a statement (xAPI 1.0.3 Data 2.4.11)."""

import re
from collections.abc import Iterator
from typing import Any

from schemas.xapi.invalid import Code, Invalid, wrong_type
from schemas.xapi.iri import check_iri
from schemas.xapi.language import check_language_map
from schemas.xapi.scalar import check_count
from schemas.xapi.table import Table, check_fields, check_items, require

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 - RFC 9110 calls it a token
_QUOTED = r"\"(?:[^\"\\\x00-\x1f\x7f]|\\[^\x00-\x1f\x7f])*+\""
_MEDIA_TYPE = re.compile(
    rf"{_TOKEN}/{_TOKEN}(?:[ \t]*+;[ \t]*+(?:{_TOKEN}=(?:{_TOKEN}|{_QUOTED}))?)*+[ \t]*+"
)
SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
"""The usageType of a statement's signature (Data 2.6)."""
_SIGNATURE_TYPE = "application/octet-stream"
_SHA2 = re.compile(r"(?:[0-9A-Fa-f]{56}|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{96}|[0-9A-Fa-f]{128})")


def check_media_type(value: object) -> None:
    """Raises Invalid `bad-media-type` for a string that is none (RFC 9110 8.3.1), `wrong-type` for no
    string.
    """
    if type(value) is not str:
        raise wrong_type(value, "a media type as a string")
    if _MEDIA_TYPE.fullmatch(value) is None:
        raise Invalid(Code.BAD_MEDIA_TYPE, "Send a media type such as application/pdf.")


def _check_sha2(value: object) -> None:
    if type(value) is not str:
        raise wrong_type(value, "a SHA-2 hash as a string")
    if _SHA2.fullmatch(value) is None:
        raise Invalid(Code.BAD_HASH, "Send a SHA-2 hash as 56, 64, 96 or 128 hexadecimal digits.")


_ATTACHMENT: Table = {
    "usageType": check_iri,
    "display": check_language_map,
    "description": check_language_map,
    "contentType": check_media_type,
    "length": check_count,
    "sha2": _check_sha2,
    "fileUrl": check_iri,
}


def _check_attachment(value: object) -> None:
    fields = check_fields(value, _ATTACHMENT, "an attachment object")
    require(fields, "usageType", "display", "contentType", "length", "sha2")
    if fields["usageType"] == SIGNATURE and essence(fields["contentType"]) != _SIGNATURE_TYPE:
        raise Invalid(Code.BAD_SIGNATURE, f"Send a signature as {_SIGNATURE_TYPE}.", "contentType")


def essence(media_type: str) -> str:
    """Type and subtype of a media type, without parameters, in lower case."""
    return media_type.partition(";")[0].strip(" \t").lower()


def attachments(statement: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The attachments of a checked statement and of a SubStatement in it, each with its JSON Pointer."""
    for index, attachment in enumerate(statement.get("attachments", ())):
        yield f"/attachments/{index}", attachment
    target = statement["object"]
    if target.get("objectType") == "SubStatement":
        for index, attachment in enumerate(target.get("attachments", ())):
            yield f"/object/attachments/{index}", attachment


def check_attachments(value: object) -> None:
    """Raises Invalid unless the value is an array of attachments; `length` is in octets."""
    check_items(value, _check_attachment, "an array of attachments")


def require_file_urls(statement: dict[str, Any]) -> None:
    """Raises Invalid `file-url-missing`: a body without attachment parts must say where the data is.

    Statement and SubStatement alike (xAPI 1.0.3 Communication 1.5.1, 1.5.2).
    """
    for index, attachment in enumerate(statement.get("attachments", ())):
        if "fileUrl" not in attachment:
            message = "Add fileUrl, or send the attachment's data in a multipart/mixed body."
            raise Invalid(Code.FILE_URL_MISSING, message, "attachments", index)
    target = statement["object"]
    if target.get("objectType") == "SubStatement":
        try:
            require_file_urls(target)
        except Invalid as error:
            error.path.insert(0, "object")
            raise

"""A statement's document: from the language of the ports to that of the collection, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lrs.adapters.mongo.place import place_of, stored_of
from schemas.document import Document, StoredStatement
from schemas.identifier import to_bytes, to_text
from schemas.projection import Corrected

Kept = dict[str, Any]
"""A document of `statements`."""

WITHOUT_TEXT = {"text": 0}
"""The projection of a document where its text is not needed."""


def kept(document: Document) -> Kept:
    """The document as it is inserted."""
    found: Kept = {
        "_id": to_bytes(document.id),
        "place": place_of(document),
        "log": document.log,
        "partition": document.partition,
        "offset": document.offset,
        "platform": document.platform,
        "voided": False,
        "subjects": list(document.subjects),
        "terms": list(document.terms),
        "text": document.text,
    }
    target = document.refers_to if document.voids is None else document.voids
    if target is not None:
        found["refers_to"] = to_bytes(target)
    if document.voids is not None:
        found["voids"] = True
        found["voids_any"] = document.voids_any
    return found


def stored_statement(found: Kept) -> StoredStatement:
    """The statement of a document with its text."""
    return StoredStatement(
        to_text(found["_id"]),
        found["log"],
        found["partition"],
        found["offset"],
        stored_of(found["place"]),
        found["platform"],
        found["text"],
        found["voided"],
        "erased" in found,
    )


def corrected(found: Kept, subjects: Iterable[str]) -> Corrected:
    """What these subjects are told of a document that has changed."""
    return Corrected(
        to_text(found["_id"]),
        found["log"],
        found["partition"],
        found["offset"],
        stored_of(found["place"]),
        found["platform"],
        tuple(subjects),
    )

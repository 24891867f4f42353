"""The documents of the resources State, Activity Profile and Agent Profile (xAPI 1.0.3 Communication 2.2).

A document belongs to an *owner*: what its resource and all parameters but its own id say together. Stores
hold a digest of it, so that nothing in them names the agent.
"""

from __future__ import annotations

from hashlib import blake2b, sha1
from typing import Any, Literal, NamedTuple

import orjson

from schemas.xapi import Invalid, parse_json

ResourceName = Literal["state", "activity-profile", "agent-profile"]

LONGEST_ID = 1024
"""Characters of a document's own id."""
JSON = "application/json"
"""The media type whose documents can be merged."""


class Owner(NamedTuple):
    """Whose documents they are.

    `digest`: 16 bytes, the same for the same resource, activity, agent and registration. `learner`: the
    pseudonym of the agent (`schemas.fact.learner_key`), None where the resource has no agent.
    """

    digest: bytes
    learner: str | None


def owner_digest(
    resource: ResourceName, activity: str | None, identifier: str | None, registration: str | None
) -> bytes:
    """The digest of an owner: an activity's IRI, an agent's inverse functional identifier and a registration
    in its canonical form, each None where the resource has none or none was given.
    """
    said = orjson.dumps([resource, activity, identifier, registration])
    return blake2b(said, digest_size=16, person=b"owner").digest()


class ResourceDocument(NamedTuple):
    """A document. `content` and `content_type` are as they were sent (or merged); `modified`: milliseconds.

    `tag`: its entity tag without quotes, of the content alone.
    """

    owner: Owner
    id: str
    tag: str
    content_type: str
    modified: int
    content: bytes


class DocumentId(NamedTuple):
    """A document's own id, and when it was last written (milliseconds)."""

    id: str
    modified: int


def tag_of(content: bytes) -> str:
    """The SHA-1 of the content in 40 hexadecimal digits: 1.0.3 wants just this one, 2.0.0 any (1.0.3
    Communication 3.1).
    """
    return sha1(content, usedforsecurity=False).hexdigest()


def is_json(content_type: str) -> bool:
    """Whether a Content-Type is that of JSON, whatever its parameters."""
    return content_type.partition(";")[0].strip(" \t").lower() == JSON


def json_object(content: bytes) -> dict[str, Any]:
    """The object that the JSON is. Raises ValueError where it is no JSON, or would not be written as it was
    read, or is no object.
    """
    try:
        value = parse_json(content)
    except Invalid as error:
        raise ValueError(error.message) from error
    if type(value) is not dict:
        raise ValueError("not a JSON object")
    return value


def merged(existing: bytes, posted: bytes) -> bytes:
    """The existing object, each property of the posted one set in it; nothing below the top is merged (1.0.3
    Communication 2.2). Raises ValueError where either is no JSON object, or is nested too deep to be written.
    """
    try:
        return orjson.dumps({**json_object(existing), **json_object(posted)})
    except orjson.JSONEncodeError as error:
        raise ValueError("nested too deep") from error

"""The three document resources as a table, and how their parameters are read (xAPI 1.0.3 Communication 2.3,
2.6, 2.7).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from aiohttp import web

from lrs.http.parameter import (
    Reader,
    check_names,
    read_agent,
    read_iri,
    read_parameter,
    read_timestamp,
    read_uuid,
)
from lrs.problem import Problem
from schemas.credential import Scope
from schemas.fact import learner_key
from schemas.resource_document import LONGEST_ID, Owner, ResourceName, owner_digest
from schemas.xapi import Version, ifi

READING = ("GET", "HEAD")
SINCE = "since"


class Unguarded(Enum):
    """What becomes of a PUT without If-Match and If-None-Match."""

    OVERWRITES = auto()
    """It replaces what is there."""
    CREATES = auto()
    """It stores where nothing is there; else it is a conflict."""
    REFUSED = auto()
    """It is a bad request where nothing is there; else it is a conflict."""


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A document resource. `id`: the parameter that names a document; `required` and `optional`: those that
    say whose it is. `unguarded`: what becomes of a PUT that asks for nothing. `deletes_all`: DELETE
    without an id deletes all of them.
    """

    resource: ResourceName
    path: str
    id: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    scope: Scope
    unguarded: Mapping[Version, Unguarded]
    deletes_all: bool = False


# 1.0.3 wants one of the headers with every PUT of a profile, and none for State (Communication 3.1);
# 2.0.0 treats the three alike (4.1.4)
_STATE = {Version.V1_0_3: Unguarded.OVERWRITES, Version.V2_0_0: Unguarded.CREATES}
_PROFILES = {Version.V1_0_3: Unguarded.REFUSED, Version.V2_0_0: Unguarded.CREATES}
KINDS = (
    DocumentKind(
        "state",
        "/xapi/activities/state",
        "stateId",
        ("activityId", "agent"),
        ("registration",),
        Scope.STATE,
        _STATE,
        deletes_all=True,
    ),
    DocumentKind(
        "activity-profile",
        "/xapi/activities/profile",
        "profileId",
        ("activityId",),
        (),
        Scope.PROFILE,
        _PROFILES,
    ),
    DocumentKind(
        "agent-profile", "/xapi/agents/profile", "profileId", ("agent",), (), Scope.PROFILE, _PROFILES
    ),
)


class AskedDocument(NamedTuple):
    """What a request is about: a document, or with `id` None all of the owner's; `since`: milliseconds."""

    owner: Owner
    id: str | None
    since: int | None


def asked_document(kind: DocumentKind, request: web.Request, version: Version) -> AskedDocument:
    """Read the parameters. Raises Problem 400 with the parameter's name as path for whatever is not allowed
    or lacks.
    """
    method, query = request.method, request.query
    allowed = {kind.id, *kind.required, *kind.optional}
    check_names(request, {*allowed, SINCE} if method in READING else allowed, f"{method} {kind.path}")
    all_of_owner = method in READING or (method == "DELETE" and kind.deletes_all)
    for name in (*kind.required, *(() if all_of_owner else (kind.id,))):
        if name not in query:
            raise Problem(400, "missing-parameter", f"Send the parameter {name}.", name)
    if kind.id in query and SINCE in query:
        raise Problem(400, "parameters-not-together", f"With {kind.id} leave since out.", SINCE)
    read = {name: read_parameter(_READERS, name, text, version) for name, text in query.items()}
    identifier = read.get("agent")
    digest = owner_digest(kind.resource, read.get("activityId"), identifier, read.get("registration"))
    owner = Owner(digest, None if identifier is None else learner_key(identifier))
    return AskedDocument(owner, read.get(kind.id), read.get(SINCE))


def _identifier(text: str, version: Version) -> str:
    identifier = ifi(read_agent(text, version))
    assert identifier is not None, "a checked agent has an identifier"  # noqa: S101
    return identifier


def _document_id(text: str, _: Version) -> str:
    if len(text) > LONGEST_ID:
        raise Problem(400, "out-of-range", f"Send at most {LONGEST_ID} characters.")
    return text


_READERS: dict[str, Reader] = {
    "activityId": read_iri,
    "agent": _identifier,
    "registration": read_uuid,
    "stateId": _document_id,
    "profileId": _document_id,
    SINCE: read_timestamp,
}

"""The parameters of GET statements (xAPI 1.0.3 Communication 2.1.3), and the cursor that `more` carries."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import orjson

from lrs.http.parameter import Reader, read_iri, read_json, read_parameter, read_timestamp, read_uuid
from lrs.problem import Problem
from schemas.document import Term, term
from schemas.xapi import Version, check_agent, ifi

FORMATS = ("exact", "ids", "canonical")
SINGLE = ("statementId", "voidedStatementId")
_WITH_SINGLE = frozenset({*SINGLE, "attachments", "format"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What a GET of statements asks for. `statement` or `voided` is a single one's id; `limit` 0 is as many
    as a page holds.
    """

    statement: str | None
    voided: str | None
    terms: frozenset[Term]
    since: int | None
    until: int | None
    limit: int
    ascending: bool
    format: str
    attachments: bool
    after: str | None
    parameters: Mapping[str, str]
    version: Version


def asked(parameters: Mapping[str, str], version: Version) -> Asked:
    """Read the parameters. Raises Problem 400 with the parameter's name as path for whatever is not
    allowed.
    """
    more = parameters.get("more")
    after = None
    if more is not None:
        if len(parameters) > 1:
            raise Problem(
                400, "parameters-not-together", "Follow more as it was given, with nothing added.", "more"
            )
        parameters, after = _from_more(more)
    for name in parameters:
        if name not in _KNOWN:
            raise Problem(400, "unknown-parameter", f"{name[:60]} is no parameter of statements.", name[:60])
    single = [name for name in SINGLE if name in parameters]
    if single and (len(single) > 1 or not parameters.keys() <= _WITH_SINGLE):
        raise Problem(
            400,
            "parameters-not-together",
            "With statementId or voidedStatementId send nothing but attachments and format.",
            single[0],
        )
    read = {name: read_parameter(_KNOWN, name, text, version) for name, text in parameters.items()}
    related_agents, related_activities = read.get("related_agents"), read.get("related_activities")
    terms = {
        term(kind, read[name])
        for name, kind in (
            ("verb", "verb"),
            ("agent", "related-agent" if related_agents else "agent"),
            ("activity", "related-activity" if related_activities else "activity"),
            ("registration", "registration"),
        )
        if name in read
    }
    return Asked(
        statement=read.get("statementId"),
        voided=read.get("voidedStatementId"),
        terms=frozenset(terms),
        since=read.get("since"),
        until=read.get("until"),
        limit=read.get("limit", 0),
        ascending=read.get("ascending", False),
        format=read.get("format", "exact"),
        attachments=read.get("attachments", False),
        after=after,
        parameters=dict(parameters),
        version=version,
    )


def more_of(parameters: Mapping[str, str], cursor: str, prefix: str = "") -> str:
    """The relative IRL of the next page, as whoever is before a proxy asks for it."""
    token = base64.urlsafe_b64encode(orjson.dumps([dict(parameters), cursor])).decode().rstrip("=")
    return f"{prefix}/xapi/statements?{urlencode({'more': token})}"


def _from_more(token: str) -> tuple[Mapping[str, str], str]:
    try:
        parameters, cursor = orjson.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        if isinstance(cursor, str) and all(isinstance(it, str) for pair in parameters.items() for it in pair):
            return parameters, cursor
    except (ValueError, binascii.Error, AttributeError, TypeError):
        pass
    raise Problem(400, "bad-cursor", "This is no more that was given here: begin again without it.", "more")


def _boolean(text: str, _: Version) -> bool:
    if text not in ("true", "false"):
        raise Problem(400, "value-not-allowed", "Send true or false.")
    return text == "true"


def _limit(text: str, _: Version) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Problem(400, "value-not-allowed", "Send limit as a whole number, 0 or more.", "limit")
    return int(text)


def _format(text: str, _: Version) -> str:
    if text not in FORMATS:
        raise Problem(400, "value-not-allowed", f"Send one of {', '.join(FORMATS)}.", "format")
    return text


def _agent(text: str, version: Version) -> str:
    identifier = ifi(check_agent(read_json(text, version), version))
    if identifier is None:
        raise Problem(400, "identifier-missing", "Send an agent, or a group that has an identifier.", "agent")
    return identifier


_KNOWN: dict[str, Reader] = {
    "statementId": read_uuid,
    "voidedStatementId": read_uuid,
    "agent": _agent,
    "verb": read_iri,
    "activity": read_iri,
    "registration": read_uuid,
    "related_activities": _boolean,
    "related_agents": _boolean,
    "since": read_timestamp,
    "until": read_timestamp,
    "limit": _limit,
    "format": _format,
    "attachments": _boolean,
    "ascending": _boolean,
}

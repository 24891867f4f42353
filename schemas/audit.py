"""The audit trail: who read what about persons, who gave it out or erased it, who changed who may.

An entry names no learner: where somebody was asked for, it has their pseudonym (`schemas.fact.learner_key`),
so that who has the identifier can find the entries about it, and nobody else can tell whom they are about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

import orjson

from schemas.fact import learner_key
from schemas.xapi import Invalid, ifi

LONGEST = 200
"""Characters of a value that are kept."""


class What(StrEnum):
    """What was done."""

    READ_STATEMENTS = "statements.read"
    READ_AGENT = "agent.read"
    READ_DOCUMENTS = "documents.read"
    EXPORT_STATEMENTS = "statements.export"
    EXPORT_LEARNER = "learner.export"
    ERASE_LEARNER = "learner.erase"
    READ_LINKS = "person.read"
    EXPORT_LINKS = "person.export"
    LINK = "person.link"
    UNLINK = "person.unlink"
    ADD_CREDENTIAL = "credential.add"
    REVOKE_CREDENTIAL = "credential.revoke"
    REGISTER_PLATFORM = "platform.register"
    CHANGE_RULES = "rules.change"


class Entry(NamedTuple):
    """An entry. `moment`: milliseconds. `who`: a credential's key, or `user:<name>` of who ran a command on a
    machine. `amount`: how many statements, documents and so on it was about. `about`: as JSON which ones were
    asked for. `times`: how often the same was done about that moment. `number`: its place in the trail, which
    the store gives.
    """

    moment: int
    who: str
    platform: str
    what: str
    amount: int
    about: str = "{}"
    times: int = 1
    number: int = 0


_KEPT = frozenset(
    {
        "activity",
        "activityId",
        "after",
        "ascending",
        "attachments",
        "format",
        "from",
        "limit",
        "province",
        "registration",
        "related_activities",
        "related_agents",
        "since",
        "statementId",
        "until",
        "verb",
        "voidedStatementId",
    }
)
"""Parameters whose values are kept: none of them is about a person by itself."""


def about(parameters: Mapping[str, str]) -> str:
    """What was asked for by these parameters of a request: an agent by their pseudonym, what may name
    somebody (the id of a document) by its parameter alone.
    """
    said: dict[str, str | None] = {}
    for name, value in parameters.items():
        if name == "agent":
            said["learner"] = _pseudonym(value)
        else:
            said[name[:LONGEST]] = value[:LONGEST] if name in _KEPT else None
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode()


def about_learners(learners: Iterable[str]) -> str:
    """The same of learners whose pseudonyms are known."""
    return orjson.dumps({"learner": ",".join(learners)}).decode()


def about_import(origin: str) -> str:
    """The same of accounts that were linked or unlinked together: the import that did it (`schemas.link`)."""
    return orjson.dumps({"import": origin}).decode()


def _pseudonym(agent: str) -> str | None:
    try:
        identifier = ifi(orjson.loads(agent))
    except (ValueError, KeyError, TypeError, AttributeError, Invalid):
        return None
    return None if identifier is None else learner_key(identifier)

"""The national programme's xAPI profile: which extensions say what, and the facts of a statement.

Its namespaces are a list, so that a later change loses no history: under each of them the same terms are
known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from schemas.fact import Fact, learner_key, source
from schemas.xapi import ifi, parse_timestamp

NAMESPACES = ("https://w3id.org/bdhvs/",)
_CITIZEN_NUMBER = re.compile(r"[0-9]{12}")
LONGEST_PERSON = 64
"""Characters of a person's key."""
_LONGEST = 64
"""Characters of a code: whatever is longer is no code, and is not carried on."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a statement came from: its place in `lrs.statements`, its platform, its `stored` in
    milliseconds.
    """

    log: str
    partition: int
    offset: int
    platform: str
    stored: int


class Profile:
    """The profile under its namespaces."""

    def __init__(self, namespaces: tuple[str, ...] = NAMESPACES) -> None:
        self._units = tuple(f"{namespace}ext/admin-unit" for namespace in namespaces)
        self._groups = tuple(f"{namespace}ext/audience-group" for namespace in namespaces)
        self._topics = tuple(f"{namespace}ext/topic" for namespace in namespaces)
        self._channels = tuple(f"{namespace}ext/channel" for namespace in namespaces)
        self._persons = tuple(f"{namespace}ext/person" for namespace in namespaces)
        self._confirmations = tuple(f"{namespace}ext/confirmation" for namespace in namespaces)

    def facts(self, statement: dict[str, Any], origin: Origin) -> list[Fact]:
        """One fact for each learner of the statement (a valid one, with `id` and `timestamp`); at least
        one.
        """
        malformed: list[str] = []
        extensions = statement.get("context", {}).get("extensions", {})
        result = statement.get("result", {})
        target = statement["object"]
        _person(_first(extensions, self._persons), malformed)
        is_activity = target.get("objectType", "Activity") == "Activity"
        shared: dict[str, Any] = {
            "kind": "statement",
            "statement": statement["id"],
            "source": source(origin.log, origin.partition),
            "offset": origin.offset,
            "platform": origin.platform,
            "stored": origin.stored,
            "timestamp": parse_timestamp(statement["timestamp"]),
            "verb": statement["verb"]["id"],
            "activity": target["id"] if is_activity else None,
            "activity_type": target.get("definition", {}).get("type") if is_activity else None,
            "unit": _unit(_first(extensions, self._units), malformed),
            "groups": _codes(_first(extensions, self._groups), malformed),
            "topic": _topic(_first(extensions, self._topics), malformed),
            "channel": _channel(_first(extensions, self._channels), malformed),
            "success": result.get("success"),
            "completion": result.get("completion"),
            "confirmation": _confirmation(
                _first(result.get("extensions", {}), self._confirmations), malformed
            ),
            "malformed": tuple(malformed),
        }
        people = learners(statement["actor"])
        if not people:
            (nobody,) = subjects_of(statement)
            return [Fact(learner=nobody, subject=nobody, person=False, **shared)]
        return [
            Fact(learner=key, subject=key, first=index == 0, identity_number=flagged, **shared)
            for index, (key, flagged) in enumerate(people.items())
        ]

    def person(self, statement: dict[str, Any]) -> tuple[str, str] | None:
        """Whose account a statement says its actor's is: the actor's identifier (`schemas.xapi.ifi`) and the
        person's key. None where it says nothing of that, or its actor is a group.
        """
        extensions = statement.get("context", {}).get("extensions", {})
        key = _person(_first(extensions, self._persons), [])
        actor = statement["actor"]
        identifier = None if actor.get("objectType") == "Group" else ifi(actor)
        return None if key is None or identifier is None else (identifier, key)


def subjects_of(statement: dict[str, Any]) -> tuple[str, ...]:
    """The subjects of a statement's facts; where it counts for nobody, one that stands for itself."""
    return tuple(learners(statement["actor"])) or (learner_key(f"statement:{statement['id']}"),)


def learners(actor: dict[str, Any]) -> dict[str, bool]:
    """Everybody whom a statement with this actor counts for, and whether the account's name looks like a
    citizen's number.

    An Agent counts for itself, a Group for its identified members, once each.
    """
    found: dict[str, bool] = {}
    for agent in _people(actor):
        identifier = ifi(agent)
        if identifier is not None:
            account = agent.get("account")
            found.setdefault(
                learner_key(identifier), bool(account and _CITIZEN_NUMBER.fullmatch(account["name"]))
            )
    return found


def identity_number(actor: dict[str, Any]) -> str | None:
    """Where in a statement (a JSON Pointer) somebody whom it counts for has an account whose name looks like
    a citizen's number; None where nobody has.
    """
    for index, agent in enumerate(_people(actor)):
        account = agent.get("account")
        if account and looks_like_identity_number(account["name"]):
            member = f"/member/{index}" if actor.get("objectType") == "Group" else ""
            return f"/actor{member}/account/name"
    return None


def looks_like_identity_number(name: str) -> bool:
    """Whether an account's name has the form of a citizen's number: twelve digits."""
    return _CITIZEN_NUMBER.fullmatch(name) is not None


def _people(actor: dict[str, Any]) -> Sequence[dict[str, Any]]:
    return actor.get("member", ()) if actor.get("objectType") == "Group" else (actor,)


def _first(extensions: dict[str, Any], keys: tuple[str, ...]) -> Any:
    for key in keys:
        if key in extensions:
            return extensions[key]
    return None


def _code(value: object) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= _LONGEST else None


def _unit(value: Any, malformed: list[str]) -> tuple[str, str, str | None] | None:
    if value is None:
        return None
    if isinstance(value, dict):
        scheme, province = _code(value.get("scheme")), _code(value.get("province"))
        commune = value.get("commune")
        if scheme and province and (commune is None or isinstance(commune, str)):
            return scheme, province, None if commune is None else commune[:_LONGEST]
    malformed.append("admin-unit")
    return None


def _codes(value: Any, malformed: list[str]) -> tuple[str, ...] | None:
    if value is None:
        return None
    items = value if isinstance(value, list) else ()
    codes = tuple(item for item in items[:_LONGEST] if _code(item))
    if not isinstance(value, list) or len(codes) < len(value):
        malformed.append("audience-group")
    return codes


def _topic(value: Any, malformed: list[str]) -> tuple[str, str] | None:
    if value is None:
        return None
    if isinstance(value, dict):
        scheme, code = _code(value.get("scheme")), _code(value.get("code"))
        if scheme and code:
            return scheme, code
    malformed.append("topic")
    return None


def _person(value: Any, malformed: list[str]) -> str | None:
    if value is None:
        return None
    if isinstance(value, str) and 0 < len(value) <= LONGEST_PERSON and not looks_like_identity_number(value):
        return value
    malformed.append("person")
    return None


def _channel(value: Any, malformed: list[str]) -> str | None:
    if value is None or _code(value):
        return value  # type: ignore[no-any-return]
    malformed.append("channel")
    return None


def _confirmation(value: Any, malformed: list[str]) -> tuple[str, str, str] | None:
    if value is None:
        return None
    if isinstance(value, dict):
        kind, channel, status = (_code(value.get(name)) for name in ("kind", "channel", "status"))
        if kind and channel and status:
            return kind, channel, status
    malformed.append("confirmation")
    return None

"""Statements as `format` asks for them (xAPI 1.0.3 Communication 2.1.3).

Nothing is changed in place: what differs is copied, what does not is shared with the given statement.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from schemas.xapi.accept_language import choose_language
from schemas.xapi.agent import IDENTIFIERS
from schemas.xapi.interaction import COMPONENT_LISTS


class Format(StrEnum):
    """The values of the parameter `format`."""

    EXACT = "exact"
    IDS = "ids"
    CANONICAL = "canonical"


Part = dict[str, Any]
Reshape = Callable[[Part], Part]


def shape(
    statement: Part,
    format: str,  # noqa: A002 - the parameter's name
    languages: Sequence[str] = (),
    definitions: Mapping[str, Part] = MappingProxyType({}),
) -> Part:
    """A checked statement in one of the formats; `languages` as `parse_accept_language` gives them,
    `definitions`: by activity what is known of it.

    - exact: the statement itself.
    - ids: agents and groups keep objectType and identifier alone, anonymous groups their members' too,
      verbs and activities their id; the rest stays.
    - canonical: activities with the definition that is known in the place of their own, and one language in
      each map of verbs and activities, chosen for each map by itself; agents stay.

    Raises ValueError for another format.
    """
    match Format(format):
        case Format.EXACT:
            return statement
        case Format.IDS:
            return _reshape(statement, _actor_ids, _verb_ids, _activity_ids)
        case Format.CANONICAL:

            def one_language(part: Part) -> Part:
                return _one_language(part, languages)

            return _reshape(statement, _same, one_language, _canonical_activity(languages, definitions))


def _reshape(statement: Part, actor: Reshape, verb: Reshape, activity: Reshape) -> Part:
    """A copy of a statement or SubStatement with its actors, verb and activities reshaped."""

    def context(part: Part) -> Part:
        return _changed(part, _context_changes(actor, activity))

    def target(part: Part) -> Part:
        kind = part.get("objectType", "Activity")
        if kind == "Activity":
            return activity(part)
        if kind in ("Agent", "Group"):
            return actor(part)
        return _reshape(part, actor, verb, activity) if kind == "SubStatement" else part

    return _changed(
        statement,
        {"actor": actor, "authority": actor, "verb": verb, "object": target, "context": context},
    )


def _context_changes(actor: Reshape, activity: Reshape) -> Mapping[str, Callable[[Any], Any]]:
    def activities(kinds: dict[str, Any]) -> dict[str, Any]:
        return {
            kind: [activity(item) for item in value] if type(value) is list else activity(value)
            for kind, value in kinds.items()
        }

    return {
        "instructor": actor,
        "team": actor,
        "contextActivities": activities,
        "contextAgents": lambda entries: [_changed(entry, {"agent": actor}) for entry in entries],
        "contextGroups": lambda entries: [_changed(entry, {"group": actor}) for entry in entries],
    }


def _changed(part: Part, changes: Mapping[str, Callable[[Any], Any]]) -> Part:
    return {key: changes[key](value) if key in changes else value for key, value in part.items()}


def _same(part: Part) -> Part:
    return part


def _actor_ids(actor: Part) -> Part:
    kept = {key: value for key, value in actor.items() if key == "objectType" or key in IDENTIFIERS}
    if "member" in actor and kept.keys().isdisjoint(IDENTIFIERS):
        kept["member"] = [_actor_ids(member) for member in actor["member"]]
    return kept


def _verb_ids(verb: Part) -> Part:
    return {"id": verb["id"]}


def _activity_ids(activity: Part) -> Part:
    """The id alone: an object without objectType is an activity (Data 2.4.4.1)."""
    return {"id": activity["id"]}


def _one_language(part: Part, languages: Sequence[str]) -> Part:
    """A copy in which each language map of this object has at most one entry."""
    return {
        key: _pick(value, languages) if key in ("name", "description", "display") else value
        for key, value in part.items()
    }


def _pick(language_map: dict[str, str], languages: Sequence[str]) -> dict[str, str]:
    tag = choose_language(language_map, languages)
    return {} if tag is None else {tag: language_map[tag]}


def _canonical_activity(languages: Sequence[str], definitions: Mapping[str, Part]) -> Reshape:
    def components(value: list[Part]) -> list[Part]:
        return [_one_language(component, languages) for component in value]

    def definition(part: Part) -> Part:
        return _changed(_one_language(part, languages), dict.fromkeys(COMPONENT_LISTS, components))

    def canonical(activity: Part) -> Part:
        known = definitions.get(activity["id"])
        whole = activity if known is None else {**activity, "definition": known}
        return _changed(whole, {"definition": definition})

    return canonical

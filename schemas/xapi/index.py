"""What a statement can be found by: the agents and activities it names (xAPI 1.0.3 Communication 2.1.3).

All functions take a checked statement, copy nothing of it and run once per statement in the projector.
"""

from collections.abc import Iterator
from typing import Any

from schemas.xapi.identifier import ifi


def agents(statement: dict[str, Any]) -> set[str]:
    """The identifiers that the parameter `agent` matches: actor and object, and members of groups there."""
    found: set[str] = set()
    _add(statement["actor"], found)
    target = statement["object"]
    if target.get("objectType") in _ACTORS:
        _add(target, found)
    return found


def related_agents(statement: dict[str, Any]) -> set[str]:
    """The identifiers that `agent` matches with related_agents=true.

    Those of `agents`, and authority, instructor, team, contextAgents and contextGroups, members included, and
    the same inside a SubStatement.
    """
    found: set[str] = set()
    _add(statement["actor"], found)
    authority = statement.get("authority")
    if authority is not None:
        _add(authority, found)
    _add_context_agents(statement, found)
    target = statement["object"]
    kind = target.get("objectType")
    if kind in _ACTORS:
        _add(target, found)
    elif kind == "SubStatement":
        found |= related_agents(target)
    return found


def activities(statement: dict[str, Any]) -> set[str]:
    """The activity id that the parameter `activity` matches: the object's, if it is an activity."""
    target = statement["object"]
    return {target["id"]} if target.get("objectType", "Activity") == "Activity" else set()


def related_activities(statement: dict[str, Any]) -> set[str]:
    """The ids that `activity` matches with related_activities=true.

    The object's and those of all contextActivities, and the same inside a SubStatement.
    """
    found: set[str] = set()
    context = statement.get("context")
    if context is not None:
        kinds = context.get("contextActivities")
        if kinds is not None:
            found.update(activity["id"] for activity in _each(kinds))
    target = statement["object"]
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        found.add(target["id"])
    elif kind == "SubStatement":
        found |= related_activities(target)
    return found


_ACTORS = frozenset(("Agent", "Group"))


def _add(actor: dict[str, Any], found: set[str]) -> None:
    identifier = ifi(actor)
    if identifier is not None:
        found.add(identifier)
    if "member" in actor:
        for member in actor["member"]:
            _add(member, found)


def _add_context_agents(statement: dict[str, Any], found: set[str]) -> None:
    context = statement.get("context")
    if context is None:
        return
    if "instructor" in context:
        _add(context["instructor"], found)
    if "team" in context:
        _add(context["team"], found)
    for entry in context.get("contextAgents", ()):
        _add(entry["agent"], found)
    for entry in context.get("contextGroups", ()):
        _add(entry["group"], found)


def _each(kinds: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for value in kinds.values():
        if type(value) is list:
            yield from value
        else:
            yield value

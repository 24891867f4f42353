"""Whether two statements say the same (xAPI 1.0.3 Data 2.3.1; guarantee G3).

What the specification excepts from immutability does not count:

- `authority`, `stored`, `version`: set by an LRS.
- `id` and `timestamp` where one statement has none: set by an LRS. Elsewhere instants are compared, not their
  text, cut to milliseconds (Data 4.5).
- the `display` of verbs and the `definition` of activities: not part of the statement.
- the order of a group's members: an unordered list (Data 2.4.2.2).
- case, where a value is defined to ignore it: UUIDs, the domain of an mbox, hashes in hexadecimal, the
  language of a context.
- an activity for an array of one in contextActivities: an LRS must make the one the other (Data 2.4.6.2).
- the data of attachments. Their headers, the property `attachments`, do count.
- a duration beyond 0.01 second (Data 4.6); otherwise a duration is text.

All else is JSON by value: the order of keys is nothing, 1 equals 1.0, true is no number. A default written
out, such as objectType Agent, is another serialisation and counts as a difference.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from schemas.xapi.duration import comparable_duration
from schemas.xapi.identifier import ifi
from schemas.xapi.json_value import same_json
from schemas.xapi.timestamp import parse_timestamp

Same = Callable[[Any, Any], bool]
Rules = Mapping[str, Same]


def same_statement(a: dict[str, Any], b: dict[str, Any], *, ignoring: Iterable[str] = ()) -> bool:
    """Whether two checked statements have the same content; raises nothing for those, however deep.

    `ignoring` names further properties to leave out, such as a `timestamp` that the LRS itself had set.
    """
    ignored = {"authority", "stored", "version", *ignoring}
    ignored.update(key for key in ("id", "timestamp") if key not in a or key not in b)
    return _same_fields(a, b, _STATEMENT, ignored)


def _same_fields(
    a: dict[str, Any], b: dict[str, Any], rules: Rules, ignored: set[str] | frozenset[str] = frozenset()
) -> bool:
    if a.keys() - ignored != b.keys() - ignored:
        return False
    return all(rules.get(key, same_json)(value, b[key]) for key, value in a.items() if key not in ignored)


def _fields(rules: Rules, *ignored: str) -> Same:
    without = frozenset(ignored)
    return lambda a, b: _same_fields(a, b, rules, without)


def _same_folded(a: str, b: str) -> bool:
    return a == b or a.lower() == b.lower()


def _same_instant(a: str, b: str) -> bool:
    return a == b or parse_timestamp(a) == parse_timestamp(b)


def _same_duration(a: str, b: str) -> bool:
    return a == b or comparable_duration(a) == comparable_duration(b)


def _same_mbox(a: str, b: str) -> bool:
    return a == b or ifi({"mbox": a}) == ifi({"mbox": b})


def _same_members(a: list[dict[str, Any]], b: list[dict[str, Any]]) -> bool:
    """Equal as multisets: members with the same key are equal, and sorting by it pairs them."""
    return len(a) == len(b) and sorted(map(_member_key, a)) == sorted(map(_member_key, b))


def _member_key(member: dict[str, Any]) -> tuple[str, bool, str, bool]:
    """Everything an agent can hold: its identifier, and whether and how name and objectType are given."""
    return ifi(member) or "", "name" in member, member.get("name", ""), "objectType" in member


def _in_list(same: Same) -> Same:
    def same_list(a: list[Any], b: list[Any]) -> bool:
        return len(a) == len(b) and all(map(same, a, b))

    return same_list


def _same_context_activities(a: object, b: object) -> bool:
    return _same_activities(a if type(a) is list else [a], b if type(b) is list else [b])


def _same_object(a: dict[str, Any], b: dict[str, Any]) -> bool:
    kind = a.get("objectType", "Activity")
    return bool(kind == b.get("objectType", "Activity") and _OBJECTS[kind](a, b))


_ACTOR = _fields({"mbox": _same_mbox, "mbox_sha1sum": _same_folded, "member": _same_members})
_ACTIVITY = _fields({}, "definition")
_same_activities = _in_list(_ACTIVITY)
_REFERENCE = _fields({"id": _same_folded})
_CONTEXT: Rules = {
    "registration": _same_folded,
    "instructor": _ACTOR,
    "team": _ACTOR,
    "contextActivities": _fields(
        dict.fromkeys(("parent", "grouping", "category", "other"), _same_context_activities)
    ),
    "contextAgents": _in_list(_fields({"agent": _ACTOR})),
    "contextGroups": _in_list(_fields({"group": _ACTOR})),
    "language": _same_folded,
    "statement": _REFERENCE,
}
_STATEMENT: Rules = {
    "id": _same_folded,
    "actor": _ACTOR,
    "verb": _fields({}, "display"),
    "object": _same_object,
    "result": _fields({"duration": _same_duration}),
    "context": _fields(_CONTEXT),
    "timestamp": _same_instant,
    "attachments": _in_list(_fields({"sha2": _same_folded})),
}
_OBJECTS: Rules = {
    "Activity": _ACTIVITY,
    "Agent": _ACTOR,
    "Group": _ACTOR,
    "StatementRef": _REFERENCE,
    "SubStatement": _fields(_STATEMENT),
}

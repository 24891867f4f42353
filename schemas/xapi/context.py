"""Contexts (xAPI 1.0.3 Data 2.4.6; 2.0.0 4.2.2.5 adds contextAgents and contextGroups)."""

from schemas.xapi.activity import check_activity
from schemas.xapi.agent import check_actor, check_group, check_single_agent
from schemas.xapi.extensions import check_extensions
from schemas.xapi.invalid import Code, Invalid
from schemas.xapi.iri import check_iri
from schemas.xapi.language import check_language_tag
from schemas.xapi.reference import check_reference
from schemas.xapi.scalar import check_string, one_of
from schemas.xapi.table import Checker, Table, check_fields, check_items, require
from schemas.xapi.uuids import check_uuid
from schemas.xapi.version import Version

CONTEXT_ACTIVITIES = ("parent", "grouping", "category", "other")
"""The kinds of context activities (1.0.3 Data 2.4.6.2)."""


def _check_activities(value: object) -> None:
    if type(value) is dict:
        check_activity(value)
    else:
        check_items(value, check_activity, "an activity or an array of activities")


_CONTEXT_ACTIVITIES: Table = dict.fromkeys(CONTEXT_ACTIVITIES, _check_activities)


def _check_context_activities(value: object) -> None:
    check_fields(value, _CONTEXT_ACTIVITIES, "an object of parent, grouping, category and other")


def _check_relevant_types(value: object) -> None:
    if not check_items(value, check_iri, "an array of activity type IRIs"):
        raise Invalid(Code.OUT_OF_RANGE, "Leave relevantTypes out, or list at least one IRI.")


_CONTEXT_AGENT: Table = {
    "objectType": one_of("contextAgent"),
    "agent": check_single_agent,
    "relevantTypes": _check_relevant_types,
}
_CONTEXT_GROUP: Table = {
    "objectType": one_of("contextGroup"),
    "group": check_group,
    "relevantTypes": _check_relevant_types,
}


def _check_context_agent(value: object) -> None:
    require(check_fields(value, _CONTEXT_AGENT, "a contextAgent object"), "objectType", "agent")


def _check_context_group(value: object) -> None:
    require(check_fields(value, _CONTEXT_GROUP, "a contextGroup object"), "objectType", "group")


def _check_context_agents(value: object) -> None:
    check_items(value, _check_context_agent, "an array of contextAgent objects")


def _check_context_groups(value: object) -> None:
    check_items(value, _check_context_group, "an array of contextGroup objects")


_CONTEXT: Table = {
    "registration": check_uuid,
    "instructor": check_actor,
    "team": check_group,
    "contextActivities": _check_context_activities,
    "revision": check_string,
    "platform": check_string,
    "language": check_language_tag,
    "statement": check_reference,
    "extensions": check_extensions,
}
_TABLES: dict[Version, Table] = {
    Version.V1_0_3: _CONTEXT,
    Version.V2_0_0: {
        **_CONTEXT,
        "contextAgents": _check_context_agents,
        "contextGroups": _check_context_groups,
    },
}


def context_checker(version: Version) -> Checker:
    """The checker of a context; revision and platform need the statement's object and are checked there."""
    table = _TABLES[version]

    def check_context(value: object) -> None:
        check_fields(value, table, "a context object")

    return check_context

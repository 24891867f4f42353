"""What xAPI says of requests, a row each: the requirements by their numbers in ADL's list, what is asked, and
what is answered in both versions; `refusals.py` has further ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tests.acceptance.client import STATEMENTS
from tests.acceptance.documents import ACTIVITY_PROFILE, AGENT_PROFILE, STATE, agent

IRI, UUID = "https://platform.example/x", "16fd2706-8baf-433b-82eb-8c7fada847da"
ACTIVITIES, AGENTS, ABOUT = "/xapi/activities", "/xapi/agents", "/xapi/about"


class Asked(NamedTuple):
    """A request, and the status, code and path of its answer; `None` for what is well."""

    requirement: str
    method: str
    path: str
    parameters: Mapping[str, str]
    status: int
    code: str | None = None
    at: str | None = None


_GIVEN = {
    STATE: {"activityId": IRI, "agent": agent("an"), "stateId": "s"},
    ACTIVITY_PROFILE: {"activityId": IRI, "profileId": "p"},
    AGENT_PROFILE: {"agent": agent("an"), "profileId": "p"},
    ACTIVITIES: {"activityId": IRI},
    AGENTS: {"agent": agent("an")},
}
"""Parameters with which a request is well."""


def _lacking(path: str, name: str, **numbers: str) -> Iterator[Asked]:
    """By method the number of what says that this parameter must be there."""
    for method, number in numbers.items():
        given = {key: text for key, text in _GIVEN[path].items() if key != name}
        yield Asked(f"XAPI-{number}", method, path, given, 400, "missing-parameter", name)


def _bad(path: str, name: str, text: str, code: str, **numbers: str) -> Iterator[Asked]:
    """By method the number of what says that this parameter cannot be this text."""
    for method, number in numbers.items():
        given = {**_GIVEN[path], name: text}
        if name == "since":
            given = {key: it for key, it in given.items() if key not in ("stateId", "profileId")}
        yield Asked(f"XAPI-{number}", method, path, given, 400, code, name)


REQUESTS = (
    Asked("XAPI-00145", "PUT", STATEMENTS, {}, 400, "missing-parameter", "statementId"),
    Asked("XAPI-00149", "GET", STATEMENTS, {"activity": f"{IRI}/nobody"}, 200),
    Asked("XAPI-00150", "GET", STATEMENTS, {"voidedStatementId": UUID, "verb": IRI}, 400,
          "parameters-not-together", "voidedStatementId"),
    Asked("XAPI-00151", "GET", STATEMENTS, {"statementId": UUID, "since": "2025-04-18T00:00:00Z"}, 400,
          "parameters-not-together", "statementId"),
    Asked("XAPI-00154", "GET", STATEMENTS, {}, 200),
    Asked("XAPI-00159", "GET", STATEMENTS, {"limit": "1", "ascending": "true", "format": "ids"}, 200),
    *_bad(STATE, "agent", "an", "bad-json", DELETE="00196", GET="00197", POST="00198", PUT="00199"),
    *_bad(STATE, "registration", "1", "bad-uuid", DELETE="00200", GET="00201", POST="00202", PUT="00203"),
    *_bad(STATE, "since", "hôm nay", "bad-timestamp", GET="00204"),
    *_lacking(STATE, "stateId", PUT="00206", POST="00211"),
    *_lacking(STATE, "activityId", DELETE="00207", GET="00208", POST="00209", PUT="00210"),
    *_lacking(STATE, "agent", DELETE="00212", GET="00213", POST="00214", PUT="00215"),
    Asked("XAPI-00236", "GET", AGENTS, _GIVEN[AGENTS], 200),
    *_lacking(AGENTS, "agent", GET="00243"),
    *_bad(AGENTS, "agent", "{}", "identifier-missing", GET="00249"),
    Asked("XAPI-00253", "GET", ACTIVITIES, _GIVEN[ACTIVITIES], 200),
    *_lacking(ACTIVITIES, "activityId", GET="00250"),
    *_bad(AGENT_PROFILE, "agent", "{}", "identifier-missing", DELETE="00255", POST="00256", PUT="00257",
          GET="00258"),
    *_bad(AGENT_PROFILE, "since", "1", "bad-timestamp", GET="00260"),
    *_lacking(AGENT_PROFILE, "agent", GET="00261", DELETE="00262", POST="00263", PUT="00264"),
    *_lacking(AGENT_PROFILE, "profileId", DELETE="00265", POST="00266", PUT="00267"),
    *_bad(ACTIVITY_PROFILE, "since", "1", "bad-timestamp", GET="00295"),
    *_lacking(ACTIVITY_PROFILE, "activityId", GET="00296", DELETE="00297", POST="00298", PUT="00299"),
    *_lacking(ACTIVITY_PROFILE, "profileId", DELETE="00300", POST="00301", PUT="00302"),
    Asked("XAPI-00319", "GET", ABOUT, {}, 200),
    *(
        Asked("XAPI-00324", "GET", path, {**given, "extra": "1"}, 400, "unknown-parameter", "extra")
        for path, given in {**_GIVEN, STATEMENTS: {}}.items()
    ),
    *(
        Asked("XAPI-00325", "GET", path, {name.upper(): text}, 400, "unknown-parameter", name.upper())
        for path, given in _GIVEN.items() for name, text in given.items()
    ),
    Asked("XAPI-00325", "GET", STATEMENTS, {"Verb": IRI}, 400, "unknown-parameter", "Verb"),
)  # fmt: skip

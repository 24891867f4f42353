"""The form in which a statement is kept and returned."""

from typing import Any

from schemas.xapi.timestamp import in_utc
from schemas.xapi.version import STATEMENT_VERSIONS, Version


def normalise(statement: dict[str, Any], version: Version) -> dict[str, Any]:
    """Changes a checked statement in place into the form an LRS must return, and returns it.

    A single contextActivities value becomes an array of one, in a SubStatement too (xAPI 1.0.3 Data 2.4.6.2);
    a missing `version` is set to that of the request: 1.0.0 or 2.0.0 (Data 2.4.10). With 2.0.0 timestamps
    become UTC (2.0.0 Data 4.5). All else stays as sent; id, authority and stored are for the caller. Doing it
    twice changes nothing.
    """
    if "version" not in statement:
        statement["version"] = STATEMENT_VERSIONS[version]
    _normalise(statement, version)
    target = statement["object"]
    if target.get("objectType") == "SubStatement":
        _normalise(target, version)
    return statement


def _normalise(statement: dict[str, Any], version: Version) -> None:
    if version is Version.V2_0_0 and "timestamp" in statement:
        statement["timestamp"] = in_utc(statement["timestamp"])
    _lists(statement)


def _lists(statement: dict[str, Any]) -> None:
    context = statement.get("context")
    if context is None:
        return
    kinds = context.get("contextActivities")
    if kinds is None:
        return
    for kind, value in kinds.items():
        if type(value) is dict:
            kinds[kind] = [value]

"""Statements as xAPI 1.0.3 knows them: what 2.0.0 added is left out."""

from collections.abc import Mapping
from typing import Any

from schemas.xapi.version import STATEMENT_VERSIONS, Version

_ADDED = ("contextAgents", "contextGroups")
"""Properties of a context that 2.0.0 added (2.0.0 4.2.2.5)."""


def down_converted(statement: Mapping[str, Any]) -> dict[str, Any]:
    """A checked statement that 1.0.3 takes: without contextAgents and contextGroups, its SubStatement's too,
    and with a version of 1.0.x where it has another.

    Of a statement that 1.0.3 takes as it is nothing is changed. Who the left-out agents were is lost, and a
    signature is over the statement before. 1.0.3 does not allow to convert unasked (Communication 3.3).
    """
    converted = _without(statement)
    target = converted["object"]
    if target.get("objectType") == "SubStatement":
        converted["object"] = _without(target)
    if not str(converted.get("version", "1.0")).startswith("1.0"):
        converted["version"] = STATEMENT_VERSIONS[Version.V1_0_3]
    return converted


def _without(statement: Mapping[str, Any]) -> dict[str, Any]:
    """What has a context without what was added to it; a context that had nothing else is left out."""
    converted = dict(statement)
    context = converted.get("context")
    if context is not None and any(name in context for name in _ADDED):
        left = {name: value for name, value in context.items() if name not in _ADDED}
        if left:
            converted["context"] = left
        else:
            del converted["context"]
    return converted

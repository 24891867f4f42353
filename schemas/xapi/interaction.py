"""Interaction activities (xAPI 1.0.3 Data 2.4.4.1): types, component lists, response patterns."""

from collections.abc import Mapping
from typing import Any

from schemas.xapi.invalid import Code, Invalid
from schemas.xapi.language import check_language_map
from schemas.xapi.scalar import check_string, one_of
from schemas.xapi.table import Table, check_fields, check_items, require

COMPONENT_LISTS = ("choices", "scale", "source", "target", "steps")
"""The keys of a definition that hold interaction components."""

_LISTS_OF_TYPE: Mapping[str, tuple[str, ...]] = {
    "true-false": (),
    "choice": ("choices",),
    "fill-in": (),
    "long-fill-in": (),
    "matching": ("source", "target"),
    "performance": ("steps",),
    "sequencing": ("choices",),
    "likert": ("scale",),
    "numeric": (),
    "other": (),
}
_COMPONENT: Table = {"id": check_string, "description": check_language_map}


def _check_component(value: object) -> None:
    require(check_fields(value, _COMPONENT, "an interaction component"), "id")


def _check_components(value: object) -> None:
    seen: set[str] = set()
    for index, component in enumerate(check_items(value, _check_component, "an array of components")):
        if component["id"] in seen:
            raise Invalid(Code.DUPLICATE_COMPONENT, "Give each component of a list its own id.", index, "id")
        seen.add(component["id"])


def _check_patterns(value: object) -> None:
    check_items(value, check_string, "an array of strings")


INTERACTION: Table = {
    "interactionType": one_of(*_LISTS_OF_TYPE),
    "correctResponsesPattern": _check_patterns,
    **dict.fromkeys(COMPONENT_LISTS, _check_components),
}
"""The checkers of a definition's interaction keys."""

_KEYS = frozenset(INTERACTION)


def check_interaction(definition: dict[str, Any]) -> None:
    """What holds between the interaction keys of a definition whose values have been checked.

    Raises Invalid `interaction-type-missing`, or `components-not-allowed` for a list of another type.
    """
    if _KEYS.isdisjoint(definition):
        return
    kind = definition.get("interactionType")
    if kind is None:
        raise Invalid(Code.INTERACTION_TYPE_MISSING, "Add interactionType to the interaction's keys.")
    allowed = _LISTS_OF_TYPE[kind]
    for key in COMPONENT_LISTS:
        if key in definition and key not in allowed:
            raise Invalid(Code.COMPONENTS_NOT_ALLOWED, f"Remove this list: {kind} does not have it.", key)

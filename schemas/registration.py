"""A platform's registration: what the store believes of it and fills in for it."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from schemas.group import unknown
from schemas.unit import Unit, gazetteer

NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?")
TOPIC = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}:[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

PlatformName = Annotated[str, Field(pattern=f"^{NAME.pattern}$")]
"""Lower-case letters, digits, dots and hyphens: the name stands in paths, cells and metrics."""


class Registration(BaseModel):
    """One platform.

    `provinces`: the provinces it may report, each with its scheme, or None for any. `unit`, `groups`: what
    a statement of its means that names none. `confirms`: whether its `ext/confirmation` counts.
    `person_keys`: whether its `ext/person` says whose an account is (see `schemas.link`).
    `activities`: activity IRI, or prefix of one ending in `*`, to topic (`<scheme>:<code>`); an exact IRI
    goes before a prefix, a longer prefix before a shorter one. `trial`: its statements are kept and in no
    figure. `counted_since`: the moment (milliseconds, of `stored`) before which it was on trial; None where
    all that it sent counts. It was on trial from its first statement on, or never.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: PlatformName
    home_page: str = ""
    provinces: frozenset[str] | None = frozenset()
    unit: str | None = None
    groups: tuple[str, ...] = ()
    confirms: bool = False
    activities: dict[str, str] = Field(default_factory=dict)
    trial: bool = False
    counted_since: int | None = None
    person_keys: bool = False

    def on_trial(self, stored: int) -> bool:
        """Whether what was stored at this moment (milliseconds) is in no figure."""
        return self.trial or (self.counted_since is not None and stored < self.counted_since)

    def counting(self) -> Registration:
        """The same platform, were all that it sent to count."""
        return self.model_copy(update={"trial": False, "counted_since": None})

    @field_validator("provinces")
    @classmethod
    def _known_provinces(cls, provinces: frozenset[str] | None) -> frozenset[str] | None:
        for text in provinces or ():
            unit = Unit.parse(text)
            if unit.commune is not None or not gazetteer().known(unit):
                raise ValueError(f"{text} is no province: write its scheme and code, as in vn-2025/48")
        return provinces

    @field_validator("unit")
    @classmethod
    def _known_unit(cls, text: str | None) -> str | None:
        if text is not None and not gazetteer().known(Unit.parse(text)):
            raise ValueError(f"{text} is no unit: write scheme/province or scheme/province/commune")
        return text

    @field_validator("groups")
    @classmethod
    def _known_groups(cls, groups: tuple[str, ...]) -> tuple[str, ...]:
        if strange := unknown(groups):
            raise ValueError(f"no such group: {', '.join(sorted(strange))}")
        return groups

    @field_validator("activities")
    @classmethod
    def _known_topics(cls, activities: dict[str, str]) -> dict[str, str]:
        for activity, topic in activities.items():
            if not TOPIC.fullmatch(topic):
                raise ValueError(f"the topic {topic!r} of {activity} is not of the form scheme:code")
        return activities

"""A ruleset: the numbered rules under which figures are made.

What *trained* means, the registrations of platforms, the topics that are known. A changed rule makes a new
number and a new series beside the living one; only a platform that never sent anything may be added under
the same number, since that changes no figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from schemas.registration import PlatformName, Registration


class TrainedRule(BaseModel):
    """Trained is who completed at least so many distinct topics, or so many distinct courses (None: that
    way does not exist).

    `attended`: whether having attended a topic or a course is as good as having completed it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    topics: int | None = Field(default=1, ge=1)
    courses: int | None = Field(default=1, ge=1)
    attended: bool = False

    def describe(self) -> str:
        """The rule in words, as a report's column says it."""
        ways = [
            f"{count} {noun}{'s' if count > 1 else ''}"
            for count, noun in ((self.topics, "topic"), (self.courses, "course"))
            if count is not None
        ]
        verb = "completed or attended" if self.attended else "completed"
        return f"{verb} at least {' or '.join(ways)}" if ways else "nobody"


def launch_topics() -> frozenset[str]:
    """The ten topics of the 2025 launch, by number: their platforms publish no common code."""
    return frozenset(f"bdhvs:{number:02d}" for number in range(1, 11))


class Ruleset(BaseModel):
    """One numbered set of rules. `trained_in`: a plan's own rule for *trained*, where it has one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int = 0
    revision: int = 0
    created: int = 0
    trained: TrainedRule = TrainedRule()
    trained_in: dict[str, TrainedRule] = Field(default_factory=dict)
    topics: frozenset[str] = Field(default_factory=launch_topics)
    default_successor: bool = False
    platforms: dict[PlatformName, Registration] = Field(default_factory=dict)

    def registering(self, registration: Registration) -> Ruleset:
        """These rules with the platform registered so, one revision on (the number is the caller's to
        give).
        """
        platforms = {**self.platforms, registration.name: registration}
        return self.model_copy(update={"platforms": platforms, "revision": self.revision + 1})

    def alone(self, platform: str) -> Ruleset:
        """These rules for what one platform sends, as if it were on no trial; one that is not registered may
        report no province.
        """
        registration = self.platforms.get(platform, Registration(name=platform))
        return self.model_copy(update={"platforms": {platform: registration.counting()}})


RulesetStage = Literal["filling", "living", "retired"]


@dataclass(frozen=True, slots=True)
class RulesetState:
    """Where a ruleset stands. `floor`: by source the offset before which learners were made from stored
    statements.
    """

    number: int
    revision: int
    stage: RulesetStage
    created: int
    floor: Mapping[str, int] = field(default_factory=dict)

"""What the rules make of a fact."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from schemas.fact import Fact
from schemas.group import implied, unknown
from schemas.registration import Registration
from schemas.ruleset import Ruleset
from schemas.unit import Unit, gazetteer

AHEAD = 5 * 60_000
"""Milliseconds by which a `timestamp` may be later than `stored`; beyond, the clock that made it is wrong."""

CHANNELS = ("online", "in-person", "mobile-point", "blended")
STATUSES = ("confirmed", "pending", "rejected", "revoked")
"""What a confirmation may say; the latest of its kind holds, and only *confirmed* confirms."""

COURSES = frozenset(
    {
        "http://adlnet.gov/expapi/activities/course",
        "https://w3id.org/xapi/cmi5/activitytype/course",
        "https://w3id.org/xapi/cmi5/activities/course",
        "http://id.tincanapi.com/activitytype/lms/course",
    }
)


class Action(StrEnum):
    """What a counted verb does for a learner."""

    REGISTERED = "registered"
    STARTED = "started"
    COMPLETED = "completed"
    ATTENDED = "attended"
    CERTIFIED = "certified"
    VOIDING = "voiding"


_ADL = "http://adlnet.gov/expapi/verbs/"
VERBS: dict[str, Action] = {
    f"{_ADL}registered": Action.REGISTERED,
    f"{_ADL}initialized": Action.STARTED,
    f"{_ADL}progressed": Action.STARTED,
    f"{_ADL}completed": Action.COMPLETED,
    f"{_ADL}passed": Action.COMPLETED,
    f"{_ADL}failed": Action.STARTED,
    f"{_ADL}attended": Action.ATTENDED,
    f"{_ADL}voided": Action.VOIDING,
    "https://w3id.org/xapi/adl/verbs/satisfied": Action.COMPLETED,
    "http://id.tincanapi.com/verb/earned": Action.CERTIFIED,
}


class Outcome(StrEnum):
    """What became of a statement. Each has exactly one; all but COUNTED and VOIDED are reasons for *not
    counted*.

    COUNTED: in the figures of a province. UNKNOWN_VERB, PROVINCE_NOT_ALLOWED, NO_LEARNER: in no figure of
    learners. NO_UNIT, UNKNOWN_CODE (of its unit): it names no province, so its volume is on the nation's
    *not stated* line; its learner counts where their other statements say, or there too. TRIAL: it would be
    COUNTED if its platform were not on trial; what a platform sends on trial is in no figure, its volume
    neither, whatever the outcome.
    """

    COUNTED = "counted"
    VOIDED = "voided"
    UNKNOWN_VERB = "unknown-verb"
    NO_LEARNER = "no-learner"
    PROVINCE_NOT_ALLOWED = "province-not-allowed"
    UNKNOWN_CODE = "unknown-code"
    NO_UNIT = "no-unit"
    TRIAL = "trial"


class Remark(StrEnum):
    """What was left out of a statement, or looks wrong in it. A statement may have several."""

    CLOCK_AHEAD = "clock-ahead"
    UNKNOWN_COMMUNE = "unknown-commune"
    UNKNOWN_GROUP = "unknown-group"
    NO_GROUP = "no-group"
    UNMAPPED_TOPIC = "unmapped-topic"
    UNKNOWN_CHANNEL = "unknown-channel"
    CONFIRMATION_NOT_ALLOWED = "confirmation-not-allowed"
    UNKNOWN_STATUS = "unknown-status"
    MALFORMED_EXTENSION = "malformed-extension"
    IDENTITY_NUMBER = "identity-number"
    VOIDING = "voiding"


class Reading(NamedTuple):
    """A fact under the rules. `moment`: when it counts (milliseconds). `unit`: the one it names or its
    platform's default.

    `counts`: whether it says anything of its learner. `decides`: whether it may decide the learner's unit
    and groups. `explicit_…`: the statement itself names it. `groups` None: not stated. `trial`: its platform
    is on trial.
    """

    outcome: Outcome
    remarks: tuple[Remark, ...]
    moment: int
    counts: bool
    decides: bool
    unit: Unit | None
    explicit_unit: bool
    groups: frozenset[str] | None
    explicit_groups: bool
    action: Action | None
    topic: str | None
    course: str | None
    channel: str | None
    confirmation: tuple[str, str] | None
    trial: bool = False


class _Platform:
    """A registration, made ready for looking up."""

    def __init__(self, registration: Registration) -> None:
        allowed = registration.provinces
        self.provinces = None if allowed is None else frozenset(Unit.parse(text) for text in allowed)
        self.unit = Unit.parse(registration.unit) if registration.unit else None
        self.groups = implied(registration.groups) or None
        self.confirms = registration.confirms
        self.on_trial = registration.on_trial
        self.topics = frozenset(registration.activities.values())
        self._exact = {iri: topic for iri, topic in registration.activities.items() if not iri.endswith("*")}
        prefixes = [(iri[:-1], topic) for iri, topic in registration.activities.items() if iri.endswith("*")]
        self._prefixes = sorted(prefixes, key=lambda pair: len(pair[0]), reverse=True)
        self.topic_of = lru_cache(maxsize=4096)(self._topic_of)

    def _topic_of(self, activity: str) -> str | None:
        if (topic := self._exact.get(activity)) is not None:
            return topic
        return next((topic for prefix, topic in self._prefixes if activity.startswith(prefix)), None)

    def may_report(self, unit: Unit) -> bool:
        return self.provinces is None or unit.province_unit in self.provinces


_NOBODY = _Platform(Registration(name="unregistered"))


class Rules:
    """A ruleset, made ready for reading facts."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self._platforms = {name: _Platform(it) for name, it in ruleset.platforms.items()}

    def read(self, fact: Fact) -> Reading:
        """What the rules make of a fact of kind *statement*."""
        platform = self._platforms.get(fact.platform, _NOBODY)
        remarks: list[Remark] = [Remark.MALFORMED_EXTENSION] if fact.malformed else []
        ahead = fact.timestamp > fact.stored + AHEAD
        if ahead:
            remarks.append(Remark.CLOCK_AHEAD)
        if fact.identity_number:
            remarks.append(Remark.IDENTITY_NUMBER)
        action = VERBS.get(fact.verb)
        unit, outcome = _unit(fact, platform, remarks)
        groups = _groups(fact, platform, remarks)
        if action is None:
            outcome = Outcome.UNKNOWN_VERB
        elif action is Action.VOIDING:
            outcome = Outcome.COUNTED
            remarks.append(Remark.VOIDING)
        elif not fact.person:
            outcome = Outcome.NO_LEARNER
        trial = platform.on_trial(fact.stored)
        counts = action is not Action.VOIDING and outcome in _COUNTING
        course = fact.activity if fact.activity_type in COURSES else None
        topic = self._topic(fact, platform)
        unheeded = topic is None and (course is None or fact.topic is not None)
        if unheeded and counts and action in _ON_TOPICS:
            remarks.append(Remark.UNMAPPED_TOPIC)
        if action in (Action.COMPLETED, Action.ATTENDED) and (
            fact.success is False or fact.completion is False
        ):
            action = Action.STARTED
        channel = _channel(fact, remarks)
        confirmation = _confirmation(fact, platform, remarks)
        return Reading(
            outcome=Outcome.TRIAL if trial and outcome is Outcome.COUNTED else outcome,
            remarks=tuple(remarks),
            moment=fact.stored if ahead else fact.timestamp,
            counts=counts and not trial,
            decides=not ahead,
            unit=unit,
            explicit_unit=fact.unit is not None,
            groups=groups,
            explicit_groups=fact.groups is not None,
            action=action,
            topic=topic,
            course=course,
            channel=channel,
            confirmation=confirmation,
            trial=trial,
        )

    def _topic(self, fact: Fact, platform: _Platform) -> str | None:
        if "topic" in fact.malformed:
            return None
        if fact.topic is not None:
            named = f"{fact.topic[0]}:{fact.topic[1]}"
            return named if named in self.ruleset.topics or named in platform.topics else None
        return None if fact.activity is None else platform.topic_of(fact.activity)


_COUNTING = frozenset({Outcome.COUNTED, Outcome.UNKNOWN_CODE, Outcome.NO_UNIT})
_ON_TOPICS = frozenset({Action.STARTED, Action.COMPLETED, Action.ATTENDED})


def _unit(fact: Fact, platform: _Platform, remarks: list[Remark]) -> tuple[Unit | None, Outcome]:
    if "admin-unit" in fact.malformed:
        return None, Outcome.UNKNOWN_CODE
    if fact.unit is None:
        return platform.unit, Outcome.NO_UNIT if platform.unit is None else Outcome.COUNTED
    unit = Unit(*fact.unit)  # type: ignore[arg-type]
    if not gazetteer().known(unit):
        unit = unit.province_unit
        if not gazetteer().known(unit):
            return None, Outcome.UNKNOWN_CODE
        remarks.append(Remark.UNKNOWN_COMMUNE)
    if not platform.may_report(unit):
        return None, Outcome.PROVINCE_NOT_ALLOWED
    return unit, Outcome.COUNTED


def _groups(fact: Fact, platform: _Platform, remarks: list[Remark]) -> frozenset[str] | None:
    if fact.groups is None:
        if platform.groups is None:
            remarks.append(Remark.NO_GROUP)
        return platform.groups
    if unknown(fact.groups):
        remarks.append(Remark.UNKNOWN_GROUP)
    elif not fact.groups:
        remarks.append(Remark.NO_GROUP)
    return implied(fact.groups) or None


def _channel(fact: Fact, remarks: list[Remark]) -> str | None:
    if fact.channel is not None and fact.channel not in CHANNELS:
        remarks.append(Remark.UNKNOWN_CHANNEL)
        return None
    return fact.channel


def _confirmation(fact: Fact, platform: _Platform, remarks: list[Remark]) -> tuple[str, str] | None:
    if fact.confirmation is None:
        return None
    kind, _, status = fact.confirmation
    if not platform.confirms:
        remarks.append(Remark.CONFIRMATION_NOT_ALLOWED)
        return None
    if status not in STATUSES:
        remarks.append(Remark.UNKNOWN_STATUS)
        return None
    return kind, status

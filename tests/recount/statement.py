"""One stored statement by itself: what it says, as far as anything here counts it; and which are voided."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from .places import NOT_STATED, Unit, known_unit, with_implied

Json = Mapping[str, Any]

HANOI = timezone(timedelta(hours=7))
TOLERANCE = timedelta(minutes=5)
"""How far a timestamp may lie after `stored` and still be believed."""

NAMESPACE = "https://w3id.org/bdhvs/"
ADMIN_UNIT = NAMESPACE + "ext/admin-unit"
AUDIENCE_GROUP = NAMESPACE + "ext/audience-group"
TOPIC = NAMESPACE + "ext/topic"
CHANNEL = NAMESPACE + "ext/channel"
CONFIRMATION = NAMESPACE + "ext/confirmation"

ADL = "http://adlnet.gov/expapi/verbs/"
ACTIONS = {
    ADL + "registered": "registered",
    ADL + "initialized": "started",
    ADL + "progressed": "started",
    ADL + "failed": "started",
    ADL + "completed": "completed",
    ADL + "passed": "completed",
    "https://w3id.org/xapi/adl/verbs/satisfied": "completed",
    ADL + "attended": "attended",
    "http://id.tincanapi.com/verb/earned": "certified",
    ADL + "voided": "voided",
}
COURSE_TYPES = {
    "http://adlnet.gov/expapi/activities/course",
    "https://w3id.org/xapi/cmi5/activitytype/course",
    "https://w3id.org/xapi/cmi5/activities/course",
    "http://id.tincanapi.com/activitytype/lms/course",
}
CHANNELS = {"online", "in-person", "mobile-point", "blended"}
STATUSES = {"confirmed", "pending", "rejected", "revoked"}
TOPICS = frozenset(f"bdhvs:{number:02}" for number in range(1, 11))


Learner = tuple[str, ...]


@dataclass(frozen=True)
class Platform:
    """A registration as the statements' judge needs it; one that was never registered has only its name."""

    name: str
    provinces: frozenset[str] | None = None
    unit: Unit | None = None
    groups: frozenset[str] = frozenset()
    confirms: bool = False
    activities: tuple[tuple[str, str], ...] = ()
    trial: bool = False
    counted_since: datetime | None = None


@dataclass(frozen=True)
class Judged:
    """What one stored statement says, as far as anything here counts it."""

    id: str
    platform: str
    outcome: str
    action: str | None
    learners: frozenset[Learner]
    moment: datetime
    in_time: bool
    """Its timestamp is believed, so that it may decide its learner's unit and groups."""
    unit: Unit | None
    unit_is_explicit: bool
    groups: frozenset[str]
    groups_are_explicit: bool
    topic: str | None
    course: str | None
    channel: str
    confirmation: tuple[str, str] | None
    """Kind and status."""
    on_trial: bool = False
    """Sent while its platform was on trial: in no figure."""

    @property
    def counts(self) -> bool:
        if self.on_trial:
            return False
        return self.action != "voided" and self.outcome in {"counted", "no-unit", "unknown-code"}


def platform_of(registration: Json) -> Platform:
    unit = None
    if registration.get("unit") is not None:
        scheme, province, *rest = registration["unit"].split("/")
        unit = known_unit(scheme, province, rest[0] if rest else None)
        if unit is None:
            raise ValueError(f"{registration['name']}: unknown unit {registration['unit']}")
    provinces = registration.get("provinces")
    return Platform(
        name=registration["name"],
        provinces=None if provinces is None else frozenset(provinces),
        unit=unit,
        groups=with_implied(list(registration.get("groups") or [])),
        confirms=bool(registration.get("confirms")),
        activities=tuple((registration.get("activities") or {}).items()),
        trial=bool(registration.get("trial")),
        counted_since=_moment_of(registration.get("counted_since")),
    )


def _moment_of(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, HANOI)


def is_on_trial(statement: Json, platform: Platform) -> bool:
    since = platform.counted_since
    return platform.trial or (since is not None and instant(statement["stored"]) < since)


def part(value: Json, *path: str) -> Json:
    """The object at `path` in `value`, empty where there is none."""
    for name in path:
        inner = value.get(name)
        value = inner if isinstance(inner, Mapping) else {}
    return value


def platform_name(statement: Json) -> str:
    return str(part(statement, "authority", "account").get("name", ""))


def action_of(statement: Json) -> str | None:
    action = ACTIONS.get(part(statement, "verb").get("id", ""))
    result = part(statement, "result")
    without_success = result.get("success") is False or result.get("completion") is False
    return "started" if action in {"completed", "attended"} and without_success else action


def moment_of(statement: Json) -> tuple[datetime, bool]:
    """When it counts, in Vietnam's time, and whether that is what its timestamp says."""
    stored = instant(statement["stored"])
    timestamp = instant(statement.get("timestamp") or statement["stored"])
    return (stored, False) if timestamp > stored + TOLERANCE else (timestamp, True)


def instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text.upper())
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(HANOI)


def learners_of(statement: Json) -> frozenset[Learner]:
    actor = part(statement, "actor")
    agents = actor.get("member") or [] if actor.get("objectType") == "Group" else [actor]
    return frozenset(learner for agent in agents if (learner := identity(agent)) is not None)


def identity(agent: Json) -> Learner | None:
    for name in ("mbox", "mbox_sha1sum", "openid"):
        if agent.get(name):
            return name, agent[name]
    account = part(agent, "account")
    return ("account", account["homePage"], account["name"]) if account else None


def unit_of(extensions: Json, platform: Platform) -> tuple[Unit | None, bool, str]:
    """The unit that counts, whether the statement itself names it, and the outcome that this makes."""
    if ADMIN_UNIT not in extensions:
        return platform.unit, False, "no-unit" if platform.unit is None else "counted"
    said = part(extensions, ADMIN_UNIT)
    well_formed = isinstance(said.get("commune", ""), str)
    unit = known_unit(said.get("scheme"), said.get("province"), said.get("commune")) if well_formed else None
    if unit is None:
        return None, True, "unknown-code"
    if platform.provinces is not None and f"{unit.scheme}/{unit.province}" not in platform.provinces:
        return None, True, "province-not-allowed"
    return unit, True, "counted"


def topic_of(statement: Json, extensions: Json, platform: Platform, topics: Collection[str]) -> str | None:
    if TOPIC in extensions:
        said = part(extensions, TOPIC)
        code = f"{said.get('scheme')}:{said.get('code')}"
        return code if code in topics or code in {topic for _, topic in platform.activities} else None
    activity = activity_of(statement).get("id", "")
    exact = [topic for pattern, topic in platform.activities if pattern == activity]
    if exact:
        return exact[0]
    prefixes = [
        (len(pattern), topic)
        for pattern, topic in platform.activities
        if pattern.endswith("*") and activity and activity.startswith(pattern[:-1])
    ]
    return max(prefixes)[1] if prefixes else None


def activity_of(statement: Json) -> Json:
    """The statement's object, empty unless it is an activity."""
    thing = part(statement, "object")
    return thing if thing.get("objectType", "Activity") == "Activity" else {}


def confirmation_of(statement: Json, platform: Platform) -> tuple[str, str] | None:
    said = part(statement, "result", "extensions", CONFIRMATION)
    kind, status = said.get("kind"), said.get("status")
    if platform.confirms and isinstance(kind, str) and isinstance(status, str) and status in STATUSES:
        return kind, status
    return None


def course_of(statement: Json) -> str | None:
    activity = activity_of(statement)
    return activity.get("id") if part(activity, "definition").get("type") in COURSE_TYPES else None


def judge(statement: Json, platform: Platform, topics: Collection[str], voided: Collection[str]) -> Judged:
    identifier = statement["id"].lower()
    extensions = part(statement, "context", "extensions")
    action = action_of(statement)
    learners = learners_of(statement)
    moment, in_time = moment_of(statement)
    unit, unit_is_explicit, outcome = unit_of(extensions, platform)
    if identifier in voided:
        outcome = "voided"
    elif action is None:
        outcome = "unknown-verb"
    elif action == "voided":
        outcome = "counted"
    elif not learners:
        outcome = "no-learner"
    on_trial = is_on_trial(statement, platform)
    if on_trial and outcome == "counted":
        outcome = "trial"
    says_groups = AUDIENCE_GROUP in extensions
    channel = extensions.get(CHANNEL)
    return Judged(
        id=identifier,
        platform=platform.name,
        outcome=outcome,
        action=action,
        learners=learners,
        moment=moment,
        in_time=in_time,
        unit=unit,
        unit_is_explicit=unit_is_explicit,
        groups=with_implied(extensions[AUDIENCE_GROUP]) if says_groups else platform.groups,
        groups_are_explicit=says_groups,
        topic=topic_of(statement, extensions, platform, topics),
        course=course_of(statement),
        channel=channel if isinstance(channel, str) and channel in CHANNELS else NOT_STATED,
        confirmation=confirmation_of(statement, platform),
        on_trial=on_trial,
    )


def void_target(statement: Json) -> str | None:
    thing = part(statement, "object")
    is_void = action_of(statement) == "voided" and thing.get("objectType") == "StatementRef"
    return str(thing["id"]).lower() if is_void else None


def voided_ids(statements: Iterable[Json], void_any: Collection[str] = frozenset()) -> set[str]:
    """The statements a void takes effect on: of its own platform (any for `void_any`), never another void."""
    targets: dict[str, str] = {}
    voids: list[tuple[str, str]] = []
    for statement in statements:
        target = void_target(statement)
        if target is not None:
            voids.append((target, platform_name(statement)))
        if action_of(statement) != "voided":
            targets[statement["id"].lower()] = platform_name(statement)
    return {
        target
        for target, platform in voids
        if target in targets and (platform in void_any or platform == targets[target])
    }

"""What a learner of the nation does, statement by statement, and when each is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Final, NamedTuple

from lrs.simulate.dice import Weighted, identifier
from lrs.simulate.lesson import TOPICS, lessons
from lrs.simulate.platforms import Platform
from lrs.simulate.statement import (
    ADMIN_UNIT,
    ATTENDED,
    COMPLETED,
    EARNED,
    ENROLLED,
    INITIALIZED,
    PROGRESSED,
    REGISTERED,
    VIEWED,
    Json,
    account,
    activity,
    confirmation,
    extensions,
    place,
    statement,
    void,
)
from lrs.simulate.student import DAY, HOUR, Student
from schemas.unit import Unit, gazetteer

_TOPICS = Weighted[int]([(1, 12), (2, 20), (3, 28), (4, 22), (5, 12), (7, 5), (10, 1)])
_COURSES = Weighted[int]([(1, 35), (2, 40), (3, 25)])
_STATUSES = Weighted[str]([("confirmed", 80), ("pending", 12), ("rejected", 8)])
_IN_2099: Final = 4_080_000_000_000
"""2099-04-16T05:20:00Z."""


class Sent(NamedTuple):
    """A statement, the platform that sends it, and by how many blocks of learners it is delayed."""

    platform: Platform
    statement: Json
    delay: float


def attendance(student: Student) -> Iterator[Sent]:
    """The learner's statements, and the voids of some of them; at least one is counted and never voided."""
    return _moodle(student) if student.platform.shape == "moodle" else _profile(student)


def class_attended(random: Random, students: list[Student]) -> Sent:
    """A class at which these learners were, together: one statement of a Group. They share a platform and a
    province, which is all that it says of them.
    """
    first = students[0]
    platform = first.platform
    topic = random.choice(TOPICS)
    moment = max(student.begin for student in students) + random.randint(1, 72) * HOUR
    channel = "mobile-point" if platform.shape == "mobile-point" else "in-person"
    said = extensions(unit=place(first.unit.province_unit), topic=topic, channel=channel)
    context = {"platform": platform.name, "language": "vi", "extensions": said}
    group = {"objectType": "Group", "member": [student.actor for student in students]}
    made = statement(identifier(random), group, ATTENDED, platform.topics[topic], moment, context=context)
    return Sent(platform, made, random.random())


class _Voice:
    """A platform speaking of one learner."""

    def __init__(self, student: Student, platform: Platform) -> None:
        self._student = student
        self.platform = platform
        self._random = student.random
        self._enrolment = identifier(student.random)
        self._unit = place(student.unit)
        self._groups = ("retirees",) if student.oddity == "unknown-group" else student.groups
        self._contexts: dict[str | None, Json] = {}

    def move(self, unit: Unit) -> None:
        """Name this unit from now on."""
        self._unit = place(unit)
        self._contexts = {}

    def say(
        self,
        verb: Json,
        moment: int,
        *,
        topic: str | None = None,
        result: Json | None = None,
        target: Json | None = None,
    ) -> Sent:
        """A statement on the topic, or on the programme."""
        if target is None:
            target = self.platform.programme if topic is None else self.platform.topics[topic]
        context = self._contexts.get(topic) or self._context(topic)
        made = statement(
            identifier(self._random),
            self._student.actor,
            verb,
            target,
            moment,
            context=context,
            result=result,
        )
        return Sent(self.platform, made, _delay(self._random))

    def void(self, sent: Sent, moment: int) -> Sent:
        """The void of a statement, sent before or after it."""
        operator = account(self.platform.home_page, "operator")
        made = void(identifier(self._random), operator, sent.statement["id"], moment)
        return Sent(self.platform, made, max(0.0, sent.delay + self._random.uniform(-3, 3)))

    def _context(self, topic: str | None) -> Json:
        context: Json = {"registration": self._enrolment, "platform": self.platform.name, "language": "vi"}
        if self.platform.shape != "moodle":
            context["extensions"] = extensions(
                unit=self._unit, groups=self._groups, topic=topic, channel=self._student.channel
            )
        self._contexts[topic] = context
        return context


def _delay(random: Random) -> float:
    """Blocks: nearly always within the learner's own, sometimes many later."""
    throw = random.random()
    return throw if throw < 0.99 else 1 + (throw - 0.99) * 3000


def _profile(student: Student) -> Iterator[Sent]:
    random = student.random
    voice = _Voice(student, student.platform)
    yield voice.say(REGISTERED, student.begin)
    count = _TOPICS.choose(random)
    steps = list(lessons(random, count, student.begin, 3 * HOUR, 4 * DAY))
    odd = random.randrange(len(steps))
    last = student.begin
    for number, step in enumerate(steps):
        moment = last = step.moment
        if number == odd:
            if student.second_platform is not None:
                voice = _second(student, student.second_platform)
            elif student.moves_to is not None:
                voice.move(student.moves_to)
            elif student.oddity == "clock-2099":
                moment = _IN_2099 + random.randrange(DAY)
        sent = voice.say(step.verb, moment, topic=step.topic, result=step.result)
        if number == odd and student.oddity == "unknown-unit":
            sent = _with_unknown_unit(random, sent)
        yield sent
        if step.verb is COMPLETED and random.random() < 0.01:
            yield voice.void(sent, last + HOUR)
    completed = any(step.completes for step in steps)
    if completed and random.random() < 0.15:
        certificate = activity(f"{voice.platform.home_page}/certificates/binh-dan-hoc-vu-so")
        yield voice.say(EARNED, last + HOUR, target=certificate)
    if completed and voice.platform.confirms and random.random() < 0.2:
        yield from _confirm(random, voice, last + 2 * HOUR)


def _second(student: Student, platform: Platform) -> _Voice:
    """The learner on their second platform, which names the unit in its own codes."""
    scheme = "vn-2025" if platform.unit is None else platform.unit.scheme
    if student.unit.scheme == scheme:
        return _Voice(student, platform)
    unit = platform.unit or gazetteer().successor(student.unit.province_unit)
    return _Voice(replace(student, unit=unit), platform)


def _with_unknown_unit(random: Random, sent: Sent) -> Sent:
    """The same with a province, or a commune, that does not exist."""
    context = sent.statement["context"]
    named = context["extensions"][ADMIN_UNIT]
    unknown = {**named, "province": "99"} if random.random() < 0.5 else {**named, "commune": "99999"}
    odd = {**context, "extensions": {**context["extensions"], ADMIN_UNIT: unknown}}
    return sent._replace(statement={**sent.statement, "context": odd})


def _confirm(random: Random, voice: _Voice, moment: int) -> Iterator[Sent]:
    channel = "vneid" if random.random() < 0.7 else "platform"
    status = _STATUSES.choose(random)
    yield voice.say(PROGRESSED, moment, result=confirmation(status, channel))
    if status == "confirmed" and random.random() < 0.05:
        yield voice.say(PROGRESSED, moment + DAY, result=confirmation("revoked", channel))


def _moodle(student: Student) -> Iterator[Sent]:
    """Courses on a Moodle: nobody is *registered* there, and nothing says where or who the learner is."""
    random = student.random
    voice = _Voice(student, student.platform)
    moment = student.begin
    courses: list[str | None] = [*random.sample(TOPICS, _COURSES.choose(random))]
    if random.random() < 0.2:
        courses.append(None)
    for topic in courses:
        moment += random.randint(0, 5 * DAY)
        yield voice.say(ENROLLED, moment, topic=topic)
        moment += random.randint(1000, HOUR)
        yield voice.say(INITIALIZED, moment, topic=topic)
        for _ in range(random.randint(1, 4)):
            moment += random.randint(1000, HOUR)
            yield voice.say(VIEWED, moment, topic=topic)
        if random.random() < 0.6:
            moment += random.randint(1000, HOUR)
            yield voice.say(COMPLETED, moment, topic=topic, result={"completion": True})

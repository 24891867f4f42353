"""How a learner goes through a topic: started, under way, and perhaps finished."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Final, NamedTuple

from lrs.simulate.dice import Weighted
from lrs.simulate.statement import (
    COMPLETED,
    EXPERIENCED,
    FAILED,
    INITIALIZED,
    PASSED,
    PROGRESSED,
    Json,
)

TOPICS: Final = tuple(f"bdhvs:{number:02d}" for number in range(1, 11))
"""The ten topics of the launch."""

_PROGRESS = "https://w3id.org/xapi/cmi5/result/extensions/progress"


class Step(NamedTuple):
    """Something that a learner does. `moment` in milliseconds; `completes`: the topic is completed by it."""

    verb: Json
    topic: str | None
    moment: int
    result: Json | None = None
    completes: bool = False


class _End(NamedTuple):
    verb: Json
    result: Json
    completes: bool


_ENDS = Weighted[_End | None](
    [
        (_End(COMPLETED, {"completion": True}, True), 50),
        (_End(COMPLETED, {"completion": True, "success": True, "score": {"scaled": 0.85}}, True), 8),
        (_End(COMPLETED, {"completion": False}, False), 2),
        (_End(PASSED, {"success": True, "score": {"scaled": 0.9}}, True), 15),
        (_End(FAILED, {"success": False, "score": {"scaled": 0.4}}, False), 8),
        (None, 17),
    ]
)
_PROGRESSES = Weighted[tuple[int, ...]]([((), 45), ((50,), 35), ((30, 70), 20)])


def lesson(random: Random, topic: str, begin: int, pace: int) -> Iterator[Step]:
    """The steps of one topic in order, from `begin` on, each later than the one before by up to `pace` ms."""
    moment = begin
    yield Step(INITIALIZED, topic, moment)
    for percent in _PROGRESSES.choose(random):
        moment += random.randint(1000, pace)
        yield Step(PROGRESSED, topic, moment, {"extensions": {_PROGRESS: percent}})
    if random.random() < 0.03:
        moment += random.randint(1000, pace)
        yield Step(EXPERIENCED, topic, moment)
    end = _ENDS.choose(random)
    if end is not None:
        moment += random.randint(1000, pace)
        yield Step(end.verb, topic, moment, end.result, end.completes)


def lessons(random: Random, count: int, begin: int, pace: int, pause: int) -> Iterator[Step]:
    """The steps of `count` topics, one after the other, with up to `pause` ms between them."""
    moment = begin
    for topic in random.sample(TOPICS, count):
        moment += random.randint(1000, pause)
        for step in lesson(random, topic, moment, pace):
            moment = step.moment
            yield step

"""August 2025: learners of the launch go on, in a province that now belongs to Đà Nẵng."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Final

from lrs.simulate.dice import Weighted, dice
from lrs.simulate.expected import Journey
from lrs.simulate.lesson import Step, lessons
from lrs.simulate.roster import SUCCESSOR, Learner, roster
from lrs.simulate.scenario import MINUTE, Scenario, scenario
from schemas.unit import gazetteer

LEARNERS: Final = 1000

_HANOI = timezone(timedelta(hours=7))
_BEGIN: Final = int(datetime(2025, 8, 1, 8, 0, tzinfo=_HANOI).timestamp() * 1000)
_END: Final = int(datetime(2025, 8, 31, 22, 0, tzinfo=_HANOI).timestamp() * 1000)
_DAY = 24 * 60 * MINUTE
_TOPICS = Weighted[int]([(1, 5), (2, 3), (3, 2)])
_VOIDS = 8


def august(seed: int = 0) -> Scenario:
    """1,000 of the learners of `launch(seed)` begin one to three topics with units of vn-2025.

    Nobody registers again. A learner who names a commune names the one that took over theirs; the others
    name Đà Nẵng alone. They post through One Touch, which may report Quảng Nam and Đà Nẵng.
    """
    random = dice(seed, "august")
    going_on = random.sample(roster(seed), LEARNERS)
    journeys = [Journey(_moved_over(random, learner), _steps(random)) for learner in going_on]
    return scenario(journeys, seed, "august", _END, _VOIDS)


def _moved_over(random: Random, learner: Learner) -> Learner:
    unit = SUCCESSOR
    if learner.unit is not None and learner.unit.commune is not None and random.random() < 0.6:
        unit = gazetteer().successor(learner.unit, default_successor=True)
    return replace(learner, unit=unit)


def _steps(random: Random) -> list[Step]:
    begin = _BEGIN + random.randint(0, 29) * _DAY + random.randint(0, 11 * 60) * MINUTE
    return list(lessons(random, _TOPICS.choose(random), begin, 10 * MINUTE, 5 * MINUTE))

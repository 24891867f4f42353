"""The launch morning of 2025-04-18 in Quảng Nam: 3,444 learners registered on One Touch."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from random import Random
from typing import Final

from lrs.simulate.dice import Weighted, dice
from lrs.simulate.expected import Journey
from lrs.simulate.lesson import Step, lessons
from lrs.simulate.roster import registration, roster
from lrs.simulate.scenario import MINUTE, Scenario, scenario
from lrs.simulate.statement import REGISTERED
from schemas.registration import Registration

_HANOI = timezone(timedelta(hours=7))
_OPENING: Final = int(datetime(2025, 4, 18, 7, 30, tzinfo=_HANOI).timestamp() * 1000)
_END: Final = _OPENING + 240 * MINUTE
"""11:30; nobody begins anything after it."""

_RUSH = 25
"""Minutes after the opening at which most people register."""

_TOPICS = Weighted[int]([(0, 4), (1, 14), (2, 24), (3, 25), (4, 17), (6, 11), (10, 5)])
"""How many of the ten topics a learner begins."""

_VOIDS = 40


def launch(seed: int = 0) -> Scenario:
    """The morning: about 30,000 statements between 07:30 and 11:30 in Vietnam.

    On an empty store with the platforms of `registrations`, exactly 3,444 learners are registered on that
    day, and the figures are those of `expected`. Another seed is another 3,444 people.
    """
    random = dice(seed, "launch")
    journeys = [Journey(learner, _steps(random)) for learner in roster(seed)]
    return scenario(journeys, seed, "launch", _END, _VOIDS)


def registrations() -> list[Registration]:
    """The one platform of the launch and of August."""
    return [registration()]


def _steps(random: Random) -> list[Step]:
    minutes = min(max(random.gauss(_RUSH, 30), random.uniform(0, 20)), 210)
    registered = _OPENING + int(minutes * MINUTE)
    going_on = lessons(random, _TOPICS.choose(random), registered, 6 * MINUTE, 3 * MINUTE)
    return [Step(REGISTERED, None, registered), *(step for step in going_on if step.moment < _END)]

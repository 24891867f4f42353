"""Lâm Đồng, from 2025-08-14: learners in each of the 124 communes, wards and special zones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from lrs.simulate.campaign import DAY, HOUR, Campaign, Sent, Speaker, at, campaign, platform
from lrs.simulate.dice import dice
from lrs.simulate.lesson import TOPICS
from lrs.simulate.statement import COMPLETED, REGISTERED
from schemas.unit import Unit, gazetteer

PROVINCE: Final = Unit("vn-2025", "68")
_GROUPS = ("cadres", "adults", "farmers", "secondary-pupils", "community-tech-team")


def learners_in(number: int) -> int:
    """How many learners the commune of this number has: made up, and unlike its neighbours'."""
    return 3 + number * 7 % 11


def lam_dong(seed: int = 0) -> Campaign:
    """About 1,500 statements: whoever registers completes a topic on the day, two of three of them."""
    return campaign(seed, "lam-dong", _sent(seed), _expected())


def _sent(seed: int) -> Iterator[Sent]:
    random = dice(seed, "lam-dong")
    for number, commune in enumerate(gazetteer().communes(PROVINCE)):
        for learner in range(learners_in(number)):
            channel = random.choice(("online", "in-person"))
            speaker = Speaker(platform("lam-dong"), random, commune, (random.choice(_GROUPS),), channel)
            begin = at(2025, 8, 14) + random.randint(0, 6) * DAY + random.randint(0, 8 * HOUR)
            yield speaker.say(REGISTERED, begin)
            if learner % 3:
                topic = random.choice(TOPICS)
                yield speaker.say(COMPLETED, begin + HOUR, topic=topic, result={"completion": True})


def _expected() -> Counter[str]:
    found: Counter[str] = Counter()
    for number, commune in enumerate(gazetteer().communes(PROVINCE)):
        learners = learners_in(number)
        for unit in (PROVINCE, commune):
            found[f"g|{unit}|*|total|registered"] += learners
            found[f"g|{unit}|*|total|trained"] += sum(1 for learner in range(learners) if learner % 3)
    return found

"""Hà Nội, 2025: learners online, and at mobile learning points whose statements come months later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from lrs.simulate.campaign import DAY, HOUR, Campaign, Sent, Speaker, at, campaign, platform
from lrs.simulate.dice import dice
from lrs.simulate.lesson import TOPICS
from lrs.simulate.statement import COMPLETED, INITIALIZED, REGISTERED
from schemas.unit import Unit, gazetteer

PROVINCE: Final = Unit("vn-2025", "01")
ONLINE: Final = 600
MOBILE: Final = {"2025-06": 240, "2025-07": 310, "2025-08": 150}
"""By month the learners at mobile points; made up, as are those online: no source gives them."""
TRAINED: Final = 3
"""One of so many does not complete the topic."""


def ha_noi(seed: int = 0) -> Campaign:
    """About 3,500 statements. The points collect them offline, from June to August; a car brings them in
    November and December in batches, after all that was sent online meanwhile.
    """
    return campaign(seed, "ha-noi", _sent(seed), _expected())


def _sent(seed: int) -> Iterator[Sent]:
    random = dice(seed, "ha-noi")
    communes = gazetteer().communes(PROVINCE)
    for number in range(ONLINE):
        speaker = Speaker(platform("ha-noi"), random, random.choice(communes), _group(number), "online")
        begin = at(2025, 9, 8) + random.randint(0, 60) * DAY + random.randint(0, 9 * HOUR)
        yield from _learns(speaker, number, begin, random.choice(TOPICS), None)
    for month, learners in MOBILE.items():
        for number in range(learners):
            unit = random.choice(communes)
            speaker = Speaker(platform("mobile-points"), random, unit, _group(number), "mobile-point")
            begin = at(2025, int(month[-2:]), 1) + random.randint(0, 26) * DAY
            brought = at(2025, 11, 20) + random.randint(0, 4) * 7 * DAY
            yield from _learns(speaker, number, begin, random.choice(TOPICS), brought)


def _group(number: int) -> tuple[str, ...]:
    return ("cadres",) if number % 4 == 0 else ("elderly",)


def _learns(speaker: Speaker, number: int, begin: int, topic: str, due: int | None) -> Iterator[Sent]:
    yield speaker.say(REGISTERED, begin, due=due)
    yield speaker.say(INITIALIZED, begin + HOUR, topic=topic, due=due)
    if number % TRAINED:
        completed = begin + 2 * HOUR
        yield speaker.say(COMPLETED, completed, topic=topic, result={"completion": True}, due=due)


def _expected() -> Counter[str]:
    found: Counter[str] = Counter()
    for unit in ("vn-2025/01", "vn-2004/01"):
        found[f"c|{unit}|online|2025|active"] = ONLINE
        for month, learners in MOBILE.items():
            found[f"c|{unit}|mobile-point|{month}|active"] = learners
            found[f"g|{unit}|*|{month}|registered"] = learners
            found[f"g|{unit}|*|{month}|trained"] = _trained(learners)
        for learners in (ONLINE, *MOBILE.values()):
            found[f"g|{unit}|*|2025|registered"] += learners
            found[f"g|{unit}|adults|2025|trained"] += _trained(learners)
            found[f"g|{unit}|cadres|2025|trained"] += sum(
                1 for number in range(learners) if number % 4 == 0 and number % TRAINED
            )
    return found


def _trained(learners: int) -> int:
    return sum(1 for number in range(learners) if number % TRAINED)

"""Quảng Bình, 2025-05-09: nearly 8,000 learnt online, one figure without groups; and its neighbour, whose
province took over its code.

44 was Quảng Bình until 2025-06-30, and is Quảng Trị since, which was 45 and to which Quảng Bình belongs now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Final

from lrs.simulate.campaign import HOUR, MINUTE, Campaign, Sent, Speaker, at, campaign, platform
from lrs.simulate.dice import dice
from lrs.simulate.statement import INITIALIZED, PROGRESSED
from schemas.unit import Unit, gazetteer

LEARNERS: Final = 7_950
"""The source says nearly 8,000."""
OLD_NEIGHBOURS, NEW_NEIGHBOURS = 200, 300
"""Made up: who learnt in the old Quảng Trị in May, and in the new one in July, naming the province alone."""

QUANG_BINH, QUANG_TRI, MERGED = Unit("vn-2004", "44"), Unit("vn-2004", "45"), Unit("vn-2025", "44")


def quang_binh(seed: int = 0) -> Campaign:
    """About 9,000 statements: each learner begins the programme that morning, some go on.

    The launch was held online in every district: the learners are in all communes of the old province.
    """
    return campaign(seed, "quang-binh", _sent(seed), _expected())


def _sent(seed: int) -> Iterator[Sent]:
    random = dice(seed, "quang-binh")
    communes = gazetteer().communes(QUANG_BINH)
    own, national = platform("quang-binh"), platform("binh-dan-hoc-vu-so")
    for number in range(LEARNERS):
        speaker = Speaker(own, random, communes[number % len(communes)], None, "online")
        yield from _learns(random, speaker, at(2025, 5, 9, 7))
    for number in range(OLD_NEIGHBOURS + NEW_NEIGHBOURS):
        old = number < OLD_NEIGHBOURS
        speaker = Speaker(national, random, QUANG_TRI if old else MERGED, None, "online")
        yield from _learns(random, speaker, at(2025, 5, 12) if old else at(2025, 7, 15))


def _learns(random: Random, speaker: Speaker, begin: int) -> Iterator[Sent]:
    moment = begin + random.randint(0, 3 * HOUR)
    yield speaker.say(INITIALIZED, moment)
    if random.random() < 0.1:
        yield speaker.say(PROGRESSED, moment + random.randint(MINUTE, HOUR))


def _expected() -> Counter[str]:
    all_ = LEARNERS + OLD_NEIGHBOURS + NEW_NEIGHBOURS
    return Counter(
        {
            "g|vn-2004/44|*|2025-05-09|active": LEARNERS,
            "g|vn-2004/44|*|total|active": LEARNERS,
            "g|vn-2004/44|not-stated|total|active": LEARNERS,
            "c|vn-2004/44|online|total|active": LEARNERS,
            "g|vn-2004/45|*|total|active": OLD_NEIGHBOURS,
            "g|vn-2004/not-attributable|*|total|active": NEW_NEIGHBOURS,
            "g|vn-2025/44|*|2025-05-09|active": LEARNERS,
            "g|vn-2025/44|*|2025-07-15|active": NEW_NEIGHBOURS,
            "g|vn-2025/44|*|total|active": all_,
        }
    )

"""Thanh Hóa, 2025 and 2026: who was trained and who was confirmed, by group, online and in person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Final, NamedTuple

from lrs.simulate.campaign import DAY, HOUR, Campaign, Sent, Speaker, at, campaign, platform
from lrs.simulate.dice import dice
from lrs.simulate.lesson import TOPICS
from lrs.simulate.statement import ATTENDED, COMPLETED, PROGRESSED, REGISTERED, confirmation
from schemas.unit import Unit, gazetteer

PROVINCE: Final = Unit("vn-2025", "38")
YEARS: Final = {2025: (at(2025, 7, 7), 160), 2026: (at(2026, 1, 12), 150)}
"""By year the first day of classes and the number of days."""


class Cohort(NamedTuple):
    """Learners of one group and year. `trained`, `confirmed`: how many of the first of them are."""

    year: int
    group: str
    counted: tuple[str, ...]
    learners: int
    trained: int
    confirmed: int


_ADULT = ("adults",)
COHORTS: Final = (
    Cohort(2025, "cadres", ("cadres", "adults"), 400, 372, 200),
    Cohort(2025, "secondary-pupils", ("secondary-pupils", "secondary-students", "pupils"), 300, 300, 0),
    Cohort(2025, "students", ("students", "secondary-students"), 100, 95, 0),
    Cohort(2025, "adults", _ADULT, 500, 431, 330),
    Cohort(2025, "enterprise-workers", ("enterprise-workers", "adults"), 250, 190, 100),
    Cohort(2026, "primary-pupils", ("primary-pupils", "pupils"), 200, 180, 0),
    Cohort(2026, "adults", _ADULT, 300, 270, 120),
)
"""Made up, in the proportions of a province: no source gives the figures."""


def thanh_hoa(seed: int = 0) -> Campaign:
    """About 6,000 statements of two years. Classes in person are attended and then completed; the national
    platform confirms who may be confirmed, a few of them only after they were rejected first.
    """
    return campaign(seed, "thanh-hoa", _sent(seed), _expected())


def in_person(number: int) -> bool:
    """Whether the learner of this number in their cohort comes to a class: two of five do."""
    return number % 5 < 2


def _sent(seed: int) -> Iterator[Sent]:
    random = dice(seed, "thanh-hoa")
    communes = gazetteer().communes(PROVINCE)
    for cohort in COHORTS:
        first, days = YEARS[cohort.year]
        for number in range(cohort.learners):
            channel = "in-person" if in_person(number) else "online"
            unit = random.choice(communes)
            speaker = Speaker(platform("thanh-hoa"), random, unit, (cohort.group,), channel)
            # with room at the end of the year for what comes after the first day
            begin = first + random.randrange(days - 20) * DAY + random.randint(0, 9 * HOUR)
            yield from _learns(random, speaker, cohort, number, begin)
            if number < cohort.confirmed:
                yield from _confirmed(random, speaker, unit, cohort, begin + 3 * DAY)


def _learns(random: Random, speaker: Speaker, cohort: Cohort, number: int, begin: int) -> Iterator[Sent]:
    yield speaker.say(REGISTERED, begin)
    topics = random.sample(TOPICS, random.randint(1, 3))
    for later, topic in enumerate(topics):
        moment = begin + HOUR + later * DAY
        if in_person(number):
            yield speaker.say(ATTENDED, moment, topic=topic)
        if number < cohort.trained:
            yield speaker.say(COMPLETED, moment + HOUR, topic=topic, result={"completion": True})
        else:
            yield speaker.say(PROGRESSED, moment + HOUR, topic=topic)


def _confirmed(random: Random, of: Speaker, unit: Unit, cohort: Cohort, moment: int) -> Iterator[Sent]:
    national = platform("binh-dan-hoc-vu-so")
    speaker = Speaker(national, random, unit, (cohort.group,), "online", of.actor)
    if random.random() < 0.1:
        yield speaker.say(PROGRESSED, moment - DAY, result=confirmation("rejected", "platform"))
    yield speaker.say(PROGRESSED, moment, result=confirmation("confirmed", "vneid"))


def _expected() -> Counter[str]:
    found: Counter[str] = Counter()
    for cohort in COHORTS:
        numbers = {
            "registered": cohort.learners,
            "trained": cohort.trained,
            "confirmed": cohort.confirmed,
        }
        # vn-2025 38 is made of vn-2004 38 alone
        for unit in ("vn-2025/38", "vn-2004/38"):
            for group in ("*", *cohort.counted):
                for period in ("total", str(cohort.year)):
                    for measure, count in numbers.items():
                        found[f"g|{unit}|{group}|{period}|{measure}"] += count
            present = sum(map(in_person, range(cohort.learners)))
            # whom the national platform confirms is active online as well
            online = cohort.learners - present + sum(map(in_person, range(cohort.confirmed)))
            found[f"c|{unit}|in-person|{cohort.year}|active"] += present
            found[f"c|{unit}|online|{cohort.year}|active"] += online
    return found

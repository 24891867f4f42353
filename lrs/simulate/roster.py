"""Who learnt on the launch morning in Quảng Nam, and the platform One Touch on which they did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from lrs.simulate.dice import Weighted, dice
from lrs.simulate.lesson import TOPICS
from lrs.simulate.statement import COURSE, MODULE, Json, activity
from schemas.registration import Registration
from schemas.unit import Unit, gazetteer

LEARNERS: Final = 3444
"""Learners registered on the morning of 2025-04-18, as the source reports."""

PLATFORM: Final = "one-touch"
HOME_PAGE: Final = "https://quangnam.onetouch.edu.vn"
PROVINCE: Final = Unit("vn-2004", "49")
SUCCESSOR: Final = Unit("vn-2025", "48")

PROGRAMME: Final = activity(f"{HOME_PAGE}/courses/binh-dan-hoc-vu-so", COURSE, "Bình dân học vụ số")
_IRIS = {topic: f"{HOME_PAGE}/topics/{topic.partition(':')[2]}" for topic in TOPICS}
ACTIVITIES: Final[dict[str, Json]] = {
    topic: activity(iri, MODULE, f"Chủ đề {topic.partition(':')[2]}") for topic, iri in _IRIS.items()
}


def registration() -> Registration:
    """One Touch: it reported Quảng Nam before 2025-07-01 and its successor Đà Nẵng afterwards."""
    return Registration(
        name=PLATFORM,
        home_page=HOME_PAGE,
        provinces=frozenset({str(PROVINCE), str(SUCCESSOR)}),
        unit=str(PROVINCE),
        activities={iri: topic for topic, iri in _IRIS.items()},
    )


class Kind(NamedTuple):
    """Groups as a platform names them, and all in which such a learner counts."""

    named: tuple[str, ...]
    counted: frozenset[str]


def _kind(*named: str, implied: str) -> Kind:
    return Kind(named, frozenset(named).union(implied.split()))


class Audience(NamedTuple):
    """One of the three audiences of the launch; `heads`: its size as the source gives it."""

    name: str
    heads: int
    kinds: Weighted[Kind]


AUDIENCES: Final = (
    Audience(
        "cadres",
        5700,
        Weighted(
            [
                (_kind("cadres", implied="adults"), 7),
                (_kind("cadres", "party-members", implied="adults"), 3),
            ]
        ),
    ),
    Audience(
        "enterprises",
        2000,
        Weighted(
            [
                (_kind("enterprise-leaders", implied="enterprise-workers adults"), 1),
                (_kind("enterprise-workers", implied="adults"), 4),
            ]
        ),
    ),
    Audience(
        "citizens",
        7000,
        Weighted(
            [
                (_kind("adults", implied=""), 20),
                (_kind("farmers", implied="adults"), 15),
                (_kind("fishers", implied="adults"), 4),
                (_kind("small-traders", implied="adults"), 8),
                (_kind("freelance", implied="vulnerable adults"), 6),
                (_kind("elderly", implied="vulnerable adults"), 5),
                (_kind("secondary-pupils", implied="pupils secondary-students"), 18),
                (_kind("primary-pupils", implied="pupils"), 4),
                (_kind("students", implied="secondary-students"), 10),
                (_kind("community-tech-team", "adults", implied=""), 10),
            ]
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Learner:
    """A learner of the launch. `unit`: what their statements name, or None if they leave it to the
    platform's default.
    """

    name: str
    audience: str
    kind: Kind
    unit: Unit | None
    channel: str


def roster(seed: int) -> list[Learner]:
    """The learners, in no particular order of audiences; the same for the launch and what came after."""
    random = dice(seed, "roster")
    communes = gazetteer().communes(PROVINCE)
    units = Weighted[str]([("commune", 83), ("province", 15), ("default", 2)])
    audiences = [audience for audience, size in _sizes() for _ in range(size)]
    random.shuffle(audiences)
    learners = []
    for audience in audiences:
        said = units.choose(random)
        unit = random.choice(communes) if said == "commune" else PROVINCE
        learners.append(
            Learner(
                name=f"{random.getrandbits(64):016x}",
                audience=audience.name,
                kind=audience.kinds.choose(random),
                unit=None if said == "default" else unit,
                channel="in-person" if random.random() < 0.3 else "online",
            )
        )
    return learners


def _sizes() -> list[tuple[Audience, int]]:
    """Each audience with its share of the learners; what rounding leaves goes to the largest remainders."""
    total = sum(audience.heads for audience in AUDIENCES)
    shares = {audience: divmod(LEARNERS * audience.heads, total) for audience in AUDIENCES}
    left = LEARNERS - sum(whole for whole, _ in shares.values())
    rounded_up = sorted(AUDIENCES, key=lambda audience: -shares[audience][1])[:left]
    return [(audience, shares[audience][0] + (audience in rounded_up)) for audience in AUDIENCES]

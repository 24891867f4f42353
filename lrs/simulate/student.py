"""A learner of the nation: who they are, where, on which platforms, and what is odd about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from random import Random
from typing import Final, Literal

from lrs.simulate.dice import Weighted, dice
from lrs.simulate.platforms import LOCAL, NATIONAL, Platform
from lrs.simulate.statement import Json, account
from schemas.unit import Unit, gazetteer

HOUR: Final = 3_600_000
DAY: Final = 24 * HOUR

_HANOI = timezone(timedelta(hours=7))
_BEGIN = int(datetime(2025, 7, 1, 7, 0, tzinfo=_HANOI).timestamp() * 1000)
_END = int(datetime(2026, 4, 20, 7, 0, tzinfo=_HANOI).timestamp() * 1000)
"""Nobody begins later: all is over by 2026-06-30, so that only the clocks set to 2099 are ahead."""
_SPREAD = 42 * DAY

Oddity = Literal["none", "moves", "two-platforms", "clock-2099", "unknown-unit", "unknown-group", "number"]
ODDITIES: Final = Weighted[Oddity](
    [
        ("none", 925),
        ("moves", 30),
        ("two-platforms", 30),
        ("clock-2099", 2),
        ("unknown-unit", 6),
        ("unknown-group", 5),
        ("number", 2),
    ]
)

_GROUPS = Weighted[tuple[str, ...]](
    [
        (("cadres",), 16),
        (("cadres", "party-members"), 6),
        (("enterprise-workers",), 14),
        (("enterprise-leaders",), 2),
        (("primary-pupils",), 4),
        (("secondary-pupils",), 12),
        (("students",), 8),
        (("secondary-students",), 2),
        (("adults",), 12),
        (("farmers",), 10),
        (("fishers",), 2),
        (("small-traders",), 4),
        (("freelance",), 3),
        (("elderly",), 3),
        (("disadvantaged",), 1),
        (("community-tech-team", "adults"), 3),
    ]
)
_CHANNELS = Weighted[str]([("online", 70), ("in-person", 20), ("blended", 10)])


@dataclass(frozen=True, slots=True)
class Student:
    """A learner. `begin`: milliseconds at which they register. `second_platform`, `moves_to`: of those who
    have one. `random`: their own dice, for what they do.
    """

    actor: Json
    platform: Platform
    unit: Unit
    groups: tuple[str, ...]
    channel: str
    begin: int
    oddity: Oddity
    second_platform: Platform | None
    moves_to: Unit | None
    random: Random


def student(seed: int, index: int, of: int) -> Student:
    """The learner number `index` of `of`; later ones begin later, give or take six weeks."""
    random = dice(seed, "learner", index)
    province = _provinces().choose(random)
    local = _local().get(province, ())
    platform = random.choice(local) if local and random.random() < 0.6 else NATIONAL
    oddity = ODDITIES.choose(random) if platform.shape == "profile" else "none"
    home_page = platform.home_page
    second = moves_to = None
    if oddity == "two-platforms":
        profiles = [it for it in local if it.shape == "profile"]
        if platform is NATIONAL and profiles:
            second = random.choice(profiles)
        elif platform is not NATIONAL:
            # The second platform has to know them by the same account.
            second, home_page = NATIONAL, NATIONAL.home_page
    elif oddity == "moves" and platform is NATIONAL:
        moves_to = _unit(random, _provinces().choose(random))
    # 999 begins no citizen's number: no province has that code.
    name = f"999{index:09d}" if oddity == "number" else f"{random.getrandbits(64):016x}"
    begin = _BEGIN + (index + 0.5) / of * (_END - _BEGIN - _SPREAD) + random.random() * _SPREAD
    return Student(
        actor=account(home_page, name),
        platform=platform,
        unit=_unit(random, province if platform.unit is None else platform.unit),
        groups=_GROUPS.choose(random),
        channel="mobile-point" if platform.shape == "mobile-point" else _CHANNELS.choose(random),
        begin=int(begin),
        oddity=oddity,
        second_platform=second,
        moves_to=moves_to,
        random=random,
    )


def _unit(random: Random, province: Unit) -> Unit:
    return random.choice(gazetteer().communes(province)) if random.random() < 0.85 else province


@cache
def _provinces() -> Weighted[Unit]:
    """The 34 provinces, as likely as they have communes: population figures are no part of the data."""
    known = gazetteer()
    return Weighted([(unit, len(known.communes(unit))) for unit in known.provinces("vn-2025")])


@cache
def _local() -> dict[Unit, list[Platform]]:
    """The platforms of one province, by that province or its successor in vn-2025."""
    found: dict[Unit, list[Platform]] = {}
    for platform in LOCAL:
        if platform.unit is not None:
            unit = platform.unit
            now = unit if unit.scheme == "vn-2025" else gazetteer().successor(unit)
            found.setdefault(now, []).append(platform)
    return found

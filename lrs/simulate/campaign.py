"""A campaign of one province: what its platforms post, and the figures that must come of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any, Final, NamedTuple

from lrs.simulate.delivery import Delivery, Outbox
from lrs.simulate.dice import dice, identifier
from lrs.simulate.platforms import PLATFORMS, Platform
from lrs.simulate.statement import Json, account, extensions, place, statement
from schemas.registration import Registration
from schemas.unit import Unit

MINUTE: Final = 60_000
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
_HANOI = timezone(timedelta(hours=7))
_REPEATS = 0.02
"""Share of deliveries, and half of that of statements, that are sent twice."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """Deliveries in the order in which they are to be posted. `expected`: by the key of a figure
    (`schemas.figure`) what a store that was empty must come to, counted from what was generated.
    """

    registrations: tuple[Registration, ...]
    deliveries: tuple[Delivery, ...]
    expected: Mapping[str, int]


class Sent(NamedTuple):
    """A statement, and when it is due (milliseconds); its platform sends in that order."""

    platform: Platform
    statement: Json
    due: float


def at(year: int, month: int, day: int, hour: int = 8) -> int:
    """A moment of Vietnam's clocks, in milliseconds."""
    return int(datetime(year, month, day, hour, tzinfo=_HANOI).timestamp() * 1000)


def platform(name: str) -> Platform:
    """One of the nation's platforms."""
    return next(it for it in PLATFORMS if it.name == name)


class Speaker:
    """A platform speaking of one learner, in one place and through one channel."""

    def __init__(
        self,
        of: Platform,
        random: Random,
        unit: Unit,
        groups: Sequence[str] | None,
        channel: str | None,
        actor: Json | None = None,
    ) -> None:
        self._platform = of
        self._random = random
        self._said: dict[str, Any] = {"unit": place(unit), "groups": groups, "channel": channel}
        self.actor = actor or account(of.home_page, f"{random.getrandbits(64):016x}")

    def say(
        self,
        verb: Json,
        moment: int,
        *,
        topic: str | None = None,
        result: Json | None = None,
        due: float | None = None,
    ) -> Sent:
        """A statement on a topic or on the programme; by itself due within seconds."""
        target = self._platform.programme if topic is None else self._platform.topics[topic]
        said = extensions(**self._said, topic=topic)
        context = {"platform": self._platform.name, "language": "vi", "extensions": said}
        made = statement(
            identifier(self._random), self.actor, verb, target, moment, context=context, result=result
        )
        late = moment + self._random.randint(100, 20_000)
        return Sent(self._platform, made, late if due is None else due)


def campaign(seed: int, name: str, sent: Iterable[Sent], expected: Counter[str]) -> Campaign:
    """The campaign of these statements; some are repeated, as networks do."""
    random = dice(seed, name, "again")
    outboxes: dict[str, Outbox] = {}
    platforms: dict[str, Platform] = {}
    for it in sent:
        of = it.platform
        if of.name not in outboxes:
            platforms[of.name] = of
            dealt = dice(seed, name, "outbox", of.name)
            outboxes[of.name] = Outbox(of.name, dealt, version=of.version, repeats=_REPEATS)
        again = [it.due + random.randint(1, 30) * MINUTE] if random.random() < _REPEATS / 2 else []
        outboxes[of.name].put(it.statement, it.due, *again)
    return Campaign(
        registrations=tuple(it.registration for it in platforms.values()),
        deliveries=tuple(delivery for outbox in outboxes.values() for delivery in outbox.close()),
        expected={key: count for key, count in sorted(expected.items()) if count},
    )

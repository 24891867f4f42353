"""The statements that are posted: those of the simulated nation's profile platforms, with new ids."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice

import orjson

from lrs.simulate.attendance import attendance
from lrs.simulate.dice import dice, identifier
from lrs.simulate.statement import ADMIN_UNIT, NAMESPACE, VOIDED
from lrs.simulate.student import Student, student
from schemas.unit import Unit, gazetteer
from schemas.xapi import parse_timestamp

_ID = b'{"id":"'
_TAIL = len(_ID) + 36
"""Where a statement goes on behind its id, which is its first property."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Over how much the statements spread. `size`: bytes of one on average."""

    statements: int
    size: float
    learners: int
    provinces: int
    communes: int
    groups: int
    topics: int

    def describe(self) -> str:
        """In words."""
        return (
            f"{self.statements:,} statements of the national profile, {self.size:.0f} bytes on average, "
            f"in the order of a year, of {self.learners:,} learners in {self.provinces} provinces, "
            f"{self.communes:,} codes of communes of both schemes, {self.groups} groups and "
            f"{self.topics} topics; they are used again with new ids where that is not enough"
        )


class Statements:
    """Everything that so many learners do in a year, but for voids, as it would come in: by `timestamp`.

    So neighbours are hardly ever of one learner, and mostly of one day or of a few. When all statements were
    given out they come again, as new ones: no id is given twice.
    """

    def __init__(self, population: int, seed: int) -> None:
        self._ids = dice(seed, "bench", "ids")
        dated: list[tuple[int, bytes]] = []
        self._at = 0
        provinces: set[Unit] = set()
        seen: dict[str, set[str]] = {"commune": set(), "group": set(), "topic": set()}
        for one in islice(_learners(population, seed), population):
            provinces.add(_province_now(one.unit))
            for sent in attendance(one):
                if sent.statement["verb"] is VOIDED:
                    continue
                text = orjson.dumps(sent.statement)
                assert text.startswith(_ID)
                dated.append((parse_timestamp(sent.statement["timestamp"]), text[_TAIL:]))
                _note(sent.statement["context"].get("extensions", {}), seen)
        self._tails = [tail for _, tail in sorted(dated)]
        self._shuffled = list(self._tails)
        dice(seed, "bench", "order").shuffle(self._shuffled)
        self.spread = Spread(
            statements=len(self._tails),
            size=_TAIL + sum(map(len, self._tails)) / len(self._tails),
            learners=population,
            provinces=len(provinces),
            communes=len(seen["commune"]),
            groups=len(seen["group"]),
            topics=len(seen["topic"]),
        )

    def take(self, number: int, *, shuffled: bool = False) -> list[tuple[str, bytes]]:
        """The next statements: their ids, and themselves as JSON; with `shuffled` from all over the year."""
        tails = self._shuffled if shuffled else self._tails
        taken = []
        for _ in range(number):
            name = identifier(self._ids)
            taken.append((name, b"".join((_ID, name.encode(), tails[self._at]))))
            self._at = (self._at + 1) % len(tails)
        return taken


def _learners(population: int, seed: int) -> Iterator[Student]:
    """Learners of the profile's platforms; a Moodle says neither where nor who they are."""
    students = (student(seed, index, population) for index in count())
    return (one for one in students if one.platform.shape != "moodle")


def _province_now(unit: Unit) -> Unit:
    """The province of vn-2025 in which the unit lies."""
    province = unit.province_unit
    return province if province.scheme == "vn-2025" else gazetteer().successor(province)


def _note(extensions: dict[str, object], seen: dict[str, set[str]]) -> None:
    """Take note of the commune, the groups and the topic that a statement names."""
    match extensions.get(ADMIN_UNIT):
        case {"scheme": scheme, "commune": commune}:
            seen["commune"].add(f"{scheme}/{commune}")
    match extensions.get(f"{NAMESPACE}ext/audience-group"):
        case list() | tuple() as groups:
            seen["group"].update(groups)
    match extensions.get(f"{NAMESPACE}ext/topic"):
        case {"code": code}:
            seen["topic"].add(str(code))

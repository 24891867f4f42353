"""A nation of made-up people, day by day, as cells; every figure of it is in reach of being small."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lrs.editions.draft import draft
from lrs.editions.frozen import Frozen
from lrs.editions.line import every_line
from lrs.reports.basis import Cells
from schemas.calendar import end_of, periods_of
from schemas.edition import Edition
from schemas.plan_book import PlanBook, packaged
from schemas.ruleset import Ruleset
from schemas.target import Target

SETS = (
    ("adults+cadres", 30),
    ("adults+enterprise-workers", 12),
    ("adults+enterprise-leaders+enterprise-workers", 2),
    ("adults", 10),
    ("adults+farmers", 8),
    ("adults+fishers", 1),
    ("adults+elderly+vulnerable", 4),
    ("adults+cadres+party-members", 5),
    ("pupils+primary-pupils", 6),
    ("pupils+secondary-pupils+secondary-students", 12),
    ("secondary-students+students", 9),
    ("secondary-students", 1),
    ("community-tech-team", 3),
    ("not-stated", 5),
)


EARLIER = "2025-12-29"
"""Of those who are late."""


@dataclass
class Person:
    line: str
    groups: str
    registered: str
    trained: str | None = None
    confirmed: str | None = None
    accounts: tuple[Person, ...] = ()
    """Who they were before they were linked."""


class Nation:
    """People who come, learn and are confirmed, day by day. `pace`: about how many come to the largest
    province in a day; half of the provinces have next to none. `apart`: nobody is in two groups of which
    neither lies in the other, but for those whose table says so. `late`: the share of those who were there
    before targets were due, and of whom nothing is heard until later.
    """

    def __init__(
        self, seed: int, pace: float, lines: int = 12, *, apart: bool = False, late: float = 0
    ) -> None:
        self.random = random.Random(seed)
        kept = self.random.sample(every_line(), lines)
        # merged provinces with all their parts, old ones that are alone, and those who say nothing
        kept += ["48~48", "48~49", "48~not-attributable", "01~01", "38~38", "not-stated~not-stated"]
        self.pace = {line: pace * self.random.random() ** 4 for line in dict.fromkeys(kept)}
        self.sets = [it for it in SETS if not (apart and "party" in it[0])]
        self.late = late
        self.people: list[Person] = []

    def pass_day(self, day: str) -> None:
        """A day on which people come, and people who are there go on."""
        draw = self.random
        for line, pace in self.pace.items():
            sets, weights = zip(*self.sets, strict=True)
            for _ in range(int(draw.expovariate(1) * pace) + (draw.random() < 0.2)):
                self.people.append(Person(line, draw.choices(sets, weights)[0], self._date(day)))
        for person in self.people:
            if person.trained is None and draw.random() < 0.3:
                person.trained = max(self._date(day), person.registered)
            if person.trained and person.confirmed is None and draw.random() < 0.1:
                person.confirmed = day

    def _date(self, day: str) -> str:
        """When what is heard of on a day was."""
        return min(day, EARLIER) if self.late and self.random.random() < self.late else day

    def lose(self, share: float) -> None:
        """Some are erased."""
        self.people = [person for person in self.people if self.random.random() >= share]

    def link(self, share: float) -> None:
        """Some are found to be one person, in pairs, and some who were linked are two again."""
        kept: list[Person] = []
        alone: Person | None = None
        for it in self.people:
            if self.random.random() >= share:
                kept.append(it)
            elif it.accounts:
                kept += it.accounts
            elif alone is None:
                alone = it
            else:
                kept.append(_one_person(alone, it))
                alone = None
        self.people = kept if alone is None else [*kept, alone]

    def cells(self) -> dict[str, int]:
        """The cells of provinces."""
        found: Counter[str] = Counter()
        for it in self.people:
            marks = {"registered": it.registered, "trained": it.trained, "confirmed": it.confirmed}
            for measure, day in marks.items():
                for grain, period in (
                    zip(("total", "year", "month", "day"), periods_of(day), strict=True) if day else ()
                ):
                    found[f"g|{grain}|{it.line}|{period}|{it.groups}|{measure}"] += 1
            for measure, count in (("persons", bool(it.accounts)), ("linked", len(it.accounts))):
                if count:
                    found[f"g|total|{it.line}|total|{it.groups}|{measure}"] += count
        return dict(found)


def _one_person(one: Person, other: Person) -> Person:
    """Both of them: at the place of the other, who sent something later."""
    return Person(
        line=other.line,
        groups=other.groups,
        registered=min(one.registered, other.registered),
        trained=min(filter(None, (one.trained, other.trained)), default=None),
        confirmed=min(filter(None, (one.confirmed, other.confirmed)), default=None),
        accounts=(one, other),
    )


def published(
    nation: Nation,
    days: int,
    smallest: int,
    first: date = date(2025, 12, 29),
    lost: float = 0,
    linked: float = 0,
    books: Sequence[PlanBook] = (),
) -> Iterator[Edition]:
    """Daily editions of a nation. The plans' targets are due on the way. `books`: the plan book of each day,
    where it is another one than BOOK.
    """
    before: Edition | None = None
    for number in range(days):
        day = first + timedelta(days=number)
        nation.pass_day(day.isoformat())
        nation.lose(lost)
        if linked:
            nation.link(linked)
        through = end_of(day)
        cells = Cells(Ruleset(number=1), through, nation.cells(), linked=bool(linked))
        book = books[number] if books else BOOK
        before = draft(Frozen(cells, book), before, day, through + 1, smallest)
        yield before


def _denominator(target: Target) -> dict[str, str]:
    """A thousand people in the target's group."""
    unit = target.unit
    return {
        "scheme": unit.scheme if unit else "",
        "province_code": unit.province if unit else "",
        "group": target.group,
        "date": "2025-04-01",
        "people": "1000",
        "source": "made up",
    }


BOOK = packaged().with_(PlanBook.of({"denominators": [_denominator(it) for it in packaged().targets]}))
"""The plans that ship with the program, with denominators."""


def with_targets(*of: tuple[str, str, str, str]) -> PlanBook:
    """The book with a plan of Đà Nẵng and of the old Quảng Nam that somebody imported: by group, indicator,
    due date and denominator.
    """
    places = (("vn-2025", "48"), ("vn-2004", "49"))
    plans, targets, denominators = [], [], []
    for scheme, code in places:
        place = {"plan": f"p{code}", "scheme": scheme, "province_code": code}
        known = {"targets_stated": "", "targets_known": str(len(of)), "note": ""}
        plans.append({**place, "date": "2025-05-01", "title": "Kế hoạch", **known})
        for group, indicator, due, people in of:
            wanted = {"operator": "=", "value": "80", "unit": "percent", "quote": ""}
            targets.append({**place, "due": due, "group": group, "indicator": indicator, **wanted})
            source = {"date": "2025-04-01", "people": people, "source": "made up"}
            denominators.append({"scheme": scheme, "province_code": code, "group": group, **source})
    return BOOK.with_(PlanBook.of({"plans": plans, "targets": targets, "denominators": denominators}))

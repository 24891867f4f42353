"""Facts in every shape and order that a projector can give them (hypothesis)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from hypothesis import settings
from hypothesis import strategies as st

from schemas.fact import Fact
from schemas.ruleset import Ruleset, TrainedRule
from tests.consumers.factories import COURSE, EARNED, PLATFORMS, SATISFIED, STORED, fact

RULES = Ruleset(
    number=1,
    trained_in={
        "thanh-hoa-2025-2026": TrainedRule(topics=2, courses=None),
        "ha-noi-2025": TrainedRule(topics=None, courses=1, attended=True),
    },
    platforms={it.name: it for it in PLATFORMS},
)

VERBS = ("registered", "initialized", "completed", "passed", "failed", "attended", "voided", "liked")
UNITS = (
    None,
    "vn-2004/49",
    "vn-2004/49/20335",
    "vn-2004/48",
    "vn-2025/48",
    "vn-2025/48/20335",
    "vn-2025/48/20194",
    "vn-2004/44",
    "vn-2025/44",
    "vn-2004/01/00007",
    "vn-2025/01",
    "vn-2025/31/10804",
    "vn-2025/99",
)
GROUPS = (None, (), ("cadres",), ("students", "farmers"), ("retirees",), ("elderly", "retirees"))
CONFIRMATIONS = tuple(
    (kind, "vneid", status)
    for kind in ("skills", "digital-literacy")
    for status in ("confirmed", "revoked", "pending", "maybe")
)
HOUR = 3_600_000

unhurried = settings(deadline=None, max_examples=60)
"""For properties: a busy machine is no failure."""


def facts_of(random: Random, size: int, *, sources: int = 3, learners: int = 1) -> list[Fact]:
    """Facts of no statement twice for one learner, in order for each source."""
    offsets = dict.fromkeys(range(sources), -1)
    made: list[Fact] = []
    for identifier in random.sample(range(size), size):
        at = random.randrange(sources)
        offsets[at] += random.randint(1, 3)
        made.append(
            fact(
                identifier,
                random.choice((*VERBS, EARNED, SATISFIED)),
                # few moments, so that many facts tie; a few of a clock that is ahead
                at=STORED + random.choice((-900, -899, -30, -29, -1, 0, 2)) * HOUR,
                learner=f"learner-{random.randrange(learners)}",
                source=f"log/{at}",
                offset=offsets[at],
                platform=random.choice(PLATFORMS).name,
                unit=random.choice(UNITS),
                groups=random.choice(GROUPS),
                topic=random.choice((None, 1, 2, 99)),
                activity=random.choice((None, "https://moodle.example/1", "https://one.example/a")),
                activity_type=random.choice((None, COURSE)),
                channel=random.choice((None, "online", "mobile-point", "by-mail")),
                success=random.choice((None, True, False)),
                confirmation=random.choice((None, None, *CONFIRMATIONS)),
                first=random.random() < 0.8,
            )
        )
    return made


def _by_source(made: Sequence[Fact]) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = {}
    for it in made:
        found.setdefault(it.source, []).append(it)
    return found


def interleaved(made: Sequence[Fact], random: Random) -> list[Fact]:
    """The same facts, the order of each source kept."""
    waiting = _by_source(made)
    sources = [it.source for it in made]
    random.shuffle(sources)
    return [waiting[source].pop(0) for source in sources]


def repeated(made: Sequence[Fact], random: Random) -> list[Fact]:
    """The same facts, interleaved, where the projector of each source has begun again at earlier places."""
    delivered: list[Fact] = []
    for theirs in _by_source(made).values():
        reached = 0
        while reached < len(theirs):
            start = random.randint(0, reached)
            end = random.randint(start + 1, len(theirs))
            delivered += theirs[start:end]
            reached = max(reached, end)
    return interleaved(delivered, random)


@dataclass(frozen=True)
class Scenario:
    """Facts, and the same ones as they came: interleaved, with repeats. `random` for what else happens."""

    name: str
    facts: list[Fact] = field(repr=False)
    arriving: list[Fact] = field(repr=False)
    random: Random = field(repr=False)

    def some(self) -> list[Fact]:
        """A few of the facts, once each."""
        return self.random.sample(self.facts, self.random.randint(0, len(self.facts)))


def _scenario(seed: int, size: int, learners: int) -> Scenario:
    # a seed in place of draws for every field: a hundred times as many facts in the same time
    random = Random(seed)
    made = facts_of(random, size, learners=learners)
    return Scenario(f"{learners} learners, {size} facts, seed {seed}", made, repeated(made, random), random)


def scenarios(learners: int = 1, size: int = 14) -> st.SearchStrategy[Scenario]:
    """Facts of up to so many learners; fewer of them are tried where something is wrong."""
    return st.builds(_scenario, st.integers(0, 10**6), st.integers(1, size), st.just(learners))

"""What must come out of a scenario, counted from what was generated and by nothing that aggregates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lrs.simulate.lesson import Step
from lrs.simulate.roster import Learner
from lrs.simulate.statement import REGISTERED, UNCOUNTED


@dataclass(frozen=True, slots=True)
class Journey:
    """What a learner did, as far as it was not voided."""

    learner: Learner
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Expected:
    """Figures of a scenario on an empty store.

    `statements`: distinct ones; `sent`: those in all deliveries. Learners: `learners` (in all, and by
    audience, by group with the implied ones, by commune as they name it, "-" for none), `registered` (those
    who registered), `active` (did something counted beyond that), `trained` (completed a topic);
    `started`, `completed`: by topic. Statements: `voids`, `uncounted` (by their verb), `bare` (without
    extensions), `late` (held back to the very end). `out_of_order`: learners whose registration is due
    after something else of theirs.
    """

    statements: int
    sent: int
    learners: int
    registered: int
    by_audience: Mapping[str, int]
    by_group: Mapping[str, int]
    by_commune: Mapping[str, int]
    active: int
    trained: int
    started: Mapping[str, int]
    completed: Mapping[str, int]
    voids: int
    voids_before_target: int
    uncounted: int
    bare: int
    late: int
    out_of_order: int

    @property
    def duplicates(self) -> int:
        """Statements in deliveries that had been in an earlier one."""
        return self.sent - self.statements


@dataclass(slots=True)
class Disorder:
    """What was counted while statements were sent: see `Expected`."""

    statements: int = 0
    sent: int = 0
    voids: int = 0
    voids_before_target: int = 0
    uncounted: int = 0
    bare: int = 0
    late: int = 0
    out_of_order: int = 0


def expected(journeys: Sequence[Journey], disorder: Disorder) -> Expected:
    """The figures of these journeys, sent in this disorder."""
    learners = [journey.learner for journey in journeys]
    started: Counter[str] = Counter()
    completed: Counter[str] = Counter()
    for journey in journeys:
        counted = [step for step in journey.steps if step.verb["id"] not in UNCOUNTED]
        started.update({step.topic for step in counted if step.topic is not None})
        completed.update({step.topic for step in counted if step.topic is not None and step.completes})
    return Expected(
        statements=disorder.statements,
        sent=disorder.sent,
        learners=len(learners),
        registered=sum(any(step.verb is REGISTERED for step in journey.steps) for journey in journeys),
        by_audience=Counter(learner.audience for learner in learners),
        by_group=Counter(group for learner in learners for group in learner.kind.counted),
        by_commune=Counter(_commune(learner) for learner in learners),
        active=sum(any(_is_active(step) for step in journey.steps) for journey in journeys),
        trained=sum(any(step.completes for step in journey.steps) for journey in journeys),
        started=started,
        completed=completed,
        voids=disorder.voids,
        voids_before_target=disorder.voids_before_target,
        uncounted=disorder.uncounted,
        bare=disorder.bare,
        late=disorder.late,
        out_of_order=disorder.out_of_order,
    )


def _commune(learner: Learner) -> str:
    return "-" if learner.unit is None or learner.unit.commune is None else learner.unit.commune


def _is_active(step: Step) -> bool:
    return step.verb is not REGISTERED and step.verb["id"] not in UNCOUNTED

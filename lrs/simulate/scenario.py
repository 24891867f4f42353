"""A scenario on One Touch: journeys turned into deliveries, in disorder, and what must come of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import NamedTuple

from lrs.simulate.delivery import Delivery, Outbox
from lrs.simulate.dice import dice, identifier
from lrs.simulate.expected import Disorder, Expected, Journey, expected
from lrs.simulate.lesson import Step
from lrs.simulate.roster import ACTIVITIES, HOME_PAGE, PLATFORM, PROGRAMME, Learner
from lrs.simulate.statement import (
    COMPLETED,
    REGISTERED,
    UNCOUNTED,
    Json,
    account,
    extensions,
    place,
    statement,
    void,
)
from schemas.xapi import Version

MINUTE = 60_000
_OPERATOR = account(HOME_PAGE, "operator")
"""Who voids; not a learner."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Deliveries in the order in which they are to be posted, and what must come of them, whatever order
    that becomes.
    """

    deliveries: tuple[Delivery, ...]
    expected: Expected


class _Sent(NamedTuple):
    step: Step
    statement: Json
    due: float


def scenario(journeys: Sequence[Journey], seed: int, name: str, end: int, voids: int) -> Scenario:
    """The scenario `name` of these journeys, whose statements are made until `end` (milliseconds).

    `voids` of the `completed` are voided, half of them before they are sent.
    """
    random = dice(seed, name, "disorder")
    outbox = Outbox(PLATFORM, dice(seed, name, "outbox"), version=Version.V2_0_0, repeats=0.03)
    disorder = Disorder()
    sent = [list(_send(journey, random, disorder, end)) for journey in journeys]
    for outgoing in (outgoing for steps in sent for outgoing in steps):
        again = [outgoing.due + random.randint(1, 30) * MINUTE] if random.random() < 0.015 else []
        outbox.put(outgoing.statement, outgoing.due, *again)
        disorder.statements += 1
    disorder.out_of_order = sum(map(_out_of_order, sent))
    candidates = [outgoing for steps in sent for outgoing in steps if outgoing.step.verb is COMPLETED]
    voided = set()
    for number, target in enumerate(random.sample(candidates, voids)):
        before = number % 2 == 0
        lag = random.randint(1, 20) * MINUTE
        made = void(identifier(random), _OPERATOR, target.statement["id"], target.step.moment + MINUTE)
        outbox.put(made, target.due - lag if before else target.due + lag)
        voided.add(target.statement["id"])
        disorder.statements += 1
        disorder.voids += 1
        disorder.voids_before_target += before
    deliveries = tuple(outbox.close())
    disorder.sent = sum(delivery.statements for delivery in deliveries)
    remaining = [
        replace(journey, steps=[it.step for it in steps if it.statement["id"] not in voided])
        for journey, steps in zip(journeys, sent, strict=True)
    ]
    return Scenario(deliveries, expected(remaining, disorder))


def _out_of_order(steps: Sequence[_Sent]) -> bool:
    registered = [it.due for it in steps if it.step.verb is REGISTERED]
    return bool(registered) and any(it.due < registered[0] for it in steps)


def _send(journey: Journey, random: Random, disorder: Disorder, end: int) -> Iterable[_Sent]:
    """The journey's statements, each with the moment at which it is due."""
    learner = journey.learner
    actor = account(HOME_PAGE, learner.name)
    enrolment = identifier(random)
    registered_late = len(journey.steps) > 1 and random.random() < 0.02
    for step in journey.steps:
        due = step.moment + random.randint(100, 20_000)
        bare = False
        if step.verb is REGISTERED:
            if registered_late:
                # Behind everything of theirs that is not held back to the very end.
                due = journey.steps[-1].moment + random.randint(1, 30) * MINUTE
        else:
            bare = random.random() < 0.01
            if random.random() < 0.01:
                due = end + random.randint(1, 60) * MINUTE
                disorder.late += 1
        disorder.bare += bare
        disorder.uncounted += step.verb["id"] in UNCOUNTED
        yield _Sent(step, _statement(learner, step, actor, enrolment, identifier(random), bare), due)


def _statement(learner: Learner, step: Step, actor: Json, enrolment: str, name: str, bare: bool) -> Json:
    context: Json = {"registration": enrolment, "platform": "One Touch", "language": "vi"}
    if not bare:
        context["extensions"] = extensions(
            unit=None if learner.unit is None else place(learner.unit),
            groups=learner.kind.named,
            topic=step.topic,
            channel=learner.channel,
        )
    target = PROGRAMME if step.topic is None else ACTIVITIES[step.topic]
    return statement(name, actor, step.verb, target, step.moment, context=context, result=step.result)

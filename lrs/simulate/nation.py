"""The nation: learners of 34 provinces on nine platforms, from July 2025 to June 2026."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from lrs.simulate.attendance import Sent, attendance, class_attended
from lrs.simulate.delivery import Delivery, Outbox
from lrs.simulate.dice import dice
from lrs.simulate.platforms import PLATFORMS
from lrs.simulate.student import Student, student
from schemas.registration import Registration

_BLOCK = 100
"""Learners whose statements are made together; delays are counted in blocks."""

_ROUND = 10
"""Blocks between two rounds of the car that collects the mobile learning points' statements."""

_CLASS = 3
"""Learners of a block who make a class."""


def nation(learners: int, seed: int = 0) -> Iterator[Delivery]:
    """The deliveries of so many learners, made as they are asked for: memory does not grow with `learners`.

    On an empty store with the platforms of `registrations`, exactly `learners` learners come out, in
    whatever order the deliveries arrive. They are the same for the same `learners` and `seed`.
    """
    outboxes = {
        platform.name: Outbox(
            platform.name, dice(seed, "outbox", platform.name), version=platform.version, repeats=0.02
        )
        for platform in PLATFORMS
    }
    for block, start in enumerate(range(0, learners, _BLOCK)):
        random = dice(seed, "block", block)
        students = [student(seed, n, learners) for n in range(start, min(start + _BLOCK, learners))]
        sent = chain(chain.from_iterable(map(attendance, students)), _classes(seed, block, students))
        for platform, statement, delay in sent:
            due = block + delay
            if platform.shape == "mobile-point":
                due = (block // _ROUND + 3) * _ROUND + random.random()
            again = [due + random.randint(1, 10)] if random.random() < 0.01 else []
            outboxes[platform.name].put(statement, due, *again)
        for outbox in outboxes.values():
            yield from outbox.collect(block + 1)
    for outbox in outboxes.values():
        yield from outbox.close()


def registrations() -> list[Registration]:
    """The platforms that post."""
    return [platform.registration for platform in PLATFORMS]


def _classes(seed: int, block: int, students: list[Student]) -> Iterator[Sent]:
    """One class for each platform and province that has enough learners in the block.

    Who moves, or is on two platforms, is in none: a class says a province, and might say a former one.
    """
    random = dice(seed, "class", block)
    classes: dict[tuple[str, str], list[Student]] = {}
    for one in students:
        if one.oddity == "none" and one.platform.shape != "moodle":
            classes.setdefault((one.platform.name, str(one.unit.province_unit)), []).append(one)
    for together in classes.values():
        if len(together) >= _CLASS:
            yield class_attended(random, together[:30])

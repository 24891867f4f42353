"""The one operation for every repair: a learner made anew from their stored statements."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

import orjson

from consumers.examples import Examples
from schemas.document import StoredStatement
from schemas.fact import Fact, source
from schemas.learner import Learner, anew, count
from schemas.ports import Aggregation
from schemas.profile import Origin, Profile
from schemas.reading import Rules

AT_ONCE = 100
"""Learners whose statements are read at once."""


async def stored_of(
    transaction: Aggregation, subjects: Sequence[str]
) -> AsyncIterator[tuple[str, Sequence[StoredStatement]]]:
    """Each subject with their statements, a few subjects read at once."""
    for at in range(0, len(subjects), AT_ONCE):
        for found in (await transaction.statements_of(subjects[at : at + AT_ONCE])).items():
            yield found


def refold(
    subject: str,
    learner: Learner,
    statements: Sequence[StoredStatement],
    upto: Mapping[str, int],
    rules: Rules,
    profile: Profile,
    examples: Examples,
) -> Learner:
    """The learner from all their statements that they have seen or that stand before `upto` (source →
    offset).

    Up to a projector's position every statement is stored and its facts are appended, so what is counted
    here is what will be skipped when its fact comes: `seen` says so. `statements` and `upto` must be of one
    moment.
    """
    fresh = anew(learner, upto)
    for stored in statements:
        if stored.offset <= fresh.seen.get(source(stored.log, stored.partition), -1):
            fact = fact_of(subject, stored, profile)
            reading = rules.read(fact)
            count(fresh, fact, reading, voided=stored.voided)
            if not stored.voided:
                examples.note(fact, reading)
    return fresh


def fact_of(subject: str, stored: StoredStatement, profile: Profile) -> Fact:
    """What a stored statement says of one of its learners."""
    origin = Origin(stored.log, stored.partition, stored.offset, stored.platform, stored.stored)
    facts = profile.facts(orjson.loads(stored.text), origin)
    return next(fact for fact in facts if fact.subject == subject)

"""The one operation for every repair: a learner made anew from their stored statements."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import NamedTuple

import orjson

from consumers.examples import Examples
from schemas.document import StoredStatement
from schemas.fact import Fact, source
from schemas.learner import Learner, anew, count
from schemas.link import is_person
from schemas.ports import Aggregation
from schemas.profile import Origin, Profile
from schemas.reading import Rules

AT_ONCE = 100
"""Learners whose statements are read at once."""


class Stored(NamedTuple):
    """What is stored of a subject: the accounts that are theirs, and the statements of each."""

    subject: str
    statements: Mapping[str, Sequence[StoredStatement]]


async def stored_of(transaction: Aggregation, subjects: Sequence[str]) -> AsyncIterator[Stored]:
    """Each subject with their statements, a few subjects read at once; an account that is a person's has
    none.
    """
    for at in range(0, len(subjects), AT_ONCE):
        some = subjects[at : at + AT_ONCE]
        accounts = await _accounts_of(transaction, some)
        found = await transaction.statements_of([it for theirs in accounts.values() for it in theirs])
        for subject in some:
            yield Stored(subject, {account: found[account] for account in accounts[subject]})


async def _accounts_of(transaction: Aggregation, subjects: Sequence[str]) -> Mapping[str, Sequence[str]]:
    persons = [subject for subject in subjects if is_person(subject)]
    accounts = dict(await transaction.accounts_of(persons)) if persons else {}
    linked = await transaction.links([subject for subject in subjects if not is_person(subject)])
    for subject in subjects:
        if not is_person(subject):
            accounts[subject] = () if subject in linked else (subject,)
    return accounts


def refold(
    stored: Stored,
    learner: Learner,
    upto: Mapping[str, int],
    rules: Rules,
    profile: Profile,
    examples: Examples,
) -> Learner:
    """The learner from all their statements that they have seen or that stand before `upto` (source →
    offset).

    Up to a projector's position every statement is stored and its facts are appended, so what is counted
    here is what will be skipped when its fact comes: `seen` says so. `stored` and `upto` must be of one
    moment.
    """
    fresh = anew(learner, upto)
    for account, statements in stored.statements.items():
        for it in statements:
            if it.offset <= fresh.seen_of(source(it.log, it.partition), account):
                fact = fact_of(account, it, profile)._replace(subject=stored.subject)
                reading = rules.read(fact)
                count(fresh, fact, reading, voided=it.voided)
                if not it.voided:
                    examples.note(fact, reading)
    return fresh


def fact_of(account: str, stored: StoredStatement, profile: Profile) -> Fact:
    """What a stored statement says of one of its learners."""
    origin = Origin(stored.log, stored.partition, stored.offset, stored.platform, stored.stored)
    facts = profile.facts(orjson.loads(stored.text), origin)
    return next(fact for fact in facts if fact.learner == account)

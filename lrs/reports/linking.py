"""How many accounts the learners of a unit have, and how many of these are linked to a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lrs.reports.shape import Shape
from schemas.calendar import TOTAL
from schemas.cell import LINKED, PERSONS, REGISTERED


class Linking(Shape):
    """Learners at any time, and their accounts. A learner is a person, or an account that is nobody's."""

    learners: int
    """Distinct learners: each person once, and each account that is linked to nobody."""
    persons: int
    """Of the learners, those that are persons: somebody has linked their accounts."""
    accounts: int
    """Accounts of these learners; where nothing is linked as many as learners."""
    linked_accounts: int
    """Of the accounts, those that are linked to a person."""
    linked_percent: float | None
    """`linked_accounts` of a hundred `accounts`, to two places; null where there is no account."""


COLUMNS = ("accounts", "persons", "linked_accounts", "linked_percent")
"""What a table shows of it, beside what it shows of learners."""


def linking(figures: Mapping[str, int], unit: str, group: str) -> Linking:
    """Of one unit and group; each learner is on one line, so that lines sum up."""
    start = f"g|{unit}|{group}|{TOTAL}|"
    learners, persons, linked = (figures.get(start + measure, 0) for measure in (REGISTERED, PERSONS, LINKED))
    return _linking(learners, persons, linked)


def total(lines: Iterable[Linking]) -> Linking:
    """The exact sum of lines."""
    kept = tuple(lines)
    return _linking(
        sum(it.learners for it in kept),
        sum(it.persons for it in kept),
        sum(it.linked_accounts for it in kept),
    )


def row(it: Linking | None) -> tuple[int | float | None, ...]:
    """In the order of COLUMNS."""
    return tuple(None if it is None else getattr(it, column) for column in COLUMNS)


def _linking(learners: int, persons: int, linked: int) -> Linking:
    accounts = learners - persons + linked
    return Linking(
        learners=learners,
        persons=persons,
        accounts=accounts,
        linked_accounts=linked,
        linked_percent=round(100 * linked / accounts, 2) if accounts else None,
    )

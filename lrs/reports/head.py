"""The head of every report: how far it reaches, and what its figures mean (G12)."""

from __future__ import annotations

from datetime import date
from typing import Literal

from lrs.reports.basis import Basis
from lrs.reports.shape import Shape
from schemas.ruleset import Ruleset
from schemas.unit import Scheme
from schemas.xapi import format_timestamp

Counted = Literal["accounts", "persons"]


class Rules(Shape):
    """The rules under which the figures were made. Figures of different numbers are different series:
    `/reports/rules` lists them all, with what changed."""

    number: int
    """The ruleset's number: the version of the rules."""
    created: str
    """When the ruleset was made: RFC 3339, UTC."""
    since: str | None
    """From when on reports gave these figures: RFC 3339, UTC; null where that was not noted."""
    trained: str
    """Who counts as trained, in words, where no plan has a rule of its own."""
    split_communes: Literal["unresolved", "default successor"]
    """Where somebody counts whose old commune was split: on the line *unresolved* of their province, or in
    the commune's main successor."""


class Head(Shape):
    """How far a report reaches, and what its figures mean."""

    through: str
    """RFC 3339, UTC: every statement stored before this moment is in the figures. Later ones may be."""
    scheme: Scheme | None
    """The scheme of the administrative codes; null where each line names its own, or there are none."""
    names_as_of: str
    """The day as of which units are named: the last of the period, or that of `through`. A name or a kind
    may change where the code does not."""
    ruleset: Rules
    counts: Counted
    """What a learner is: `accounts`, an account on a platform; `persons`, since accounts were linked for the
    first time, a person where their accounts are linked, and an account where it is linked to nobody."""
    calendar: Literal["Asia/Ho_Chi_Minh"]
    """The time zone in which days, months and years begin."""


def head(basis: Basis, scheme: Scheme | None, named: date | None = None) -> Head:
    """The head of a report that is made from this basis. `named`: the day as of which units are named, where
    it is not today.
    """
    return Head(
        through=format_timestamp(basis.through),
        scheme=scheme,
        names_as_of=(named or basis.today).isoformat(),
        ruleset=rules_of(basis.ruleset, basis.since),
        counts=counts(linked=basis.linked),
        calendar="Asia/Ho_Chi_Minh",
    )


def counts(*, linked: bool) -> Counted:
    """What a learner is, given whether any account was ever linked to a person."""
    return "persons" if linked else "accounts"


def rules_of(ruleset: Ruleset, since: int | None) -> Rules:
    """What a report says of its rules; `since`: when reports began to give their figures (milliseconds)."""
    return Rules(
        number=ruleset.number,
        created=format_timestamp(ruleset.created),
        since=None if since is None else format_timestamp(since),
        trained=ruleset.trained.describe(),
        split_communes="default successor" if ruleset.default_successor else "unresolved",
    )

"""What is said of statements that were checked. Nobody is named: neither accounts nor names are repeated."""

from __future__ import annotations

from typing import Literal

from lrs.reports.shape import Shape
from schemas.reading import Action, Outcome, Remark


class Refusal(Shape):
    """Why the endpoint would not take a statement: what its own answer would say."""

    status: int
    code: str
    message: str
    path: str | None = None
    """The JSON Pointer of what is wrong, from the root of the body."""


class Said(Shape):
    """An outcome or a remark, as the platform's report has it."""

    code: Outcome | Remark
    meaning: str


class Place(Shape):
    """Where a statement counts in one scheme."""

    province: str
    """The code of a province, `not-stated` or `not-attributable`."""
    province_name: str
    commune: str
    """The code of a commune, `not-stated` or `unresolved`."""
    commune_name: str


class Places(Shape):
    """Where a statement counts, in both schemes."""

    stated: str | None
    """The unit that it counts at, as `scheme/province/commune`; null where none is known or allowed."""
    explicit: bool
    """Whether the statement itself names one; else it is the registration's."""
    vn_2025: Place
    vn_2004: Place


class Groups(Shape):
    """The audience groups of a statement."""

    explicit: bool
    """Whether the statement itself names groups; else they are the registration's."""
    counted: tuple[str, ...]
    """All that its learners count in, the implied ones too; empty is *not stated*."""
    implied: tuple[str, ...]
    """Those of them that follow from others."""
    unknown: tuple[str, ...]
    """Codes that were left out; `?` for one that has not the form of a code."""


class Period(Shape):
    """When a statement counts, in Asia/Ho_Chi_Minh."""

    day: str
    month: str
    year: str
    by: Literal["timestamp", "stored"]
    """`stored` where the timestamp is later than the store's clock, and would count as of its arrival."""


class Confirmation(Shape):
    """A confirmation that would count."""

    kind: str
    status: str


class ReadingShape(Shape):
    """What the rules make of a statement."""

    outcome: Said
    counts: bool
    """Whether it says anything of a learner."""
    remarks: tuple[Said, ...]
    learners: int
    """Whom it counts for: 1, or the identified members of a Group; 0 where nobody is identified."""
    identity_numbers: int
    """Learners whose account has a name of the form of a citizen's number."""
    unit: Places
    groups: Groups
    action: Action | None
    """What its verb does; null where the verb is not counted."""
    topic: str | None
    """`<scheme>:<code>`, from the statement or from the registration's activities."""
    course: bool
    """Whether its activity is a course."""
    channel: str
    measures: tuple[str, ...]
    """What each learner would count in by this statement alone; their other statements may say more, such as
    that they registered before. `trained:…` is by a plan's own rule."""
    towards_trained: bool
    """Whether it is a completion that the rule for *trained* counts: with others, where it takes several, it
    can make its learners trained."""
    period: Period
    confirmation: Confirmation | None


class Verdict(Shape):
    """What would become of one statement."""

    id: str | None
    """As it was sent; null where it has none."""
    valid: bool
    """Whether the endpoint would take it."""
    refusal: Refusal | None
    stored: Literal["new", "same", "voided", "erased", "other"] | None
    """What is under its id now: nothing; the same (it would be a repeat); the same of this platform, but
    voided; what is left of the platform's statement since its learner was erased, for whose repeat it would
    be taken; or another statement, for which it would be refused. Null where it has no id, or is not valid by
    itself."""
    takes_effect: bool | None
    """Of a voiding statement: whether what it names is stored, or in this request, and this credential's to
    void. If not, it does nothing until a statement of this platform comes under that id. Null for others."""
    reading: ReadingShape | None
    """Null where it is no valid statement. The outcome is `voided` where a void of it is here already."""


class Tally(Shape):
    """How many statements had an outcome."""

    outcome: str
    """An outcome, or `refused`."""
    statements: int


class CheckAnswer(Shape):
    """How each statement of a request would count. Nothing was stored."""

    platform: str
    """Whose registration was asked: the credential's."""
    home_page: str
    """The home page of its learners' accounts, as it is registered."""
    trial: bool
    """Whether the platform is on trial: what is said here would then hold once it counts."""
    ruleset: int
    accepted: bool
    """Whether the request would be taken: all of it or nothing is."""
    tallies: tuple[Tally, ...]
    statements: tuple[Verdict, ...]
    """In the order of the request."""

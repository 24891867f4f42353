"""What became of everything that a platform sent."""

from __future__ import annotations

from lrs.reports.head import Head
from lrs.reports.shape import Shape
from schemas.reading import Outcome, Remark

EQUATION = (
    "received = counted + voided + not_counted + duplicate + conflict + erased + dead + pending. "
    "Every record that was accepted is on exactly one line."
)
REMARKS_NOTE = (
    "A statement that is counted, or not counted, may have several remarks, so remarks are no part of the "
    "equation."
)

MEANING: dict[Outcome | Remark, str] = {
    Outcome.UNKNOWN_VERB: "The verb is not one of those that are counted: stored, in no figure of learners.",
    Outcome.NO_LEARNER: "The actor identifies nobody: send an account.",
    Outcome.PROVINCE_NOT_ALLOWED: "The platform's registration does not allow this province.",
    Outcome.UNKNOWN_CODE: "The unit does not exist in its scheme: on the nation's line not stated.",
    Outcome.NO_UNIT: "Neither statement nor registration names a unit: on the nation's line not stated.",
    Outcome.TRIAL: "The platform is, or was then, on trial: stored and previewed, in no figure.",
    Remark.CLOCK_AHEAD: "The timestamp is later than the store's clock: it counts as of when it was stored.",
    Remark.UNKNOWN_COMMUNE: "The commune does not lie in the province: it counts in the province alone.",
    Remark.UNKNOWN_GROUP: "A group's code is not known, and was left out.",
    Remark.NO_GROUP: "Neither the statement nor the registration names a group.",
    Remark.UNMAPPED_TOPIC: "Neither a topic nor a course: nobody comes nearer to being trained by it.",
    Remark.UNKNOWN_CHANNEL: "The channel is not known, and counts as not stated.",
    Remark.CONFIRMATION_NOT_ALLOWED: "The platform's registration does not let it confirm.",
    Remark.UNKNOWN_STATUS: "The confirmation's status is not known, and was left out.",
    Remark.MALFORMED_EXTENSION: "An extension has not its form, and was left out.",
    Remark.IDENTITY_NUMBER: "The account's name has the form of a citizen's number: never send one.",
    Remark.VOIDING: "A voiding statement: it counts as a statement, and for nobody's learning.",
}
"""What each reason and remark tells the platform. Counted and voided statements need no reason."""
COUNTED = "It is in the figures of a province, or counts as a voiding statement."
"""What COUNTED tells, where it is asked of one statement."""
VOIDED = "Voided: in no figure of learners any more."
"""What VOIDED tells."""


class Equation(Shape):
    """Every record that was accepted, by what became of it."""

    received: int
    """The sum of the other lines."""
    counted: int
    """Statements in the figures."""
    voided: int
    """Statements that a void has marked."""
    not_counted: int
    """Statements that are stored and count for no learner, or in no province; `reasons` says why."""
    duplicate: int
    """Repeats of a statement that was there, with the same content."""
    conflict: int
    """Statements whose id was taken by other content; set aside."""
    erased: int
    """Statements of which nothing is left, since the learner was erased."""
    dead: int
    """Records that could not be processed, kept until somebody has mended the cause."""
    pending: int
    """Statements that are stored and on their way into the figures."""


class Reason(Shape):
    """Why statements are not counted, or what was left out of them."""

    code: str
    meaning: str
    count: int
    examples: tuple[str, ...]
    """Ids of up to five such statements."""


class DeadLine(Shape):
    """Dead letters by their code."""

    code: str
    count: int


class ConflictLine(Shape):
    """A statement that was set aside."""

    id: str
    stored: str
    """When the log took it: RFC 3339, UTC."""


class PlatformReport(Shape):
    """What became of everything that a platform sent."""

    head: Head
    platform: str
    last_seen: str | None
    """When its latest statement was stored: RFC 3339, UTC; null where there is none."""
    note: str
    equation: Equation
    reasons: tuple[Reason, ...]
    """Their counts sum to `not_counted`."""
    remarks_note: str
    remarks: tuple[Reason, ...]
    ignored_voids: int
    """Voiding statements that are counted and took no effect: the target is another platform's, or a void."""
    dead: tuple[DeadLine, ...]
    """Their counts sum to the equation's `dead`."""
    conflicts: tuple[ConflictLine, ...]
    """The latest statements that were set aside, up to five."""

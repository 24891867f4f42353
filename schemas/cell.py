"""A cell: one integer that is kept, by its key. What reports show is summed from cells: see `schemas.figure`.

    g|<grain>|<line>|<period>|<groups>|<measure>      learners of a line and a set of groups
    c|<grain>|<line>|<period>|<channel>|<measure>     active learners, and statements, through a channel
    g|total|<line>|total|<groups>|persons, linked     those of them that are persons, and their accounts
    t|<line>|<topic>|<groups>|<measure>               learners who started or completed a topic
    p|<platform>|<outcome>                            statements of a platform by what became of them
    p|<platform>|remark:<remark>                      statements of a platform that had this remark

A line is a unit of vn-2025, `~`, and the unit of vn-2004 in which the same people count: `48~49`, or with
communes `48/20335~49/20335`. In place of a code may stand NOT_STATED, NOT_ATTRIBUTABLE (a province of
vn-2004 that nothing tells) or UNRESOLVED (a commune of vn-2025 that nothing tells). `groups` is the set of
all groups that a learner is in (`adults+cadres`), or NOT_STATED. The grain says how long the period is, and
comes first so that a range of keys has the periods of one length.

A learner is on one line of provinces and one of communes, in one set of groups, and REGISTERED or INFERRED; a
statement has one channel. So few cells change with a statement, and every sum of cells is exact. A cell
that is not kept is 0.
"""

from __future__ import annotations

NOT_STATED = "not-stated"
NOT_ATTRIBUTABLE = "not-attributable"

REGISTERED = "registered"
INFERRED = "registered-inferred"
ACTIVE = "active"
TRAINED = "trained"
CERTIFIED = "certified"
CONFIRMED = "confirmed"
STATEMENTS = "statements"
PERSONS = "persons"
LINKED = "linked"
STARTED = "started"
COMPLETED = "completed"

GRAINS = ("total", "year", "month", "day")


def is_kept_for_communes(grain: str, measure: str) -> bool:
    """Whether lines of communes have cells of this grain. There are many of them, so what days add up to is
    not kept.

    Everything has one day but activity: who is active on two days of a month is active once in the month.
    """
    return measure == ACTIVE or grain in ("total", "day")


def grain_of(period: str) -> str:
    """The grain of a period: `total`, `2025`, `2025-04` or `2025-04-18`."""
    return {5: "total", 4: "year", 7: "month", 10: "day"}[len(period)]

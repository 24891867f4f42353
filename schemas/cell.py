"""A cell: one figure that is kept, by its key.

    g|<unit>|<group>|<period>|<measure>      learners, and `statements`, of a unit and a group
    t|<province>|<group>|<topic>|<measure>   learners who started or completed a topic
    c|<unit>|<channel>|<period>|<measure>    active learners, and `statements`, through a channel
    p|<platform>|<outcome>                   statements of a platform by what became of them
    p|<platform>|seen|<day>                  statements of a platform by the day they count in

A unit is `vn-2025/48` or `vn-2025/48/20335`; in place of a code may stand NOT_STATED, NOT_ATTRIBUTABLE (a
province of vn-2004 that nothing tells) or UNRESOLVED (a commune of vn-2025 that nothing tells), so that
lines sum up. Groups: ALL, NOT_STATED or a code; they overlap and are never summed. Values are integers, and
a cell that is not kept is 0.
"""

from __future__ import annotations

ALL = "*"
NOT_STATED = "not-stated"
NOT_ATTRIBUTABLE = "not-attributable"

REGISTERED = "registered"
INFERRED = "registered-inferred"
ACTIVE = "active"
TRAINED = "trained"
CERTIFIED = "certified"
CONFIRMED = "confirmed"
STATEMENTS = "statements"
MEASURES = (REGISTERED, INFERRED, ACTIVE, TRAINED, CERTIFIED, CONFIRMED)
"""The measures of distinct learners."""

"""A change of the rules: who counts as trained, where split communes count, which topics are known."""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from schemas.registration import TOPIC
from schemas.ruleset import Ruleset, TrainedRule

NOBODY = "nobody"
_PART = re.compile(r"(?P<noun>topics|courses)=(?P<count>[1-9][0-9]{0,3})")


@dataclass(frozen=True, slots=True)
class RuleChange:
    """What is to be other; None, and what is empty, stays as it is.

    `trained_in`: by plan its own rule, or None to take it away.
    """

    trained: TrainedRule | None = None
    trained_in: Mapping[str, TrainedRule | None] = field(default_factory=dict)
    default_successor: bool | None = None
    topics_known: Collection[str] = ()
    topics_unknown: Collection[str] = ()


def parse_rule(text: str) -> TrainedRule:
    """A rule for *trained* from words such as `topics=3`, `topics=3,courses=1`, `topics=3,attended`: three
    topics, or a course; with `attended` having been there is as good as having completed it. `nobody`: none.

    Raises ValueError.
    """
    counts: dict[str, int] = {}
    attended = False
    for part in [it.strip() for it in text.split(",")] if text != NOBODY else []:
        match = _PART.fullmatch(part)
        if part == "attended" and not attended:
            attended = True
        elif match is not None and match["noun"] not in counts:
            counts[match["noun"]] = int(match["count"])
        else:
            raise ValueError(
                f"{text!r} is no rule: write topics=N, courses=N or both, and attended, parted by commas; or "
                f"{NOBODY}"
            )
    if text != NOBODY and not counts:
        raise ValueError(f"{text!r} trains nobody: say how many topics or courses, or write {NOBODY}")
    return TrainedRule(topics=counts.get("topics"), courses=counts.get("courses"), attended=attended)


def changed(living: Ruleset, change: RuleChange, plans: Collection[str]) -> Ruleset | None:
    """The living rules with the change, to be filled by a rebuild; None where nothing is other.

    `plans`: the codes that there are. Raises ValueError for another one, and for a topic that is none.
    """
    if unknown := sorted(change.trained_in.keys() - living.trained_in.keys() - set(plans)):
        raise ValueError(f"there is no plan {', '.join(unknown)}; there are {', '.join(sorted(plans))}")
    for topic in (*change.topics_known, *change.topics_unknown):
        if TOPIC.fullmatch(topic) is None:
            raise ValueError(f"the topic {topic!r} is not of the form scheme:code, such as bdhvs:03")
    own = {**living.trained_in, **change.trained_in}
    after = living.model_copy(
        update={
            "trained": living.trained if change.trained is None else change.trained,
            "trained_in": {plan: rule for plan, rule in own.items() if rule is not None},
            "default_successor": living.default_successor
            if change.default_successor is None
            else change.default_successor,
            "topics": (living.topics | set(change.topics_known)) - set(change.topics_unknown),
        }
    )
    if after == living:
        return None
    return after.model_copy(update={"revision": 0, "created": time.time_ns() // 1_000_000})

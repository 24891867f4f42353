"""Statements, as facts, and the cells that the rules make of them: what reports are really made from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from lrs.reports.basis import Basis
from schemas.contribution import NOTHING, Ledger, contribution
from schemas.fact import Fact
from schemas.figure import figures
from schemas.learner import Learner, absorb, note_void
from schemas.reading import Rules
from schemas.registration import Registration
from schemas.ruleset import Ruleset, TrainedRule
from schemas.xapi import parse_timestamp

ADL = "http://adlnet.gov/expapi/verbs/"
EARNED = "http://id.tincanapi.com/verb/earned"
LAUNCH = "2025-04-18T08:30:00+07:00"
ONE_TOUCH = Registration(name="onetouch", provinces=None, confirms=True)
OTHER = Registration(name="moodle", provinces=frozenset({"vn-2025/68"}))
RULES = Ruleset(
    number=1,
    created=parse_timestamp("2025-04-01T00:00:00Z"),
    trained_in={"thanh-hoa-2025-2026": TrainedRule(topics=2, courses=None)},
    platforms={it.name: it for it in (ONE_TOUCH, OTHER)},
)

_numbers = count(1)


def fact(learner: str, verb: str = f"{ADL}completed", when: str = LAUNCH, **more: Any) -> Fact:
    """A statement of a learner; `place` is a unit as text, `topic` the number of a topic."""
    number = next(_numbers)
    place, topic = more.pop("place", None), more.pop("topic", None)
    moment = parse_timestamp(when)
    if place is not None:
        scheme, province, *commune = place.split("/")
        more["unit"] = (scheme, province, commune[0] if commune else None)
    if topic is not None:
        more["topic"] = ("bdhvs", f"{topic:02d}")
    return Fact(
        **{
            "kind": "statement",
            "statement": f"00000000-0000-4000-8000-{number:012d}",
            "source": "log/0",
            "offset": number,
            "learner": learner,
            "subject": learner,
            "platform": "onetouch",
            "stored": moment,
            "timestamp": moment,
            "verb": verb,
            **more,
        }
    )


def cells_of(facts: Iterable[Fact], voided: Iterable[Fact] = (), rules: Ruleset = RULES) -> dict[str, int]:
    """The cells of these facts; those of `voided` were voided."""
    ready, ledger = Rules(rules), Ledger(rules)
    learners: dict[str, Learner] = defaultdict(Learner)
    for it in voided:
        note_void(learners[it.subject], it._replace(kind="voided"))
    for it in sorted((*facts, *voided), key=lambda it: it.offset):
        absorb(learners[it.subject], it, ready.read(it))
    for learner in learners.values():
        ledger.change(NOTHING, contribution(learner, rules))
    return ledger.cells()


def basis_of(
    cells: Mapping[str, int], through: str = "2025-05-01T00:00:00Z", rules: Ruleset = RULES
) -> Basis:
    """A basis of these cells."""
    return Basis(rules, parse_timestamp(through), figures(cells))


def classroom() -> list[Fact]:
    """Learners at every kind of place: in a commune, without one, split, merged, moved, and nowhere."""
    return [
        fact("an", f"{ADL}registered", place="vn-2004/49/20335", groups=("cadres",)),
        fact("an", place="vn-2004/49/20335", topic=1, groups=("cadres",), channel="online"),
        fact("binh", place="vn-2025/48", topic=2, groups=("secondary-pupils",)),
        fact("binh", f"{ADL}initialized", "2025-05-02T00:00:00+07:00", place="vn-2025/48", topic=3),
        fact("chi", place="vn-2004/44", channel="in-person"),
        fact("dung", EARNED, place="vn-2025/44", groups=("nobody-knows",)),
        fact("giang", topic=1),
        fact("hoa", place="vn-2025/99"),
        fact("hoa", "http://example.com/verbs/liked"),
        fact(
            "khanh",
            place="vn-2025/01/00097",
            confirmation=("literacy", "vneid", "confirmed"),
            groups=("adults",),
        ),
        fact("lan", place="vn-2004/01/00007", topic=1),
        fact("mai", place="vn-2025/68", topic=1),
    ]

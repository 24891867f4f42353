"""Judges the statements of a body: each by itself, with the endpoint's checks and the aggregator's rules."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

import orjson

from lrs.check import verdict
from lrs.endpoint.prepare import Body, kept, parsed
from lrs.problem import Problem, problem_of
from lrs.reports.platform import COUNTED, MEANING, VOIDED
from lrs.reports.selection import NAMES
from schemas.calendar import TOTAL, day_of, periods_of
from schemas.cell import NOT_STATED
from schemas.contribution import contribution, is_towards
from schemas.document import voided_id
from schemas.fact import Fact
from schemas.group import groups, implied, unknown
from schemas.learner import Learner, count
from schemas.place import places_of_text
from schemas.profile import Origin, Profile
from schemas.reading import Outcome, Reading, Remark, Rules
from schemas.unit import Scheme, Unit, gazetteer
from schemas.xapi import Code, Invalid, check_each, format_timestamp

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
REFUSED = "refused"
"""Stands for an outcome where the endpoint would refuse."""
_NO_REASON: dict[Outcome | Remark, str] = {Outcome.COUNTED: COUNTED, Outcome.VOIDED: VOIDED}
_ORIGIN = "check", 0, 0
"""Stands for the place in the log that a statement would have."""


class Judged(NamedTuple):
    """A statement of a body. `value`: as the log would keep it, where it is valid by itself, under the id
    `identifier`; `given`: whether the client named that id. `voids`: the id of what it is a void of.
    """

    identifier: str | None
    given: bool
    value: bytes | None
    refusal: verdict.Refusal | None
    reading: verdict.ReadingShape | None
    voids: str | None = None


def judge(body: Body, rules: Rules, profile: Profile, platform: str, now: int) -> list[Judged]:
    """Every statement of a body that would be stored `now` (milliseconds).

    Raises Problem or Invalid as the endpoint does for what is wrong with the body as a whole.
    """
    read = parsed(body.text)
    batch = isinstance(read, list)
    try:
        statements = check_each(read, body.version, body.most, file_urls=not body.mixed)
    except Invalid as error:
        if error.code == Code.BATCH_TOO_LARGE:
            raise Problem(413, error.code, error.message) from None
        raise
    items = read if batch else [read]
    return [
        _judged(statement, item, f"/{index}" if batch else "", body, rules, profile, platform, now)
        for index, (statement, item) in enumerate(zip(statements, items, strict=True))
    ]


def _judged(
    statement: dict[str, Any] | Invalid,
    item: object,
    path: str,
    body: Body,
    rules: Rules,
    profile: Profile,
    platform: str,
    now: int,
) -> Judged:
    if isinstance(statement, Invalid):
        named = item.get("id") if isinstance(item, dict) else None
        # an id that is none may be anything
        identifier = named if isinstance(named, str) and statement.path[-1:] != ["id"] else None
        return Judged(identifier, False, None, refusal_of(statement), None)
    given = "id" in statement
    try:
        identifier, value = kept(statement, body, path)
    except Problem as problem:
        return Judged(statement.get("id"), given, None, refusal_of(problem), None)
    reading = reading_of(value, rules, profile, platform, now)
    target = voided_id(statement)
    return Judged(identifier, given, value, None, reading, None if target is None else target.lower())


def refusal_of(error: Exception) -> verdict.Refusal:
    """What the endpoint would answer."""
    problem = problem_of(error)
    return verdict.Refusal(
        status=problem.status, code=problem.code, message=problem.message, path=problem.path
    )


def reading_of(
    value: bytes, rules: Rules, profile: Profile, platform: str, stored: int
) -> verdict.ReadingShape:
    """What the rules make of a statement as the log keeps it."""
    statement = orjson.loads(value)
    statement.setdefault("timestamp", format_timestamp(stored))
    facts = profile.facts(statement, Origin(*_ORIGIN, platform, stored))
    fact = facts[0]
    reading = rules.read(fact)
    alone = Learner()
    count(alone, fact, reading, voided=False)
    measures = {mark.split("|")[2] for mark in contribution(alone, rules.ruleset).marks if _is_total(mark)}
    return verdict.ReadingShape(
        outcome=_said(reading.outcome),
        counts=reading.counts,
        remarks=tuple(map(_said, reading.remarks)),
        learners=sum(it.person for it in facts),
        identity_numbers=sum(it.identity_number for it in facts),
        unit=_places(reading, rules),
        groups=_groups(fact, reading),
        action=reading.action,
        topic=reading.topic,
        course=reading.course is not None,
        channel=reading.channel or NOT_STATED,
        measures=tuple(sorted(measures)),
        towards_trained=is_towards(alone, rules.ruleset.trained),
        period=_period(fact, reading),
        confirmation=None
        if reading.confirmation is None
        else verdict.Confirmation(kind=reading.confirmation[0], status=reading.confirmation[1]),
    )


def voided(reading: verdict.ReadingShape) -> verdict.ReadingShape:
    """What becomes of a reading where a void marks the statement: the same place, and nobody's learning."""
    return reading.model_copy(
        update={
            "outcome": _said(Outcome.VOIDED),
            "counts": False,
            "remarks": (),
            "measures": (),
            "towards_trained": False,
            "confirmation": None,
        }
    )


def tallies(verdicts: Iterable[verdict.Verdict]) -> tuple[verdict.Tally, ...]:
    """How many statements had each outcome, in the outcomes' order; refused ones last."""
    names = Counter(it.reading.outcome.code if it.valid and it.reading else REFUSED for it in verdicts)
    order = (*Outcome, REFUSED)
    return tuple(verdict.Tally(outcome=name, statements=names[name]) for name in order if names[name])


def _is_total(mark: str) -> bool:
    return mark.startswith(f"{TOTAL}|")


def _said(what: Outcome | Remark) -> verdict.Said:
    return verdict.Said(code=what, meaning=_NO_REASON.get(what) or MEANING[what])


def _places(reading: Reading, rules: Rules) -> verdict.Places:
    text = "-" if reading.unit is None else str(reading.unit)
    _, line = places_of_text(text, rules.ruleset.default_successor)
    new, _, old = line.partition("~")
    return verdict.Places(
        stated=None if reading.unit is None else text,
        explicit=reading.explicit_unit,
        vn_2025=_place("vn-2025", new),
        vn_2004=_place("vn-2004", old),
    )


def _place(scheme: Scheme, line: str) -> verdict.Place:
    province, _, commune = line.partition("/")
    return verdict.Place(
        province=province,
        province_name=NAMES.get(province) or gazetteer().name(Unit(scheme, province)),
        commune=commune,
        commune_name=NAMES.get(commune) or gazetteer().name(Unit(scheme, province, commune)),
    )


def _groups(fact: Fact, reading: Reading) -> verdict.Groups:
    counted = reading.groups or frozenset()
    stated = counted.intersection(fact.groups or ()) if fact.groups is not None else _roots(counted)
    return verdict.Groups(
        explicit=reading.explicit_groups,
        counted=tuple(sorted(counted)),
        implied=tuple(sorted(counted - stated)),
        unknown=tuple(it if _CODE.fullmatch(it) else "?" for it in unknown(fact.groups or ())),
    )


def _roots(counted: frozenset[str]) -> frozenset[str]:
    """Of a registration's groups those that follow from no other."""
    followed = {code for each in counted for code in implied(groups()[each].implies)}
    return counted - followed


def _period(fact: Fact, reading: Reading) -> verdict.Period:
    _, year, month, day = periods_of(day_of(reading.moment))
    by: Any = "timestamp" if reading.moment == fact.timestamp else "stored"
    return verdict.Period(day=day, month=month, year=year, by=by)

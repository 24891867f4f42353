"""What the rows of a file would count, before they are sent."""

from __future__ import annotations

from dataclasses import replace

import orjson

from lrs.attendance.sending import Ready
from lrs.attendance.summary import by_group
from lrs.check.judge import reading_of
from schemas.figure import ALL
from schemas.profile import NAMESPACES, Profile
from schemas.reading import Rules
from schemas.registration import Registration
from schemas.ruleset import Ruleset, TrainedRule
from schemas.xapi import parse_timestamp
from tests.attendance.test_attendance_statements import MAKER, ROW

PLATFORM = Registration(name="ha-noi", home_page="https://hanoi.example.vn", provinces=None)
NOW = parse_timestamp("2026-01-01T00:00:00Z")


def test_who_completes_one_of_several_topics_may_be_trained() -> None:
    completed = replace(ROW, account="hv-2", verb="http://adlnet.gov/expapi/verbs/completed")
    for rule, may_be in ((TrainedRule(topics=3), 1), (TrainedRule(topics=3, attended=True), 2)):
        rules = Rules(Ruleset(trained=rule, platforms={PLATFORM.name: PLATFORM}))
        ready = []
        for row in (ROW, completed):
            value = orjson.dumps(MAKER.statement(row, 0))
            reading = reading_of(value, rules, Profile(NAMESPACES), PLATFORM.name, NOW)
            ready.append(Ready(row, (), reading.model_dump()))
        (line,) = [it for it in by_group(ready) if it[2] == ALL]
        assert line[3:] == (2, may_be, 2)

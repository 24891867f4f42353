"""Simulated statements: well-formed, in Vietnam's time, with ids that a seed decides."""

from uuid import UUID

import pytest

from lrs.simulate.dice import dice, identifier
from lrs.simulate.statement import (
    COURSE,
    REGISTERED,
    account,
    activity,
    extensions,
    place,
    statement,
    timestamp,
    void,
)
from schemas.profile import Origin, Profile
from schemas.unit import Unit
from schemas.xapi import Version, check_statement, is_voiding, parse_timestamp

ACTOR = account("https://quangnam.onetouch.edu.vn", "0123456789abcdef")
ID = "16fd2706-8baf-433b-82eb-8c7fada847da"


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (1_744_938_753_120, "2025-04-18T08:12:33.120+07:00"),
        (1_751_302_799_999, "2025-06-30T23:59:59.999+07:00"),
        (1_751_302_800_000, "2025-07-01T00:00:00.000+07:00"),
    ],
)
def test_a_moment_is_written_as_vietnams_clocks_show_it(moment: int, text: str) -> None:
    assert timestamp(moment) == text
    assert parse_timestamp(text, Version.V2_0_0) == moment


def test_identifiers_are_random_uuids_that_the_seed_decides() -> None:
    random, same, other = dice(1, "learner", 7), dice(1, "learner", 7), dice(2, "learner", 7)
    made = [identifier(random) for _ in range(1000)]
    assert made == [identifier(same) for _ in range(1000)]
    assert len({*made, *(identifier(other) for _ in range(1000))}) == 2000
    assert all(str(UUID(text)) == text and UUID(text).version == 4 for text in made)


@pytest.mark.parametrize("version", list(Version))
def test_a_statement_says_what_the_profile_reads(version: Version) -> None:
    said = extensions(
        unit=place(Unit("vn-2004", "49", "20335")), groups=("cadres",), topic="bdhvs:03", channel="online"
    )
    course = activity("https://quangnam.onetouch.edu.vn/courses/1", COURSE, "Bình dân học vụ số")
    made = statement(ID, ACTOR, REGISTERED, course, 1_744_938_753_120, context={"extensions": said})
    (fact,) = Profile().facts(check_statement(made, version), Origin("log", 0, 0, "one-touch", 0))
    assert fact.unit == ("vn-2004", "49", "20335")
    assert (fact.groups, fact.topic, fact.channel) == (("cadres",), ("bdhvs", "03"), "online")
    assert fact.malformed == ()


def test_a_province_is_named_without_a_commune() -> None:
    assert place(Unit("vn-2025", "48")) == {"scheme": "vn-2025", "province": "48"}


def test_a_void_refers_to_its_target() -> None:
    made = void(ID, ACTOR, "f1d5bd4c-5f0b-4c6b-9d63-1d5b0c5f3c11", 1_744_938_753_120)
    assert is_voiding(check_statement(made, Version.V2_0_0))

"""What the rules make of a fact: every outcome, every remark."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.reading import AHEAD, CHANNELS, COURSES, STATUSES, VERBS, Action, Outcome, Reading, Remark, Rules
from schemas.registration import Registration
from schemas.ruleset import Ruleset
from schemas.unit import Unit
from tests.consumers.factories import EARNED, MOODLE, PLATFORMS, SATISFIED, STORED, fact

MAPPING = Registration(
    name="mapping",
    provinces=None,
    activities={
        "https://m.example/a": "bdhvs:01",
        "https://m.example/*": "bdhvs:02",
        "https://m.example/long/*": "bdhvs:03",
        "https://m.example/long/exact": "own:exact",
    },
)
TRIAL = Registration(name="trial", provinces=frozenset({"vn-2025/48"}), trial=True)
ENDED = Registration(name="ended", provinces=None, counted_since=STORED)
RULES = Rules(Ruleset(number=1, platforms={it.name: it for it in (*PLATFORMS, MAPPING, TRIAL, ENDED)}))

PLAIN = {"unit": "vn-2025/48", "groups": ("cadres",), "topic": 1}
"""A statement about which there is nothing to remark."""


def read(verb: str = "completed", **said: Any) -> Reading:
    return RULES.read(fact(1, verb, **{**PLAIN, **said}))


OUTCOMES: list[tuple[Outcome, bool, str, dict[str, Any]]] = [
    (Outcome.COUNTED, True, "completed", {}),
    (Outcome.COUNTED, True, "completed", {"unit": "vn-2004/49/20335"}),
    (Outcome.COUNTED, True, "completed", {"platform": "moodle", "unit": None}),
    (Outcome.COUNTED, False, "voided", {}),
    (Outcome.COUNTED, False, "voided", {"unit": "vn-2025/99", "person": False}),
    (Outcome.UNKNOWN_VERB, False, "experienced", {}),
    (Outcome.UNKNOWN_VERB, False, "experienced", {"unit": "vn-2025/99", "person": False}),
    (Outcome.UNKNOWN_VERB, False, "http://example.com/completed", {}),
    (Outcome.NO_LEARNER, False, "completed", {"person": False}),
    (Outcome.NO_LEARNER, False, "completed", {"person": False, "unit": None}),
    (Outcome.PROVINCE_NOT_ALLOWED, False, "completed", {"platform": "moodle"}),
    (Outcome.PROVINCE_NOT_ALLOWED, False, "completed", {"platform": "quang-binh", "unit": "vn-2004/45"}),
    (Outcome.PROVINCE_NOT_ALLOWED, False, "completed", {"platform": "nobody knows it"}),
    (Outcome.UNKNOWN_CODE, True, "completed", {"unit": "vn-2025/99"}),
    (Outcome.UNKNOWN_CODE, True, "completed", {"unit": "iso-3166/VN-27"}),
    (Outcome.UNKNOWN_CODE, True, "completed", {"unit": "vn-2025/49"}),
    (Outcome.UNKNOWN_CODE, True, "completed", {"unit": None, "malformed": ("admin-unit",)}),
    (Outcome.NO_UNIT, True, "completed", {"unit": None}),
    (Outcome.TRIAL, False, "completed", {"platform": "trial"}),
    (Outcome.TRIAL, False, "voided", {"platform": "trial"}),
    (Outcome.NO_UNIT, False, "completed", {"platform": "trial", "unit": None}),
    (Outcome.UNKNOWN_CODE, False, "completed", {"platform": "trial", "unit": "vn-2025/99"}),
    (Outcome.UNKNOWN_VERB, False, "experienced", {"platform": "trial"}),
    (Outcome.PROVINCE_NOT_ALLOWED, False, "completed", {"platform": "trial", "unit": "vn-2025/01"}),
    (Outcome.TRIAL, False, "completed", {"platform": "ended", "stored": STORED - 1}),
    (Outcome.COUNTED, True, "completed", {"platform": "ended", "stored": STORED}),
]


@pytest.mark.parametrize(("outcome", "counts", "verb", "said"), OUTCOMES)
def test_outcome(outcome: Outcome, counts: bool, verb: str, said: dict[str, Any]) -> None:
    reading = read(verb, **said)
    assert (reading.outcome, reading.counts) == (outcome, counts)
    if outcome is not Outcome.COUNTED:
        named = (Outcome.UNKNOWN_VERB, Outcome.NO_LEARNER, Outcome.TRIAL)
        assert reading.unit is None or outcome in named


def test_every_outcome_occurs() -> None:
    """But *voided*, which no statement says of itself."""
    assert {outcome for outcome, *_ in OUTCOMES} == set(Outcome) - {Outcome.VOIDED}


REMARKS: list[tuple[Remark, str, dict[str, Any]]] = [
    (Remark.CLOCK_AHEAD, "completed", {"at": STORED + AHEAD + 1}),
    (Remark.UNKNOWN_COMMUNE, "completed", {"unit": "vn-2025/48/99999"}),
    (Remark.UNKNOWN_COMMUNE, "completed", {"unit": "vn-2025/48/unresolved"}),
    (Remark.UNKNOWN_COMMUNE, "completed", {"unit": "vn-2025/48/00007"}),
    (Remark.UNKNOWN_GROUP, "completed", {"groups": ("cadres", "retirees")}),
    (Remark.UNKNOWN_GROUP, "completed", {"groups": ("urban-adults",)}),
    (Remark.NO_GROUP, "completed", {"groups": None}),
    (Remark.UNMAPPED_TOPIC, "completed", {"topic": 99}),
    (Remark.UNMAPPED_TOPIC, "initialized", {"topic": None}),
    (Remark.UNMAPPED_TOPIC, "attended", {"topic": None, "activity": "https://one.example/"}),
    (Remark.UNKNOWN_CHANNEL, "completed", {"channel": "by-mail"}),
    (Remark.CONFIRMATION_NOT_ALLOWED, "completed", {
        "confirmation": ("skills", "vneid", "confirmed"), "platform": "moodle", "unit": "vn-2025/46",
    }),
    (Remark.UNKNOWN_STATUS, "completed", {"confirmation": ("skills", "vneid", "maybe")}),
    (Remark.MALFORMED_EXTENSION, "completed", {"malformed": ("channel",)}),
    (Remark.IDENTITY_NUMBER, "completed", {"identity_number": True}),
    (Remark.VOIDING, "voided", {}),
]  # fmt: skip


@pytest.mark.parametrize(("remark", "verb", "said"), REMARKS)
def test_remark(remark: Remark, verb: str, said: dict[str, Any]) -> None:
    reading = read(verb, **said)
    assert reading.remarks == (remark,)
    assert reading.outcome is Outcome.COUNTED


def test_every_remark_occurs_and_a_plain_statement_has_none() -> None:
    assert {remark for remark, *_ in REMARKS} == set(Remark)
    assert read().remarks == ()


@pytest.mark.parametrize("verb", ["registered", EARNED, "voided", "experienced"])
def test_a_topic_is_missed_only_where_one_is_expected(verb: str) -> None:
    assert Remark.UNMAPPED_TOPIC not in read(verb, topic=None).remarks
    assert Remark.UNMAPPED_TOPIC not in read(topic=None, activity="x", activity_type=min(COURSES)).remarks


def test_an_unknown_commune_counts_in_its_province() -> None:
    assert read(unit="vn-2004/49/00007").unit == Unit("vn-2004", "49")


def test_what_is_malformed_never_takes_the_platforms_default() -> None:
    reading = read(platform="moodle", unit=None, malformed=("admin-unit",))
    assert (reading.unit, reading.outcome) == (None, Outcome.UNKNOWN_CODE)
    assert read(platform="moodle", unit="vn-2025/46", groups=(), malformed=("audience-group",)).groups is None
    assert read(platform="moodle", unit="vn-2025/46", malformed=("topic",)).topic is None


@pytest.mark.parametrize(
    ("late", "ahead"), [(-1, False), (0, False), (AHEAD, False), (AHEAD + 1, True), (10**12, True)]
)
def test_a_clock_may_be_five_minutes_ahead(late: int, ahead: bool) -> None:
    reading = read(at=STORED + late)
    assert reading.decides is not ahead
    assert reading.moment == (STORED if ahead else STORED + late)
    assert (Remark.CLOCK_AHEAD in reading.remarks) is ahead
    assert reading.counts


@pytest.mark.parametrize(
    ("activity", "topic"),
    [
        ("https://m.example/a", "bdhvs:01"),
        ("https://m.example/a/", "bdhvs:02"),
        ("https://m.example/", "bdhvs:02"),
        ("https://m.example/long", "bdhvs:02"),
        ("https://m.example/long/", "bdhvs:03"),
        ("https://m.example/long/x", "bdhvs:03"),
        ("https://m.example/long/exact", "own:exact"),
        ("https://m.example/*", "bdhvs:02"),
        ("https://m.example", None),
        ("HTTPS://M.EXAMPLE/a", None),
        (None, None),
    ],
)
def test_exact_before_prefix_and_the_longest_prefix_first(activity: str | None, topic: str | None) -> None:
    assert read(platform="mapping", topic=None, activity=activity).topic == topic


def test_a_topic_that_is_named_goes_before_the_map() -> None:
    assert read(platform="mapping", topic=5, activity="https://m.example/a").topic == "bdhvs:05"
    assert read(platform="mapping", topic=99, activity="https://m.example/a").topic is None
    assert read(platform="mapping", topic=("own", "exact")).topic == "own:exact"
    assert read(platform="onetouch", topic=("own", "exact")).topic is None, (
        "what another platform maps is its own"
    )
    assert read(platform="onetouch", topic=None, activity="https://m.example/a").topic is None


@pytest.mark.parametrize("kind", [*sorted(COURSES), "http://adlnet.gov/expapi/activities/module", None])
def test_course_types_are_alike(kind: str | None) -> None:
    assert read(activity="x", activity_type=kind).course == ("x" if kind in COURSES else None)


def test_there_are_four_course_types_and_ten_verbs() -> None:
    assert (len(COURSES), len(VERBS)) == (4, 10)


ACTIONS = {
    "registered": Action.REGISTERED,
    "initialized": Action.STARTED,
    "progressed": Action.STARTED,
    "failed": Action.STARTED,
    "completed": Action.COMPLETED,
    "passed": Action.COMPLETED,
    SATISFIED: Action.COMPLETED,
    "attended": Action.ATTENDED,
    EARNED: Action.CERTIFIED,
    "voided": Action.VOIDING,
    "experienced": None,
}


@pytest.mark.parametrize(("verb", "action"), ACTIONS.items())
@pytest.mark.parametrize("result", [{}, {"success": True, "completion": True}, {"success": None}])
def test_action(verb: str, action: Action | None, result: dict[str, bool | None]) -> None:
    assert read(verb, **result).action is action


@pytest.mark.parametrize(("verb", "action"), ACTIONS.items())
@pytest.mark.parametrize("result", [{"success": False}, {"completion": False, "success": True}])
def test_without_success_or_completion_nothing_is_completed(
    verb: str, action: Action | None, result: dict[str, bool]
) -> None:
    done = action in (Action.COMPLETED, Action.ATTENDED)
    assert read(verb, **result).action is (Action.STARTED if done else action)


@pytest.mark.parametrize("status", STATUSES)
def test_a_confirmation_counts_only_where_it_is_allowed(status: str) -> None:
    said = ("skills", "vneid", status)
    assert read(confirmation=said).confirmation == ("skills", status)
    reading = read(platform="quang-binh", unit="vn-2025/44", confirmation=said)
    assert (reading.confirmation, reading.counts) == (None, True)


@pytest.mark.parametrize("channel", CHANNELS)
def test_channels(channel: str) -> None:
    assert read(channel=channel).channel == channel


@pytest.mark.parametrize(
    ("platform", "groups", "found"),
    [
        ("onetouch", ("enterprise-leaders",), {"enterprise-leaders", "enterprise-workers", "adults"}),
        ("onetouch", ("retirees",), None),
        ("onetouch", (), None),
        ("onetouch", None, None),
        ("moodle", None, {"students", "secondary-students"}),
        ("moodle", ("farmers",), {"farmers", "adults"}),
        ("moodle", ("retirees",), None),
    ],
)
def test_groups_are_named_or_the_platforms(
    platform: str, groups: tuple[str, ...] | None, found: set[str] | None
) -> None:
    reading = read(platform=platform, unit=None, groups=groups)
    assert reading.groups == (None if found is None else frozenset(found))
    assert reading.explicit_groups is (groups is not None)


def test_the_platforms_unit_stands_in_for_none() -> None:
    reading = read(platform="moodle", unit=None)
    assert (str(reading.unit), reading.explicit_unit) == (MOODLE.unit, False)
    assert read(platform="moodle", unit="vn-2025/46").explicit_unit

"""The facts of a statement: what the profile's extensions say, whoever the learners are."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.fact import Fact
from schemas.profile import Origin, Profile, learners
from schemas.xapi import parse_timestamp
from tests.consumers.factories import (
    COURSE,
    EXT,
    LAUNCH,
    STORED,
    agent,
    confirmation,
    group,
    number,
    said,
    subject,
    void,
)

ORIGIN = Origin("4f1d", 2, 17, "onetouch", STORED)
PROFILE = Profile()


def facts(statement: dict[str, Any], profile: Profile = PROFILE) -> list[Fact]:
    return profile.facts(statement, ORIGIN)


def fact(**extensions: Any) -> Fact:
    (found,) = facts(said(1, **extensions))
    return found


def test_a_fact_says_all_that_aggregation_needs_and_no_name() -> None:
    (found,) = facts(
        said(
            1,
            "passed",
            "Nguyễn Văn An",
            activity="https://one.example/1",
            kind=COURSE,
            result={"success": True, "completion": False, **confirmation("confirmed")},
            unit="vn-2004/49/20335",
            groups=["cadres", "new-code"],
            topic=3,
            channel="online",
        )
    )
    assert found == Fact(
        kind="statement",
        statement=number(1),
        source="4f1d/2",
        offset=17,
        learner=subject("Nguyễn Văn An"),
        subject=subject("Nguyễn Văn An"),
        platform="onetouch",
        stored=STORED,
        timestamp=parse_timestamp(LAUNCH),
        verb="http://adlnet.gov/expapi/verbs/passed",
        activity="https://one.example/1",
        activity_type=COURSE,
        unit=("vn-2004", "49", "20335"),
        groups=("cadres", "new-code"),
        topic=("bdhvs", "03"),
        channel="online",
        success=True,
        completion=False,
        confirmation=("digital-literacy", "vneid", "confirmed"),
    )
    assert b"Nguy" not in found.encode()


def test_what_is_not_said_is_none() -> None:
    bare = said(1)
    del bare["context"]
    (found,) = facts(bare)
    assert (found.unit, found.groups, found.topic, found.channel, found.confirmation) == (None,) * 5
    assert (found.success, found.completion, found.activity_type) == (None,) * 3
    assert found.malformed == ()


MALFORMED: list[tuple[str, Any]] = [
    ("admin-unit", "vn-2025/48"),
    ("admin-unit", []),
    ("admin-unit", {"scheme": "vn-2025"}),
    ("admin-unit", {"scheme": "vn-2025", "province": 48}),
    ("admin-unit", {"scheme": "", "province": "48"}),
    ("admin-unit", {"scheme": "vn-2025", "province": "48", "commune": 20335}),
    ("admin-unit", {"scheme": "vn-2025", "province": "48" * 40}),
    ("audience-group", "cadres"),
    ("audience-group", {"cadres": True}),
    ("topic", "01"),
    ("topic", {"scheme": "bdhvs", "code": 1}),
    ("topic", {"code": "01"}),
    ("channel", 1),
    ("channel", ["online"]),
    ("channel", ""),
    ("channel", "x" * 65),
]


@pytest.mark.parametrize(("name", "value"), MALFORMED)
def test_a_wrong_shape_is_named_and_not_carried_on(name: str, value: Any) -> None:
    statement = said(1)
    statement["context"]["extensions"] = {EXT + name: value}
    (found,) = facts(statement)
    assert found.malformed == (name,)
    assert (found.unit, found.topic, found.channel) == (None, None, None)
    assert found.groups == (() if name == "audience-group" else None), "said, and nothing usable"


def test_the_groups_that_can_be_read_are_carried_on() -> None:
    for value, kept in ((["cadres", 1, ""], ("cadres",)), (["cadres"] * 65, ("cadres",) * 64)):
        found = fact(groups=value)
        assert (found.groups, found.malformed) == (kept, ("audience-group",))


@pytest.mark.parametrize("value", ["yes", [], {"kind": "skills"}, {"kind": 1, "channel": "c", "status": "s"}])
def test_a_confirmation_of_a_wrong_shape(value: Any) -> None:
    (found,) = facts(said(1, result={"extensions": {f"{EXT}confirmation": value}}))
    assert (found.confirmation, found.malformed) == (None, ("confirmation",))


def test_several_wrong_shapes_are_all_named() -> None:
    assert fact(unit=1, groups=1, topic="x", channel=1).malformed == (
        "admin-unit",
        "audience-group",
        "topic",
        "channel",
    )


def test_each_namespace_has_the_same_terms_and_the_first_goes_before() -> None:
    newer = "https://example.vn/bdhvs/"
    profile = Profile((newer, "https://w3id.org/bdhvs/"))
    statement = said(1, channel="online", unit="vn-2025/48")
    (found,) = facts(statement, profile)
    assert (found.channel, found.unit) == ("online", ("vn-2025", "48", None))
    statement["context"]["extensions"][f"{newer}ext/channel"] = "in-person"
    assert [it.channel for it in facts(statement, profile)] == ["in-person"]
    assert [it.channel for it in facts(statement)] == ["online"]


def test_every_identified_member_of_a_group_has_a_fact() -> None:
    found = facts(said(1, actor=group("an", "binh", "an")))
    assert [(it.subject, it.first) for it in found] == [(subject("an"), True), (subject("binh"), False)]
    assert len({it._replace(subject="", learner="", first=True) for it in found}) == 1


@pytest.mark.parametrize(
    "actor",
    [
        {"objectType": "Group", "member": []},
        {"objectType": "Group"},
        {"objectType": "Group", "account": {"homePage": "https://one.example", "name": "class"}},
        {"objectType": "Group", "member": [{"name": "somebody"}]},
    ],
)
def test_nobody_identified_is_one_fact_of_its_own(actor: dict[str, Any]) -> None:
    (found,) = facts(said(1, actor=actor))
    (other,) = facts(said(2, actor=actor))
    assert (found.person, found.first) == (False, True)
    assert found.subject != other.subject


@pytest.mark.parametrize(
    ("name", "flagged"),
    [
        ("048123456789", True),
        ("48123456789", False),
        ("0481234567890", False),
        ("048-12345678", False),
        ("an", False),
        ("٠٤٨١٢٣٤٥٦٧٨٩", False),
    ],
)
def test_a_name_like_a_citizens_number_is_flagged(name: str, flagged: bool) -> None:
    assert [it.identity_number for it in facts(said(1, learner=name))] == [flagged]


def test_every_kind_of_identifier_is_a_learner() -> None:
    actors = [
        agent("an"),
        {"mbox": "mailto:an@example.vn"},
        {"mbox_sha1sum": "a" * 40},
        {"openid": "https://an.example.vn"},
    ]
    found = [next(iter(learners(actor))) for actor in actors]
    assert len(set(found)) == 4
    assert learners({"mbox": "mailto:an@EXAMPLE.vn"}) == learners({"mbox": "mailto:an@example.vn"})


def test_an_object_that_is_no_activity_has_none() -> None:
    (found,) = facts(void(9, 1))
    assert (found.activity, found.activity_type) == (None, None)
    target = {**agent("binh"), "definition": {"type": COURSE}}
    (found,) = facts(said(1) | {"object": target})
    assert (found.activity, found.activity_type) == (None, None)

"""The launch of Quảng Nam and its August: what was generated is what must come out."""

from collections import Counter
from functools import cache
from typing import Any

import orjson
import pytest

from lrs.simulate.august import august
from lrs.simulate.delivery import statements
from lrs.simulate.expected import Expected
from lrs.simulate.launch import launch, registrations
from lrs.simulate.roster import HOME_PAGE, PLATFORM
from lrs.simulate.scenario import Scenario
from lrs.simulate.statement import ADMIN_UNIT, REGISTERED, UNCOUNTED, VOIDED
from schemas.unit import Unit, gazetteer
from schemas.xapi import Version, check_statements, parse_timestamp

SCENARIOS = {"launch": launch, "august": august}
Statement = dict[str, Any]


@cache
def run(name: str, seed: int = 1) -> Scenario:
    return SCENARIOS[name](seed)


@cache
def sent(name: str) -> tuple[Statement, ...]:
    """All statements in the order in which they are delivered, repeated ones repeatedly."""
    return tuple(statement for delivery in run(name).deliveries for statement in statements(delivery))


@cache
def distinct(name: str) -> dict[str, Statement]:
    return {statement["id"]: statement for statement in sent(name)}


def account_of(statement: Statement) -> str:
    name: str = statement["actor"]["account"]["name"]
    return name


def learners(name: str) -> set[str]:
    return {account_of(it) for it in distinct(name).values() if it["verb"]["id"] != VOIDED["id"]}


def with_verb(name: str, *verbs: str) -> list[Statement]:
    return [it for it in distinct(name).values() if it["verb"]["id"] in verbs]


def units(name: str) -> Counter[Unit]:
    named = (it.get("context", {}).get("extensions", {}).get(ADMIN_UNIT) for it in distinct(name).values())
    return Counter(Unit(it["scheme"], it["province"], it.get("commune")) for it in named if it)


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_seed_decides_every_byte(name: str) -> None:
    again = SCENARIOS[name](1)
    assert again == run(name)
    assert SCENARIOS[name](2).deliveries != again.deliveries


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_delivery_is_valid(name: str) -> None:
    for delivery in run(name).deliveries:
        assert delivery.platform == PLATFORM
        check_statements(orjson.loads(delivery.body), Version(delivery.version), 50)


@pytest.mark.parametrize("name", SCENARIOS)
def test_an_id_repeated_is_a_statement_repeated(name: str) -> None:
    known: dict[str, Statement] = {}
    for statement in sent(name):
        assert known.setdefault(statement["id"], statement) == statement


@pytest.mark.parametrize("name", SCENARIOS)
def test_statements_are_counted_as_they_were_sent(name: str) -> None:
    expected: Expected = run(name).expected
    assert expected.sent == len(sent(name))
    assert expected.statements == len(distinct(name))
    assert expected.duplicates > 0
    assert expected.voids == len(with_verb(name, VOIDED["id"]))
    assert expected.uncounted == len(with_verb(name, *UNCOUNTED))
    assert expected.learners == len(learners(name))


def test_3444_learners_register_on_the_morning_once_each() -> None:
    registered = [account_of(it) for it in with_verb("launch", REGISTERED["id"])]
    assert len(registered) == len(set(registered)) == run("launch").expected.registered == 3444
    assert learners("launch") == set(registered)


def test_the_audiences_are_in_the_proportions_of_the_source() -> None:
    expected = run("launch").expected
    assert expected.by_audience == {"cadres": 1335, "enterprises": 469, "citizens": 1640}
    assert expected.by_group["cadres"] == 1335
    assert expected.by_group["enterprise-workers"] == 469
    assert {"community-tech-team", "students", "primary-pupils"} <= expected.by_group.keys()


def test_the_morning_has_25_to_35_thousand_statements_between_half_past_seven_and_half_past_eleven() -> None:
    assert 25_000 <= len(distinct("launch")) <= 35_000
    moments = [it["timestamp"] for it in distinct("launch").values() if it["verb"]["id"] != VOIDED["id"]]
    assert min(moments) >= "2025-04-18T07:30"
    assert max(moments) <= "2025-04-18T11:30"


def test_the_units_of_the_morning_are_those_of_the_old_quang_nam() -> None:
    named = units("launch")
    assert all(gazetteer().known(unit) and unit.province_unit == ("vn-2004", "49", None) for unit in named)
    assert named[Unit("vn-2004", "49")] > 0
    assert len(named) > 200


def test_some_statements_leave_everything_to_the_platform() -> None:
    bare = [
        it
        for it in distinct("launch").values()
        if it["verb"]["id"] != VOIDED["id"] and "extensions" not in it["context"]
    ]
    (registration,) = registrations()
    assert len(bare) == run("launch").expected.bare > 0
    assert all(it["object"]["id"] in registration.activities for it in bare)


def test_voids_come_before_and_after_their_targets_and_spare_registrations() -> None:
    first: dict[str, int] = {}
    for place, statement in enumerate(sent("launch")):
        first.setdefault(statement["id"], place)
    voids = with_verb("launch", VOIDED["id"])
    targets = {it["object"]["id"] for it in voids}
    early = sum(first[it["id"]] < first[it["object"]["id"]] for it in voids)
    assert early == run("launch").expected.voids_before_target
    assert 0 < early < len(voids) == len(targets)
    assert {distinct("launch")[it]["verb"]["display"]["en"] for it in targets} == {"completed"}


def test_some_registrations_come_after_what_followed_them() -> None:
    begun: set[str] = set()
    behind = 0
    for statement in {it["id"]: it for it in reversed(sent("launch"))}.values():
        if statement["verb"]["id"] == REGISTERED["id"]:
            begun.discard(account_of(statement))
    for identifier in dict.fromkeys(it["id"] for it in sent("launch")):
        statement = distinct("launch")[identifier]
        if statement["verb"]["id"] == REGISTERED["id"]:
            behind += account_of(statement) in begun
        else:
            begun.add(account_of(statement))
    assert behind == run("launch").expected.out_of_order > 0


def test_late_statements_come_at_the_very_end() -> None:
    last = [parse_timestamp(it["timestamp"]) for it in sent("launch")[-200:]]
    middle = parse_timestamp("2025-04-18T09:30:00+07:00")
    assert run("launch").expected.late > 200
    assert sum(moment < middle for moment in last) > 50


def test_in_august_1000_learners_of_the_launch_go_on_in_the_new_province() -> None:
    assert len(learners("august")) == run("august").expected.active == 1000
    assert learners("august") < learners("launch")
    assert not distinct("august").keys() & distinct("launch").keys()
    assert not with_verb("august", REGISTERED["id"])
    assert {it["timestamp"][:7] for it in distinct("august").values()} == {"2025-08"}


def test_the_units_of_august_are_those_of_the_new_da_nang() -> None:
    named = units("august")
    assert all(gazetteer().known(unit) and unit.province_unit == ("vn-2025", "48", None) for unit in named)
    assert 0 < named[Unit("vn-2025", "48")] < named.total()


def test_one_touch_may_report_the_province_before_and_after() -> None:
    (registration,) = registrations()
    assert registration.home_page == HOME_PAGE
    assert registration.provinces == frozenset({"vn-2004/49", "vn-2025/48"})
    assert registration.unit == "vn-2004/49"

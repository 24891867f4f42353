"""The nation: everywhere, streaming, and odd in every way that the store has to bear."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from inspect import isgenerator
from itertools import islice
from tracemalloc import get_traced_memory, start, stop
from typing import Any

import orjson
import pytest

from lrs.simulate.delivery import Delivery, statements
from lrs.simulate.nation import nation, registrations
from lrs.simulate.platforms import LOCAL, NATIONAL, PLATFORMS
from lrs.simulate.statement import ATTENDED, EARNED, LMS_COURSE, NAMESPACE, REGISTERED, VOIDED
from schemas.reading import COURSES
from schemas.unit import Unit, gazetteer
from schemas.xapi import Version, check_statements

LEARNERS = 2000
MOODLES = {platform.name for platform in LOCAL if platform.shape == "moodle"}


@cache
def run() -> tuple[Delivery, ...]:
    return tuple(nation(LEARNERS, 1))


@cache
def distinct() -> dict[str, tuple[str, dict[str, Any]]]:
    """By id the platform and the statement, in the order in which they are delivered."""
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for delivery in run():
        for statement in statements(delivery):
            found.setdefault(statement["id"], (delivery.platform, statement))
    return found


def learning() -> Iterator[tuple[str, dict[str, Any]]]:
    return (it for it in distinct().values() if it[1]["verb"]["id"] != VOIDED["id"])


def accounts(statement: dict[str, Any]) -> list[tuple[str, str]]:
    agents = statement["actor"].get("member", [statement["actor"]])
    return [(agent["account"]["homePage"], agent["account"]["name"]) for agent in agents]


def said(statement: dict[str, Any], term: str) -> Any:
    return statement.get("context", {}).get("extensions", {}).get(f"{NAMESPACE}ext/{term}")


def test_the_seed_decides_every_byte() -> None:
    assert tuple(nation(LEARNERS, 1)) == run()
    assert tuple(nation(LEARNERS, 2)) != run()


def test_every_delivery_is_valid_in_its_version() -> None:
    for delivery in run():
        check_statements(orjson.loads(delivery.body), Version(delivery.version), 50)
    assert {delivery.version for delivery in run()} == {"1.0.3", "2.0.0"}


def test_an_id_repeated_is_a_statement_repeated() -> None:
    repeated = 0
    for delivery in run():
        for statement in statements(delivery):
            assert distinct()[statement["id"]] == (delivery.platform, statement)
            repeated += 1
    assert repeated > len(distinct())


@pytest.mark.parametrize("learners", [0, 1, 99, 101])
def test_as_many_learners_come_out_as_were_asked_for(learners: int) -> None:
    found = {
        one
        for delivery in nation(learners, 3)
        for statement in statements(delivery)
        if statement["verb"]["id"] != VOIDED["id"]
        for one in accounts(statement)
    }
    assert len(found) == learners


def test_a_learner_has_8_to_12_statements() -> None:
    assert 8 <= len(distinct()) / LEARNERS <= 12


def test_all_34_provinces_report() -> None:
    named = (said(statement, "admin-unit") for _, statement in learning())
    provinces = {(it["scheme"], it["province"]) for it in named if it}
    assert {(unit.scheme, unit.province) for unit in gazetteer().provinces("vn-2025")} <= provinces


def test_months_of_2025_and_2026_are_covered() -> None:
    months = Counter(statement["timestamp"][:7] for _, statement in learning())
    assert {f"2025-{month:02d}" for month in range(7, 13)} <= months.keys()
    assert {f"2026-{month:02d}" for month in range(1, 5)} <= months.keys()
    assert max(month for month in months if not month.startswith("2099")) < "2026-07"


def test_two_platforms_report_in_the_old_codes_and_only_they() -> None:
    schemes = defaultdict(set)
    for platform, statement in learning():
        if unit := said(statement, "admin-unit"):
            schemes[platform].add(unit["scheme"])
    assert {name for name, used in schemes.items() if "vn-2004" in used} == {"binh-thuan", "quang-binh"}
    assert all(len(used) == 1 for used in schemes.values())


def test_a_platform_reports_only_what_it_may() -> None:
    allowed = {it.name: it.provinces for it in registrations()}
    for platform, statement in learning():
        unit = said(statement, "admin-unit")
        if unit and unit["province"] != "99" and allowed[platform] is not None:
            assert str(Unit(unit["scheme"], unit["province"])) in (allowed[platform] or ())


def test_moodle_sends_no_extensions() -> None:
    sent = [it for platform, it in learning() if platform in MOODLES]
    assert sent
    assert all("extensions" not in statement["context"] for statement in sent)
    assert {statement["object"]["definition"]["type"] for statement in sent} == {LMS_COURSE}
    assert LMS_COURSE in COURSES
    mapped = {iri for it in registrations() for iri in it.activities}
    assert {statement["object"]["id"] in mapped for statement in sent} == {True, False}


def test_mobile_points_come_long_after_what_others_did_then() -> None:
    delivered = [
        (platform, statement["timestamp"])
        for platform, statement in learning()
        if not statement["timestamp"].startswith("2099")
    ]
    latest, lags = "", []
    for platform, timestamp in delivered:
        if platform == "mobile-points":
            lags.append(timestamp < latest)
        else:
            latest = max(latest, timestamp)
    assert lags
    assert all(lags)


def test_a_class_attends_together() -> None:
    classes = [it for _, it in learning() if it["verb"]["id"] == ATTENDED["id"]]
    assert classes
    assert all(len(set(accounts(it))) >= 3 for it in classes)


def test_some_learners_are_on_two_platforms_and_some_move() -> None:
    platforms, provinces = defaultdict(set), defaultdict(set)
    for platform, statement in learning():
        for one in accounts(statement):
            platforms[one].add(platform)
            unit = said(statement, "admin-unit")
            if unit and unit["scheme"] == "vn-2025" and unit["province"] != "99":
                provinces[one].add(unit["province"])
    assert sum(len(found) > 1 for found in platforms.values()) > 5
    assert sum(len(found) > 1 for found in provinces.values()) > 20


def test_one_platform_that_may_confirm_does_and_one_that_may_not() -> None:
    confirming = {
        platform
        for platform, statement in learning()
        if f"{NAMESPACE}ext/confirmation" in statement.get("result", {}).get("extensions", {})
    }
    assert confirming == {NATIONAL.name, "thanh-hoa"}
    assert {it.name for it in registrations() if it.confirms} == {NATIONAL.name}


def test_certificates_unknown_codes_wrong_clocks_and_numbers_occur() -> None:
    sent = [statement for _, statement in learning()]
    groups = {group for it in sent for group in said(it, "audience-group") or ()}
    units = [unit for it in sent if (unit := said(it, "admin-unit"))]
    names = {name for it in sent for _, name in accounts(it)}
    assert any(it["verb"]["id"] == EARNED["id"] for it in sent)
    assert "retirees" in groups
    assert any(unit["province"] == "99" for unit in units)
    assert any(unit.get("commune") == "99999" for unit in units)
    assert any(it["timestamp"].startswith("2099") for it in sent)
    assert any(re.fullmatch(r"[0-9]{12}", name) for name in names)


def test_voids_are_of_their_own_platforms_statements_in_any_order() -> None:
    order = {identifier: place for place, identifier in enumerate(distinct())}
    voids = [(platform, it) for platform, it in distinct().values() if it["verb"]["id"] == VOIDED["id"]]
    early = [order[it["id"]] < order[it["object"]["id"]] for _, it in voids]
    assert all(distinct()[it["object"]["id"]][0] == platform for platform, it in voids)
    assert all(distinct()[it["object"]["id"]][1]["verb"]["id"] != REGISTERED["id"] for _, it in voids)
    assert set(early) == {True, False}


def test_a_million_learners_stream() -> None:
    deliveries = nation(1_000_000, 1)
    assert isgenerator(deliveries)
    start()
    try:
        for _ in islice(deliveries, 200):
            pass
        settled, _ = get_traced_memory()
        for _ in islice(deliveries, 800):
            pass
        _, peak = get_traced_memory()
    finally:
        stop()
    assert peak - settled < 10_000_000


def test_registrations_are_one_for_each_platform() -> None:
    names = [it.name for it in registrations()]
    assert names == [platform.name for platform in PLATFORMS]
    assert len(set(names)) == len(names) == 9
    assert {delivery.platform for delivery in run()} == set(names)

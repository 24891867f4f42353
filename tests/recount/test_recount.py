"""The recount itself, held to results that were worked out by hand from `domain.md` and the tables."""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import permutations
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit

import pytest

from . import recount as program
from .places import with_implied
from .reader import read_statements
from .recount import differences, recount
from .statement import voided_ids

ADL = "http://adlnet.gov/expapi/verbs/"
EARNED = "http://id.tincanapi.com/verb/earned"
SATISFIED = "https://w3id.org/xapi/adl/verbs/satisfied"
BDHVS = "https://w3id.org/bdhvs/ext/"
COURSE = "http://id.tincanapi.com/activitytype/lms/course"

TAN_THANH = {"scheme": "vn-2004", "province": "49", "commune": "20335"}
"""Quảng Nam; one of three wards that became vn-2025/48/20335."""
QUANG_NAM = {"scheme": "vn-2004", "province": "49"}
QUANG_BINH = {"scheme": "vn-2004", "province": "44"}
DA_NANG = {"scheme": "vn-2025", "province": "48"}
TRUNG_TAM = {"scheme": "vn-2025", "province": "48", "commune": "20194"}
"""Hải Vân: made of four communes, all of the old Đà Nẵng."""

ONE_TOUCH: dict[str, Any] = {
    "name": "onetouch",
    "provinces": None,
    "unit": None,
    "groups": [],
    "confirms": True,
    "activities": {},
}


def number(n: int) -> str:
    return f"00000000-0000-4000-8000-{n:012}"


def said(
    n: int,
    verb: str = "progressed",
    learner: str = "an",
    *,
    platform: str = "onetouch",
    at: str = "2025-04-18T08:00:00+07:00",
    stored: str = "2026-03-01T00:00:00.000Z",
    actor: Any = None,
    activity: str = "https://example.vn/a",
    kind: str | None = None,
    result: dict[str, Any] | None = None,
    **extensions: Any,
) -> dict[str, Any]:
    """A stored statement; extensions by their short names: `unit`, `groups`, `topic`, `channel`."""
    names = {"unit": "admin-unit", "groups": "audience-group", "topic": "topic", "channel": "channel"}
    statement: dict[str, Any] = {
        "id": number(n),
        "stored": stored,
        "timestamp": at,
        "authority": {"account": {"homePage": "https://lrs.vn", "name": platform}},
        "actor": actor or agent(learner),
        "verb": {"id": verb if "/" in verb else ADL + verb},
        "object": {"id": activity} | ({"definition": {"type": kind}} if kind else {}),
        "context": {"extensions": {BDHVS + names[name]: value for name, value in extensions.items()}},
    }
    return statement | ({"result": result} if result is not None else {})


def agent(name: str) -> dict[str, Any]:
    return {"account": {"homePage": "https://one.vn", "name": name}}


def void(n: int, target: int, platform: str = "onetouch") -> dict[str, Any]:
    reference = {"objectType": "StatementRef", "id": number(target)}
    return said(n, "voided", platform=platform) | {"object": reference}


def topic(code: str) -> dict[str, str]:
    return {"scheme": "bdhvs", "code": code}


def confirmation(status: str, kind: str = "skills") -> dict[str, Any]:
    return {"extensions": {BDHVS + "confirmation": {"kind": kind, "channel": "vneid", "status": status}}}


def count(*statements: dict[str, Any], platform: dict[str, Any] | None = None) -> dict[str, int]:
    return recount(statements, [ONE_TOUCH | (platform or {})])


def total(cells: dict[str, int], measure: str, group: str = "*") -> dict[str, int]:
    """The `total` cells of a measure: line → count."""
    found = {key.split("|")[1]: n for key, n in cells.items() if key.endswith(f"|{group}|total|{measure}")}
    return dict(sorted(found.items()))


def lines(*statements: dict[str, Any], platform: dict[str, Any] | None = None) -> list[str]:
    """The two commune lines of one learner, each under its province line (checked)."""
    found = total(count(*statements, platform=platform), "registered")
    communes = [line for line in found if line.count("/") == 2]
    assert set(found) == {*communes, *(line.rsplit("/", 1)[0] for line in communes)}
    assert set(found.values()) == {1}
    return communes


def days(cells: dict[str, int], measure: str) -> set[str]:
    """The days in which a measure counts somebody, on the vn-2025 province lines."""
    keys = [key.split("|") for key in cells if key.startswith("g|vn-2025")]
    return {key[3] for key in keys if key[1].count("/") == 1 and key[4] == measure and len(key[3]) == 10}


def outcomes(cells: dict[str, int]) -> dict[str, int]:
    return {key.removeprefix("p|onetouch|"): n for key, n in cells.items() if key.startswith("p|onetouch|")}


def test_it_shares_no_code_with_the_store() -> None:
    check = "import sys, tests.recount.recount; print({*sys.modules} & {'schemas', 'consumers', 'lrs'})"
    root = Path(program.__file__).parents[2]
    ran = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True, cwd=root)
    assert ran.stdout == "set()\n"


# One learner, one statement: everything


def test_all_cells_of_one_completed_topic() -> None:
    cells = count(
        said(1, "completed", unit=TAN_THANH, groups=["cadres"], topic=topic("01"), channel="online"),
    )
    places = ["vn-2004/49", "vn-2004/49/20335", "vn-2025/48", "vn-2025/48/20335"]
    expected = {"p|onetouch|counted": 1}
    for place in places:
        for period in ("total", "2025", "2025-04", "2025-04-18"):
            expected[f"g|{place}|*|{period}|statements"] = 1
            expected[f"c|{place}|online|{period}|active"] = 1
            expected[f"c|{place}|online|{period}|statements"] = 1
            for group in ("*", "cadres", "adults"):
                for measure in ("registered", "registered-inferred", "active", "trained"):
                    expected[f"g|{place}|{group}|{period}|{measure}"] = 1
    for province in ("vn-2004/49", "vn-2025/48"):
        for group in ("*", "cadres", "adults"):
            expected[f"t|{province}|{group}|bdhvs:01|started"] = 1
            expected[f"t|{province}|{group}|bdhvs:01|completed"] = 1
    assert cells == expected


def test_the_order_of_arrival_changes_nothing() -> None:
    statements = [said(1, "registered", unit=QUANG_NAM), void(2, 1), void(3, 2), said(4, unit=DA_NANG)]
    first, *others = [count(*order) for order in permutations(statements)]
    assert all(differences(first, other) == [] for other in others)


def test_a_statement_that_comes_twice_counts_once() -> None:
    once, twice = said(1, unit=QUANG_NAM), said(1, unit=QUANG_NAM)
    assert count(once, twice) == count(once)


# Learners


@pytest.mark.parametrize(
    "identifier",
    [
        {"mbox": "mailto:an@example.vn"},
        {"mbox_sha1sum": "0" * 40},
        {"openid": "https://an.vn"},
        agent("binh"),
    ],
)
def test_each_inverse_functional_identifier_is_a_learner(identifier: dict[str, Any]) -> None:
    cells = count(said(1, actor=identifier), said(2, actor=identifier), said(3, learner="an"))
    assert total(cells, "active")["vn-2025/not-stated"] == 2


def test_an_account_is_its_home_page_too() -> None:
    other = {"account": {"homePage": "https://two.vn", "name": "an"}}
    assert total(count(said(1), said(2, actor=other)), "active")["vn-2025/not-stated"] == 2


def test_identified_members_of_a_group_count_once_each() -> None:
    members = [agent("an"), agent("binh"), agent("an"), {"name": "nobody"}]
    cells = count(said(1, actor={"objectType": "Group", "member": members}, unit=DA_NANG))
    assert total(cells, "active")["vn-2025/48"] == 2
    assert total(cells, "statements")["vn-2025/48"] == 1


@pytest.mark.parametrize(
    "group",
    [
        {"objectType": "Group", "member": [{"name": "nobody"}]},
        {"objectType": "Group", "mbox": "mailto:class@example.vn"},
    ],
)
def test_without_an_identified_member_there_is_no_learner(group: dict[str, Any]) -> None:
    cells = count(said(1, actor=group, unit=DA_NANG))
    assert outcomes(cells) == {"no-learner": 1}
    assert total(cells, "active") == {}
    assert total(cells, "statements")["vn-2025/48"] == 1


# Trials


def test_nothing_of_a_platform_on_trial_is_in_a_figure() -> None:
    sent = [said(1, unit=DA_NANG), said(2, "experienced", unit=DA_NANG), said(3), void(4, 3)]
    cells = count(*sent, platform={"trial": True})
    assert cells == {
        "p|onetouch|trial": 2,
        "p|onetouch|unknown-verb": 1,
        "p|onetouch|voided": 1,
    }


def test_what_was_left_out_of_a_trial_stays_out_by_when_it_was_stored() -> None:
    since = 1_772_323_200_000  # 2026-03-01T00:00:00Z
    before = said(1, unit=DA_NANG, stored="2026-02-28T23:59:59.999Z")
    cells = count(before, said(2, "completed", "binh", unit=DA_NANG), platform={"counted_since": since})
    assert outcomes(cells) == {"trial": 1, "counted": 1}
    assert total(cells, "active")["vn-2025/48"] == 1
    assert cells["g|vn-2025/48|*|total|statements"] == 1


# Time


def test_days_begin_at_midnight_in_vietnam() -> None:
    cells = count(said(1, at="2025-12-31T16:59:59.999Z"), said(2, at="2025-12-31T17:00:00Z"))
    assert days(cells, "active") == {"2025-12-31", "2026-01-01"}
    assert cells["g|vn-2025/not-stated|*|2025|active"] == 1
    assert cells["g|vn-2025/not-stated|*|2026-01|active"] == 1


def test_a_timestamp_too_far_ahead_counts_at_stored_and_decides_neither_unit_nor_group() -> None:
    believed = said(1, unit=QUANG_NAM, groups=["students"])
    ahead = said(
        2,
        at="2027-01-01T00:00:00Z",
        stored="2025-06-01T00:00:00Z",
        unit=QUANG_BINH,
        groups=["cadres"],
        channel="online",
    )
    cells = count(believed, ahead)
    assert total(cells, "active") == {
        "vn-2004/49": 1,
        "vn-2004/49/not-stated": 1,
        "vn-2025/48": 1,
        "vn-2025/48/not-stated": 1,
    }
    assert total(cells, "active", "students")["vn-2004/49"] == 1
    assert total(cells, "active", "cadres") == {}
    assert days(cells, "active") == {"2025-04-18", "2025-06-01"}
    assert cells["g|vn-2004/44|*|2025-06-01|statements"] == 1
    assert outcomes(cells) == {"counted": 2}


def test_five_minutes_ahead_are_believed() -> None:
    stored = "2025-06-01T00:00:00.000Z"
    assert days(count(said(1, at="2025-06-01T00:05:00Z", stored=stored)), "active") == {"2025-06-01"}
    on_the_edge = said(1, at="2025-06-01T00:05:00Z", stored=stored, unit=QUANG_NAM)
    past_it = said(1, at="2025-06-01T00:05:00.001Z", stored=stored, unit=QUANG_NAM)
    assert lines(on_the_edge)[0] == "vn-2004/49/not-stated"
    assert lines(past_it)[0] == "vn-2004/not-stated/not-stated"


# Verbs and results


@pytest.mark.parametrize("verb", ["completed", "passed", SATISFIED])
def test_completing_a_topic_trains(verb: str) -> None:
    cells = count(said(1, verb, topic=topic("03")))
    assert total(cells, "trained")["vn-2025/not-stated"] == 1
    assert cells["t|vn-2004/not-stated|not-stated|bdhvs:03|completed"] == 1


@pytest.mark.parametrize("result", [{"success": False}, {"completion": False, "success": True}])
@pytest.mark.parametrize("verb", ["completed", "passed", SATISFIED, "attended"])
def test_without_success_it_is_only_started(verb: str, result: dict[str, Any]) -> None:
    cells = count(said(1, verb, topic=topic("03"), result=result))
    assert total(cells, "trained") == {}
    assert total(cells, "active")["vn-2025/not-stated"] == 1
    assert cells["t|vn-2004/not-stated|*|bdhvs:03|started"] == 1
    assert "t|vn-2004/not-stated|*|bdhvs:03|completed" not in cells


@pytest.mark.parametrize("verb", ["initialized", "progressed", "failed", "attended"])
def test_starting_or_attending_a_topic_starts_it_alone(verb: str) -> None:
    cells = count(said(1, verb, topic=topic("03"), kind=COURSE))
    assert total(cells, "trained") == {}
    assert cells["t|vn-2004/not-stated|*|bdhvs:03|started"] == 1
    assert "t|vn-2004/not-stated|*|bdhvs:03|completed" not in cells


def test_the_rules_say_how_many_topics_or_courses_train() -> None:
    statements = [
        said(1, "completed", at="2025-04-01T08:00:00+07:00", topic=topic("01")),
        said(2, "completed", at="2025-04-02T08:00:00+07:00", topic=topic("01")),
        said(3, "attended", at="2025-04-03T08:00:00+07:00", topic=topic("02")),
        said(4, "completed", at="2025-04-04T08:00:00+07:00", topic=topic("03")),
        said(5, "completed", at="2025-04-05T08:00:00+07:00", kind=COURSE),
    ]

    def trained(measure: str = "trained", **rules: Any) -> set[str]:
        cells = recount(statements, [ONE_TOUCH], ruleset=rules)
        return days(cells, measure)

    two = {"topics": 2, "courses": None, "attended": False}
    assert trained() == {"2025-04-01"}
    assert trained(trained=two) == {"2025-04-04"}
    assert trained(trained={**two, "attended": True}) == {"2025-04-03"}
    assert trained(trained={**two, "topics": 9, "courses": 1}) == {"2025-04-05"}
    assert trained(trained={**two, "topics": 9}) == set()
    assert trained("trained:p", trained_in={"p": two}) == {"2025-04-04"}


def test_the_rules_may_put_who_was_in_a_split_commune_into_its_main_part() -> None:
    split = said(1, unit={"scheme": "vn-2004", "province": "01", "commune": "00007"})
    assert total(count(split), "active")["vn-2025/01/unresolved"] == 1
    found = total(recount([split], [ONE_TOUCH], ruleset={"default_successor": True}), "active")
    assert "vn-2025/01/unresolved" not in found
    assert found["vn-2025/01/00008"] == 1


def test_a_certificate() -> None:
    cells = count(
        said(1, EARNED, at="2025-05-02T00:00:00Z", topic=topic("01")),
        said(2, EARNED, at="2025-05-01T00:00:00Z"),
    )
    assert days(cells, "certified") == {"2025-05-01"}
    assert total(cells, "trained") == {}
    assert not any(key.startswith("t|") for key in cells)


def test_registering_dates_the_registration_and_is_no_activity() -> None:
    cells = count(
        said(1, at="2025-04-01T00:00:00Z"),
        said(2, "registered", at="2025-04-20T00:00:00Z", topic=topic("01"), channel="online"),
        said(3, "registered", at="2025-04-19T00:00:00Z"),
    )
    assert days(cells, "registered") == {"2025-04-19"}
    assert days(cells, "registered-inferred") == set()
    assert days(cells, "active") == {"2025-04-01"}
    assert "c|vn-2025/not-stated|online|total|active" not in cells
    assert cells["c|vn-2025/not-stated|online|total|statements"] == 1
    assert not any(key.startswith("t|") for key in cells)


def test_without_registering_the_earliest_statement_is_inferred() -> None:
    cells = count(said(1, EARNED, at="2025-04-03T00:00:00Z"), said(2, "attended", at="2025-04-02T00:00:00Z"))
    assert days(cells, "registered") == days(cells, "registered-inferred") == {"2025-04-02"}


def test_other_verbs_are_volume_and_nothing_else() -> None:
    cells = count(
        said(
            1,
            "experienced",
            unit=DA_NANG,
            groups=["cadres"],
            topic=topic("01"),
            result=confirmation("confirmed"),
        ),
        said(2, at="2025-04-01T00:00:00Z", unit=QUANG_BINH),
    )
    assert total(cells, "active", "not-stated")["vn-2004/44"] == 1
    assert days(cells, "active") == {"2025-04-01"}
    assert total(cells, "statements")["vn-2025/48"] == 1
    assert outcomes(cells) == {"unknown-verb": 1, "counted": 1}
    assert total(cells, "confirmed") == {}


# Units: what a statement says


def test_a_default_unit_stands_in_for_one_that_is_not_stated() -> None:
    default = {"unit": "vn-2004/49/20335", "provinces": ["vn-2004/44"]}
    assert lines(said(1), platform=default) == ["vn-2004/49/20335", "vn-2025/48/20335"]


def test_any_explicit_unit_beats_a_later_default() -> None:
    statements = [said(1, unit=QUANG_BINH), said(2, at="2025-09-01T00:00:00Z")]
    cells = count(*statements, platform={"unit": "vn-2025/48/20194"})
    assert set(total(cells, "active")) == {
        "vn-2004/44",
        "vn-2004/44/not-stated",
        "vn-2025/44",
        "vn-2025/44/not-stated",
    }
    assert total(cells, "statements")["vn-2025/48/20194"] == 1


@pytest.mark.parametrize(
    "wrong",
    [
        "vn-2004/49",
        None,
        {"province": "49"},
        {"scheme": "vn-2004"},
        {"scheme": "vn-2030", "province": "49"},
        {"scheme": "vn-2025", "province": "49"},
        {"scheme": "vn-2004", "province": 49},
        {"scheme": "vn-2004", "province": "49", "commune": 20335},
    ],
)
def test_a_unit_that_is_not_known_counts_as_not_stated_without_fallback(wrong: Any) -> None:
    cells = count(said(1, unit=wrong), platform={"unit": "vn-2004/49", "provinces": ["vn-2004/49"]})
    assert outcomes(cells) == {"unknown-code": 1}
    nowhere = dict.fromkeys(
        [
            "vn-2004/not-stated",
            "vn-2004/not-stated/not-stated",
            "vn-2025/not-stated",
            "vn-2025/not-stated/not-stated",
        ],
        1,
    )
    assert total(cells, "active") == total(cells, "statements") == nowhere


@pytest.mark.parametrize("commune", ["99999", "20194"])
def test_an_unknown_commune_leaves_the_province(commune: str) -> None:
    statement = said(1, unit=QUANG_NAM | {"commune": commune})
    assert lines(statement) == ["vn-2004/49/not-stated", "vn-2025/48/not-stated"]
    assert outcomes(count(statement)) == {"counted": 1}


def test_a_province_that_is_not_allowed_counts_for_nothing_but_volume_not_stated() -> None:
    forbidden = said(1, "registered", unit=QUANG_BINH, groups=["cadres"], topic=topic("01"), channel="online")
    allowed = said(2, unit=QUANG_NAM)
    cells = count(forbidden, allowed, platform={"provinces": ["vn-2004/49"]})
    assert outcomes(cells) == {"province-not-allowed": 1, "counted": 1}
    assert total(cells, "registered-inferred", "not-stated")["vn-2004/49"] == 1
    assert total(cells, "statements") == {
        "vn-2004/49": 1,
        "vn-2004/49/not-stated": 1,
        "vn-2004/not-stated": 1,
        "vn-2004/not-stated/not-stated": 1,
        "vn-2025/48": 1,
        "vn-2025/48/not-stated": 1,
        "vn-2025/not-stated": 1,
        "vn-2025/not-stated/not-stated": 1,
    }
    assert cells["c|vn-2004/not-stated|online|total|statements"] == 1


def test_without_any_unit_it_counts_as_not_stated() -> None:
    assert outcomes(count(said(1))) == {"no-unit": 1}
    assert lines(said(1)) == ["vn-2004/not-stated/not-stated", "vn-2025/not-stated/not-stated"]


# Units: where a learner is counted


def test_the_latest_unit_holds_and_a_tie_is_broken_by_the_id() -> None:
    later = said(1, at="2025-04-19T00:00:00Z", unit=QUANG_BINH)
    assert lines(later, said(2, unit=QUANG_NAM))[0] == "vn-2004/44/not-stated"
    assert lines(said(3, unit=QUANG_BINH), said(2, unit=QUANG_NAM))[0] == "vn-2004/44/not-stated"


def test_a_later_statement_of_the_same_province_keeps_the_commune() -> None:
    statements = [said(1, unit=TAN_THANH), said(2, unit=QUANG_BINH), said(3, unit=QUANG_NAM)]
    assert lines(*statements) == ["vn-2004/49/20335", "vn-2025/48/20335"]


def test_the_latest_commune_of_the_province_holds_an_explicit_one_before_a_default() -> None:
    an_my = QUANG_NAM | {"commune": "20341"}
    statements = [said(1, unit=an_my), said(2, unit=TAN_THANH), said(3, unit=QUANG_NAM), said(4)]
    default = {"unit": "vn-2004/49/20341"}
    assert lines(*statements, platform=default)[0] == "vn-2004/49/20335"
    assert lines(*statements[2:], platform=default)[0] == "vn-2004/49/20341"


def test_a_split_commune_is_unresolved() -> None:
    cong_vi = {"scheme": "vn-2004", "province": "01", "commune": "00007"}
    assert lines(said(1, unit=cong_vi)) == ["vn-2004/01/00007", "vn-2025/01/unresolved"]
    later = said(2, unit={"scheme": "vn-2025", "province": "01"})
    assert lines(said(1, unit=cong_vi), later) == ["vn-2004/01/00007", "vn-2025/01/unresolved"]


def test_a_change_of_codes_moves_nobody() -> None:
    before, after = said(1, unit=TAN_THANH), said(2, unit=DA_NANG)
    assert lines(before, after) == ["vn-2004/49/20335", "vn-2025/48/20335"]
    assert lines(before, said(2, unit=TRUNG_TAM)) == ["vn-2004/49/20335", "vn-2025/48/20194"]


def test_a_move_moves() -> None:
    elsewhere = {"scheme": "vn-2025", "province": "38", "commune": "14845"}
    assert lines(said(1, unit=TAN_THANH), said(2, unit=elsewhere)) == ["vn-2004/38/14845", "vn-2025/38/14845"]
    del elsewhere["commune"]
    assert lines(said(1, unit=TAN_THANH), said(2, unit=elsewhere)) == [
        "vn-2004/38/not-stated",
        "vn-2025/38/not-stated",
    ]


@pytest.mark.parametrize(
    ("province", "commune", "old"),
    [
        ("48", "20434", "vn-2004/49/20434"),  # Tân Hiệp: one old commune, whole
        ("48", "20333", "vn-2004/48/498"),  # Hoàng Sa: an island district without wards
        ("48", "20335", "vn-2004/49/not-stated"),  # three old communes of one old province
        ("52", "21997", "vn-2004/52/not-stated"),  # one old commune, but a part of it only
        ("80", "25459", "vn-2004/not-attributable/not-stated"),  # Tân Ninh: from 72 and 80
    ],
)
def test_a_new_commune_leads_back_where_it_lay_in_one_old_province(
    province: str, commune: str, old: str
) -> None:
    unit = {"scheme": "vn-2025", "province": province, "commune": commune}
    assert lines(said(1, unit=unit)) == [old, f"vn-2025/{province}/{commune}"]


def test_a_new_province_leads_back_only_if_it_is_one_old_one() -> None:
    thanh_hoa = {"scheme": "vn-2025", "province": "38"}
    assert lines(said(1, unit=thanh_hoa)) == ["vn-2004/38/not-stated", "vn-2025/38/not-stated"]
    assert lines(said(1, unit=DA_NANG)) == ["vn-2004/not-attributable/not-stated", "vn-2025/48/not-stated"]


def test_the_same_digits_are_another_province() -> None:
    quang_tri = {"scheme": "vn-2025", "province": "44"}
    assert lines(said(1, unit=QUANG_BINH), said(2, unit=quang_tri))[0] == "vn-2004/44/not-stated"
    old_quang_tri = {"scheme": "vn-2004", "province": "45"}
    assert lines(said(1, unit=old_quang_tri), said(2, unit=quang_tri))[0] == "vn-2004/45/not-stated"


# Groups


def test_implied_groups_are_added_and_unknown_ones_dropped() -> None:
    assert with_implied(["enterprise-leaders", "urban-adults", "martians", 7]) == {
        "enterprise-leaders",
        "enterprise-workers",
        "adults",
    }
    assert with_implied("cadres") == with_implied(["urban-adults"]) == frozenset()


def test_the_latest_statement_that_states_known_groups_holds() -> None:
    cells = count(
        said(1, groups=["cadres"]),
        said(2, at="2025-05-01T00:00:00Z", groups=["students"]),
        said(3, at="2025-06-01T00:00:00Z", groups=["martians", "urban-adults"]),
        said(4, at="2025-07-01T00:00:00Z", groups="cadres"),
        said(5, at="2025-08-01T00:00:00Z"),
    )
    groups = {key.split("|")[2] for key in cells if key.endswith("|total|active") and key.startswith("g|")}
    assert groups == {"*", "students", "secondary-students"}


def test_explicit_groups_beat_default_ones_and_defaults_beat_none() -> None:
    def groups(*statements: dict[str, Any]) -> set[str]:
        cells = count(*statements, platform={"groups": ["farmers", "martians"]})
        return {key.split("|")[2] for key in cells if key.endswith("|total|registered")}

    later = said(2, at="2025-05-01T00:00:00Z")
    assert groups(said(1, groups=["cadres"]), later) == {"*", "cadres", "adults"}
    assert groups(said(1, groups=["martians"]), later) == {"*", "farmers", "adults"}
    assert groups(said(1, groups=["martians"])) == {"*", "not-stated"}


# Topics, courses, trained


def test_trained_is_dated_by_the_earliest_completion_of_a_topic_or_a_course() -> None:
    cells = count(
        said(1, "completed", at="2025-05-01T00:00:00Z"),
        said(2, "passed", at="2025-05-03T00:00:00Z", topic=topic("02")),
        said(3, "completed", at="2025-05-02T00:00:00Z", kind=COURSE),
    )
    assert days(cells, "trained") == {"2025-05-02"}


@pytest.mark.parametrize(
    "kind",
    [
        COURSE,
        "http://adlnet.gov/expapi/activities/course",
        "https://w3id.org/xapi/cmi5/activitytype/course",
        "https://w3id.org/xapi/cmi5/activities/course",
    ],
)
def test_the_four_types_of_course(kind: str) -> None:
    assert total(count(said(1, "completed", kind=kind)), "trained")["vn-2025/not-stated"] == 1
    assert total(count(said(1, "completed", kind=kind + "s")), "trained") == {}


def test_a_platforms_map_gives_topics_exact_before_longest_prefix() -> None:
    activities = {
        "https://one.vn/*": "other:1",
        "https://one.vn/b/*": "other:2",
        "https://one.vn/b/7": "bdhvs:07",
        "https://one.vn/b/7*": "other:3",
    }

    def topics(**statement: Any) -> set[str]:
        cells = count(said(1, "initialized", **statement), platform={"activities": activities})
        return {key.split("|")[3] for key in cells if key.startswith("t|")}

    assert topics(activity="https://one.vn/a") == {"other:1"}
    assert topics(activity="https://one.vn/b/8") == {"other:2"}
    assert topics(activity="https://one.vn/b/7") == {"bdhvs:07"}
    assert topics(activity="https://one.vn/b/77") == {"other:3"}
    assert topics(activity="https://two.vn/") == set()
    assert topics(activity="https://two.vn/", topic={"scheme": "other", "code": "1"}) == {"other:1"}
    assert topics(activity="https://one.vn/a", topic=topic("01")) == {"bdhvs:01"}
    assert topics(activity="https://one.vn/a", topic=topic("11")) == set()
    assert topics(activity="https://one.vn/a", topic="bdhvs:01") == set()


def test_known_topics_can_be_given() -> None:
    statement = said(1, "completed", topic=topic("11"))
    assert total(count(statement), "trained") == {}
    cells = recount([statement], [ONE_TOUCH], topics={"bdhvs:11"})
    assert cells["t|vn-2025/not-stated|*|bdhvs:11|completed"] == 1


def test_only_an_activity_has_a_topic_or_is_a_course() -> None:
    reference = {"objectType": "Agent", "id": "https://one.vn/a", "definition": {"type": COURSE}}
    statement = said(1, "completed") | {"object": reference}
    assert total(count(statement, platform={"activities": {"https://one.vn/*": "bdhvs:01"}}), "trained") == {}


# Confirmations


def test_the_latest_of_each_kind_holds_and_the_earliest_of_these_dates() -> None:
    cells = count(
        said(1, at="2025-05-01T00:00:00Z", result=confirmation("confirmed", "a")),
        said(2, at="2025-05-02T00:00:00Z", result=confirmation("revoked", "a")),
        said(3, at="2025-05-04T00:00:00Z", result=confirmation("confirmed", "b")),
        said(4, at="2025-05-03T00:00:00Z", result=confirmation("confirmed", "c")),
        said(5, at="2025-05-03T00:00:00Z", result=confirmation("pending", "d")),
        said(6, at="2025-05-03T00:00:00Z", result=confirmation("rejected", "d")),
        said(7, at="2025-05-09T00:00:00Z", result=confirmation("approved", "d")),
    )
    assert days(cells, "confirmed") == {"2025-05-03"}
    statuses = {
        key.rsplit(":", 1)[1]: n
        for key, n in cells.items()
        if key.startswith("g|vn-2025/not-stated|*|total|conf") and ":" in key
    }
    assert statuses == {"revoked": 1, "confirmed": 1, "rejected": 1}


def test_only_a_platform_that_may_confirm_confirms() -> None:
    cells = count(said(1, result=confirmation("confirmed")), platform={"confirms": False})
    assert not any("confirm" in key for key in cells)
    assert outcomes(cells) == {"no-unit": 1}


def test_a_revocation_leaves_no_confirmation() -> None:
    cells = count(
        said(1, result=confirmation("confirmed")), said(2, result=confirmation("revoked"), unit=QUANG_NAM)
    )
    assert total(cells, "confirmed") == {}
    assert total(cells, "confirmation:revoked")["vn-2004/49"] == 1


# Channels


def test_channels_count_learners_at_their_line_and_statements_at_the_line_they_name() -> None:
    cells = count(
        said(1, unit=QUANG_NAM, channel="online"),
        said(2, at="2025-05-01T00:00:00Z", unit=QUANG_BINH, channel="online"),
        said(3, at="2025-04-01T00:00:00Z", unit=QUANG_BINH, channel="telepathy"),
        said(4, at="2025-04-01T00:00:00Z", unit=QUANG_BINH),
    )
    here = {key: n for key, n in cells.items() if key.startswith("c|vn-2004/44|") and "|2025" not in key}
    assert here == {
        "c|vn-2004/44|online|total|active": 1,
        "c|vn-2004/44|online|total|statements": 1,
        "c|vn-2004/44|not-stated|total|active": 1,
        "c|vn-2004/44|not-stated|total|statements": 2,
    }
    assert cells["c|vn-2004/44|online|2025-04-18|active"] == 1
    assert "c|vn-2004/49|online|total|active" not in cells
    assert cells["c|vn-2004/49|online|2025-04-18|statements"] == 1


# Voids


def test_a_void_takes_its_target_back_but_not_its_volume() -> None:
    cells = count(void(9, 1), said(1, unit=DA_NANG), said(2, learner="binh"))
    assert outcomes(cells) == {"voided": 1, "counted": 1, "no-unit": 1}
    assert "vn-2025/48" not in total(cells, "active")
    assert total(cells, "statements")["vn-2025/48"] == 1
    assert total(cells, "statements")["vn-2025/not-stated"] == 2
    assert total(cells, "registered")["vn-2025/not-stated"] == 1


def test_whose_voids_work_on_what() -> None:
    statements = [
        said(1),
        said(2, platform="other"),
        said(3),
        void(4, 1),
        void(5, 2),
        void(6, 3, platform="other"),
        void(7, 4),
        void(8, 99),
    ]
    assert voided_ids(statements) == {number(1)}
    assert voided_ids(statements, {"onetouch"}) == {number(1), number(2)}
    assert voided_ids(statements, {"other"}) == {number(1), number(3)}


def test_a_void_makes_nobody_a_learner_and_ids_have_no_case() -> None:
    target, voiding = said(10, unit=DA_NANG), void(11, 10)
    target["id"] = "ABCDEF00-0000-4000-8000-000000000010"
    voiding["object"]["id"] = target["id"].lower()
    cells = count(target, voiding)
    assert outcomes(cells) == {"voided": 1, "counted": 1}
    assert total(cells, "registered") == {}


# Outcomes


def test_each_statement_has_the_first_outcome_that_fits() -> None:
    nobody = {"objectType": "Group", "member": []}
    wrong, forbidden = {"scheme": "?"}, QUANG_BINH
    cells = count(
        said(1, "experienced", actor=nobody, unit=wrong),
        said(2, "experienced", actor=nobody, unit=forbidden),
        void(3, 2) | {"actor": nobody},
        said(4, actor=nobody, unit=forbidden),
        said(5, unit=forbidden),
        said(6, unit=wrong),
        said(7),
        said(8, unit=QUANG_NAM),
        platform={"provinces": ["vn-2004/49"]},
    )
    assert outcomes(cells) == {
        "unknown-verb": 1,
        "voided": 1,
        "no-learner": 1,
        "province-not-allowed": 1,
        "unknown-code": 1,
        "no-unit": 1,
        "counted": 2,
    }


def test_a_platform_without_a_registration_has_no_defaults() -> None:
    cells = count(said(1, platform="stranger", unit=QUANG_NAM, result=confirmation("confirmed")))
    assert cells["p|stranger|counted"] == 1
    assert total(cells, "confirmed") == {}


def test_a_registration_with_an_unknown_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="vn-2025/49"):
        count(platform={"unit": "vn-2025/49"})


# Comparing


def test_differences_are_readable_and_leave_remarks_out() -> None:
    ours = {"g|a|*|total|active": 2, "p|x|counted": 1, "same": 1, "zero": 0}
    theirs = {"g|a|*|total|active": 3, "p|x|remark:unknown-group": 4, "same": 1}
    assert differences(ours, theirs) == [
        "g|a|*|total|active: 2 here, 3 there",
        "p|x|counted: 1 here, 0 there",
    ]


# Reading over HTTP


@contextmanager
def served(listed: list[dict[str, Any]], voided: dict[str, dict[str, Any]]) -> Iterator[str]:
    """A store of two statements a page; `secret` opens it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            credential = base64.b64encode(b"key:secret").decode()
            if self.headers["Authorization"] != f"Basic {credential}":
                self.answer(401, {"code": "unauthorized"})
            elif self.headers["X-Experience-API-Version"] != "2.0.0" or url.path != "/base/xapi/statements":
                self.answer(400, {"code": "bad-request"})
            elif "voidedStatementId" in query:
                found = voided.get(query["voidedStatementId"])
                self.answer(200 if found else 404, found or {"code": "not-found"})
            else:
                first = int(query.get("from", "0"))
                more = f"/base/xapi/statements?from={first + 2}" if first + 2 < len(listed) else ""
                assert first or query == {"limit": "500"}
                self.answer(200, {"statements": listed[first : first + 2], "more": more})

        def answer(self, status: int, body: dict[str, Any]) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the base class names it
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/base/"
        finally:
            server.shutdown()
            thread.join()


def test_the_reader_pages_and_fetches_what_is_voided() -> None:
    target, others = said(1), [said(2), said(3), void(4, 1), void(5, 2, platform="other"), void(6, 99)]
    with served(others, {number(1): target}) as url:
        statements, voided = read_statements(url, "key", "secret")
        with pytest.raises(HTTPError, match="401") as refusal:
            read_statements(url, "key", "wrong")
        refusal.value.close()
    assert sorted(statement["id"] for statement in statements) == [number(n) for n in range(1, 7)]
    assert voided == {number(1)} == voided_ids(statements)


def test_the_command_writes_the_cells(tmp_path: Path) -> None:
    target, others = said(1), [said(2, unit=QUANG_NAM), void(4, 1)]
    registrations = tmp_path / "registrations.json"
    registrations.write_text(json.dumps([ONE_TOUCH]), encoding="utf-8")
    with served(others, {number(1): target}) as url:
        command = [sys.executable, program.__file__, url, "key", "secret", str(registrations)]
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ran.stderr == ""
    assert differences(json.loads(ran.stdout), count(target, *others)) == []

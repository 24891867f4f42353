"""Ids follow from what identifies a row; the rest may be corrected."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lrs.attendance.row import VERB_NAMES, Row
from lrs.attendance.statement import Maker
from schemas.unit import Unit
from schemas.xapi import Version, check_statement

MAKER = Maker("ha-noi", "https://hanoi.example.vn", "https://w3id.org/bdhvs/")
ROW = Row(
    number=2,
    account="hv-1",
    time=datetime(2025, 5, 20, 1, 30, tzinfo=UTC),
    verb=VERB_NAMES["attended"],
    topic=("bdhvs", "03"),
    activity=None,
    unit=Unit("vn-2025", "01", "00070"),
    groups=("elderly",),
    channel="in-person",
    identity_number=False,
)


@pytest.mark.parametrize(
    "other",
    [
        {"account": "hv-2"},
        {"verb": VERB_NAMES["completed"]},
        {"topic": ("bdhvs", "04")},
        {"topic": None},
        {"activity": "https://hanoi.example.vn/a"},
        {"time": ROW.time + timedelta(days=1)},
    ],
)
def test_what_identifies_a_row_makes_its_id(other: dict[str, Any]) -> None:
    assert MAKER.identifier(replace(ROW, **other), 0) != MAKER.identifier(ROW, 0)


@pytest.mark.parametrize(
    "other",
    [
        {"number": 99},
        {"unit": None},
        {"groups": None},
        {"channel": "mobile-point"},
        {"time": ROW.time + timedelta(hours=15)},
    ],
)
def test_the_rest_makes_none(other: dict[str, Any]) -> None:
    assert MAKER.identifier(replace(ROW, **other), 0) == MAKER.identifier(ROW, 0)


def test_a_day_is_one_of_vietnam() -> None:
    late = replace(ROW, time=datetime(2025, 5, 20, 17, tzinfo=UTC))
    assert MAKER.identifier(late, 0) != MAKER.identifier(ROW, 0), "it is the 21st there"


def test_platforms_and_home_pages_have_ids_of_their_own() -> None:
    others = [
        Maker("hue", "https://hanoi.example.vn", "https://w3id.org/bdhvs/"),
        Maker("ha-noi", "https://other.example.vn", "https://w3id.org/bdhvs/"),
    ]
    ids = {maker.identifier(ROW, revision) for maker in (MAKER, *others) for revision in range(3)}
    assert len(ids) == 9


def test_what_is_made_is_xapi_and_stays_the_same() -> None:
    for made in (MAKER.statement(ROW, 0), MAKER.void(ROW, 0)):
        assert check_statement(made, Version.V2_0_0) == made
    assert MAKER.statement(ROW, 0)["id"] == "b914be1c-c560-5aa0-8b12-41e4a78495de", (
        "an id that changes would count everybody twice"
    )
    assert MAKER.void(ROW, 0)["object"]["id"] == MAKER.identifier(ROW, 0)

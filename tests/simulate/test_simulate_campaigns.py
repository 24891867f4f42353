"""The campaigns of single provinces: what they expect is what a recount of their statements comes to."""

from __future__ import annotations

from functools import cache
from typing import Any

import orjson
import pytest

from lrs.simulate.campaign import Campaign
from lrs.simulate.campaigns import CAMPAIGNS
from lrs.simulate.delivery import statements
from schemas.unit import Unit, gazetteer
from schemas.xapi import Version, check_statements
from tests.recount.recount import recount

NAMES = list(CAMPAIGNS)


@cache
def made(name: str, seed: int = 1) -> Campaign:
    return CAMPAIGNS[name](seed)


@cache
def stored(name: str) -> list[dict[str, Any]]:
    """Its statements as a store answers them."""
    found = {}
    for delivery in made(name).deliveries:
        for it in statements(delivery):
            authority = {"account": {"homePage": "https://lrs.example", "name": delivery.platform}}
            found[it["id"]] = {**it, "authority": authority, "stored": "2026-10-01T00:00:00.000Z"}
    return list(found.values())


@pytest.mark.parametrize("name", NAMES)
def test_the_seed_decides_every_byte(name: str) -> None:
    assert CAMPAIGNS[name](1).deliveries == made(name).deliveries
    assert CAMPAIGNS[name](2).deliveries != made(name).deliveries


@pytest.mark.parametrize("name", NAMES)
def test_every_statement_is_valid(name: str) -> None:
    for delivery in made(name).deliveries:
        check_statements(orjson.loads(delivery.body), Version(delivery.version), 1000)


@pytest.mark.parametrize("name", NAMES)
def test_what_it_expects_is_what_a_recount_comes_to(name: str) -> None:
    platforms = [it.model_dump(mode="json") for it in made(name).registrations]
    counted = recount(stored(name), platforms)
    expected = made(name).expected
    assert expected
    assert {key: counted.get(key, 0) for key in expected} == expected


@pytest.mark.parametrize("name", NAMES)
def test_some_statements_are_sent_twice(name: str) -> None:
    assert len(stored(name)) < sum(delivery.statements for delivery in made(name).deliveries)


def test_quang_binh_has_one_figure_in_all_its_communes() -> None:
    expected = made("quang-binh").expected
    assert expected["g|vn-2004/44|*|2025-05-09|active"] == 7_950
    counted = recount(
        stored("quang-binh"), [it.model_dump(mode="json") for it in made("quang-binh").registrations]
    )
    communes = {key.split("|")[1] for key in counted if key.startswith("g|vn-2004/44/")}
    assert communes == {str(it) for it in gazetteer().communes(Unit("vn-2004", "44"))}


def test_mobile_points_send_months_later_and_after_all_that_was_sent_online() -> None:
    platforms = [delivery.platform for delivery in made("ha-noi").deliveries]
    first = platforms.index("mobile-points")
    assert set(platforms[:first]) == {"ha-noi"}
    assert set(platforms[first:]) == {"mobile-points"}

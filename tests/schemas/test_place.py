"""One unit per scheme: where a learner counts, by what their statements name (G7)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.learner import Learner, absorb
from schemas.place import latest_units, places, places_of_text
from schemas.reading import Rules
from schemas.registration import Registration
from schemas.ruleset import Ruleset
from schemas.unit import SCHEMES, Unit, gazetteer
from tests.consumers.factories import ONE_TOUCH, fact

APRIL, JULY, AUGUST = "2025-04-18T08:00:00+07:00", "2025-07-02T08:00:00+07:00", "2025-08-14T08:00:00+07:00"
DEFAULT = Registration(name="default", provinces=None, unit="vn-2004/44")
RULES = Rules(Ruleset(number=1, platforms={it.name: it for it in (ONE_TOUCH, DEFAULT)}))


def lines_of(*named: tuple[str, str | None] | tuple[str, str | None, dict[str, Any]]) -> tuple[str, str]:
    """The commune's line in vn-2004 and in vn-2025 of who named these units at these moments, in any order
    (checked).
    """
    facts = [
        fact(n, at=at, unit=unit, **(more[0] if more else {})) for n, (at, unit, *more) in enumerate(named)
    ]
    found = set()
    for order in (facts, facts[::-1]):
        learner = Learner()
        for n, it in enumerate(order):
            absorb(learner, it._replace(source=f"log/{n}"), RULES.read(it))
        found.add(places(*latest_units(learner.units), False))
    ((province, commune),) = found
    new, _, old = commune.partition("~")
    assert province == f"{new.split('/')[0]}~{old.split('/')[0]}"
    return f"vn-2004/{old}", f"vn-2025/{new}"


@pytest.mark.parametrize(
    ("named", "old", "new"),
    [
        # Quảng Nam became a part of Đà Nẵng
        ("vn-2004/49", "vn-2004/49/not-stated", "vn-2025/48/not-stated"),
        ("vn-2004/49/20335", "vn-2004/49/20335", "vn-2025/48/20335"),
        # 48 was Đà Nẵng and is Đà Nẵng with Quảng Nam: which of them, only a commune tells
        ("vn-2025/48", "vn-2004/not-attributable/not-stated", "vn-2025/48/not-stated"),
        ("vn-2025/48/20194", "vn-2004/48/not-stated", "vn-2025/48/20194"),
        ("vn-2025/48/20335", "vn-2004/49/not-stated", "vn-2025/48/20335"),
        # 20695 alone became 20695: the old commune is certain too
        ("vn-2025/48/20695", "vn-2004/49/20695", "vn-2025/48/20695"),
        # 44 was Quảng Bình, and is Quảng Trị, which was 45
        ("vn-2004/44", "vn-2004/44/not-stated", "vn-2025/44/not-stated"),
        ("vn-2004/45", "vn-2004/45/not-stated", "vn-2025/44/not-stated"),
        ("vn-2025/44", "vn-2004/not-attributable/not-stated", "vn-2025/44/not-stated"),
        ("vn-2025/44/18859", "vn-2004/44/not-stated", "vn-2025/44/18859"),
        ("vn-2025/44/19366", "vn-2004/45/not-stated", "vn-2025/44/19366"),
        # Lâm Đồng took over Bình Thuận (60) and Đắk Nông (67)
        ("vn-2004/60", "vn-2004/60/not-stated", "vn-2025/68/not-stated"),
        ("vn-2004/67", "vn-2004/67/not-stated", "vn-2025/68/not-stated"),
        ("vn-2004/68", "vn-2004/68/not-stated", "vn-2025/68/not-stated"),
        ("vn-2025/68", "vn-2004/not-attributable/not-stated", "vn-2025/68/not-stated"),
        ("vn-2025/68/22918", "vn-2004/60/not-stated", "vn-2025/68/22918"),
        ("vn-2025/68/24611", "vn-2004/67/not-stated", "vn-2025/68/24611"),
        # Hà Nội has one predecessor, itself; its commune 00007 was split
        ("vn-2025/01", "vn-2004/01/not-stated", "vn-2025/01/not-stated"),
        ("vn-2004/01/00007", "vn-2004/01/00007", "vn-2025/01/unresolved"),
        # a new commune across the border of two old provinces
        ("vn-2025/31/10804", "vn-2004/not-attributable/not-stated", "vn-2025/31/10804"),
        # Hoàng Sa, an island district without wards
        ("vn-2004/48/498", "vn-2004/48/498", "vn-2025/48/20333"),
        (None, "vn-2004/not-stated/not-stated", "vn-2025/not-stated/not-stated"),
    ],
)
def test_one_naming(named: str | None, old: str, new: str) -> None:
    assert lines_of((APRIL, named)) == (old, new)
    text = named or "-"
    _, commune = places_of_text(text, False)
    assert commune == f"{new.removeprefix('vn-2025/')}~{old.removeprefix('vn-2004/')}"


@pytest.mark.parametrize(
    ("first", "then", "old", "new"),
    [
        # a change of codes moves nobody
        ("vn-2004/49/20335", "vn-2025/48", "vn-2004/49/20335", "vn-2025/48/20335"),
        ("vn-2004/49", "vn-2025/48", "vn-2004/49/not-stated", "vn-2025/48/not-stated"),
        ("vn-2004/48", "vn-2025/48", "vn-2004/48/not-stated", "vn-2025/48/not-stated"),
        ("vn-2004/44", "vn-2025/44", "vn-2004/44/not-stated", "vn-2025/44/not-stated"),
        ("vn-2004/01/00007", "vn-2025/01", "vn-2004/01/00007", "vn-2025/01/unresolved"),
        ("vn-2004/49/20335", "vn-2025/48/20335", "vn-2004/49/20335", "vn-2025/48/20335"),
        # nor one back to the old codes
        ("vn-2025/48/20335", "vn-2004/49", "vn-2004/49/not-stated", "vn-2025/48/not-stated"),
        # within the same province a statement without a commune keeps it
        ("vn-2004/49/20335", "vn-2004/49", "vn-2004/49/20335", "vn-2025/48/20335"),
        ("vn-2025/48/20194", "vn-2025/48", "vn-2004/48/not-stated", "vn-2025/48/20194"),
        # another province is a move, on both sides
        ("vn-2004/49/20335", "vn-2025/44", "vn-2004/not-attributable/not-stated", "vn-2025/44/not-stated"),
        ("vn-2004/44", "vn-2004/45", "vn-2004/45/not-stated", "vn-2025/44/not-stated"),
        ("vn-2004/49/20335", "vn-2025/01", "vn-2004/01/not-stated", "vn-2025/01/not-stated"),
        ("vn-2004/49", "vn-2025/44/18859", "vn-2004/44/not-stated", "vn-2025/44/18859"),
        # what is not known, or not stated, says nothing
        ("vn-2004/49/20335", "vn-2025/99", "vn-2004/49/20335", "vn-2025/48/20335"),
        ("vn-2004/49/20335", None, "vn-2004/49/20335", "vn-2025/48/20335"),
        ("vn-2004/49/20335", "vn-2004/49/99999", "vn-2004/49/20335", "vn-2025/48/20335"),
    ],
)
def test_two_namings(first: str, then: str | None, old: str, new: str) -> None:
    assert lines_of((APRIL, first), (JULY, then)) == (old, new)


def test_there_and_back() -> None:
    """The commune named before in a province is kept through a stay elsewhere."""
    found = lines_of((APRIL, "vn-2004/49/20335"), (JULY, "vn-2025/01"), (AUGUST, "vn-2025/48"))
    assert found == ("vn-2004/49/20335", "vn-2025/48/20335")


@pytest.mark.parametrize("when", [APRIL, AUGUST])
def test_what_is_named_goes_before_a_platforms_default_however_late(when: str) -> None:
    default = {"platform": "default"}
    assert lines_of((when, None, default))[0] == "vn-2004/44/not-stated"
    assert lines_of((when, None, default), (JULY, "vn-2004/49"))[0] == "vn-2004/49/not-stated"


def test_a_clock_that_is_ahead_decides_nothing() -> None:
    ahead = "2099-01-01T00:00:00Z"
    assert lines_of((ahead, "vn-2025/01"), (APRIL, "vn-2004/49"))[0] == "vn-2004/49/not-stated"
    assert lines_of((ahead, "vn-2025/01"))[0] == "vn-2004/not-stated/not-stated"


def test_of_one_moment_the_greater_id_decides() -> None:
    assert lines_of((APRIL, "vn-2004/49"), (APRIL, "vn-2004/44"))[0] == "vn-2004/44/not-stated"
    assert lines_of((APRIL, "vn-2004/44"), (APRIL, "vn-2004/49"))[0] == "vn-2004/49/not-stated"


UNITS = [
    unit
    for scheme in SCHEMES
    for province in gazetteer().provinces(scheme)
    for unit in (province, *gazetteer().communes(province)[::7])
]


@given(st.sampled_from(UNITS), st.sampled_from([it for it in UNITS if it.scheme == "vn-2004"]))
def test_both_sides_agree(latest: Unit, old: Unit) -> None:
    """A line's old province is one that its new one took over, or not attributable."""
    if latest.scheme == "vn-2004":
        old = latest
    province, commune = places(latest, old, False)
    new, _, before = province.partition("~")
    found = Unit("vn-2025", new)
    assert gazetteer().known(found)
    assert before == "not-attributable" or gazetteer().succeeds(found, Unit("vn-2004", before))
    assert (commune.split("~")[0].split("/")[0], commune.split("~")[1].split("/")[0]) == (new, before)

"""Accounts, persons and the share that is linked, by province and in the nation."""

from __future__ import annotations

from lrs.reports import province_reading, province_sheet, provinces
from lrs.reports.linking import Linking
from schemas.unit import SCHEMES
from tests.reports.learning import basis_of, cells_of, fact

FACTS = [
    fact("an", place="vn-2025/48"),
    fact("an-too", place="vn-2025/48")._replace(subject="person:p"),
    fact("an-three", place="vn-2025/48")._replace(subject="person:p"),
    fact("chi", place="vn-2025/46")._replace(subject="person:q"),
    fact("dung", place="vn-2025/46"),
    fact("em", place="vn-2025/46"),
]


def test_every_line_says_how_many_accounts_its_learners_have() -> None:
    made = provinces.build(basis_of(cells_of(FACTS)), "vn-2025", "total", "*")
    lines = {line.code: line.linking for line in made.lines}
    assert lines["48"] == Linking(learners=2, persons=1, accounts=3, linked_accounts=2, linked_percent=66.67)
    assert lines["46"] == Linking(learners=3, persons=1, accounts=3, linked_accounts=1, linked_percent=33.33)
    assert lines["01"] == Linking(learners=0, persons=0, accounts=0, linked_accounts=0, linked_percent=None)
    assert made.linking == Linking(learners=5, persons=2, accounts=6, linked_accounts=3, linked_percent=50.0)
    assert made.nation is not None
    assert made.nation.registered == 5


def test_the_nation_is_the_same_in_both_schemes() -> None:
    basis = basis_of(cells_of(FACTS))
    both = [provinces.build(basis, scheme, "total", "*") for scheme in SCHEMES]
    assert both[0].linking == both[1].linking


def test_a_province_says_it_too() -> None:
    made = province_reading.build(basis_of(cells_of(FACTS)), "vn-2025", "48", "*")
    assert (made.linking.accounts, made.linking.linked_accounts) == (3, 2)


def test_accounts_are_not_dated() -> None:
    made = provinces.build(basis_of(cells_of(FACTS)), "vn-2025", "2025-04", "*")
    assert made.linking is None
    assert {line.linking for line in made.lines} == {None}


def test_tables_say_it_too() -> None:
    basis = basis_of(cells_of(FACTS))
    wanted = ("accounts", "persons", "linked_accounts", "linked_percent")
    whole = provinces.sheet(provinces.build(basis, "vn-2025", "total", "*"))
    assert whole.columns[-4:] == wanted
    by_unit = {row[1]: row[-4:] for row in whole.rows}
    assert by_unit["vn-2025/48"] == (3, 1, 2, 66.67)
    assert by_unit[None] == (6, 2, 3, 50.0)
    one = province_sheet.sheet(province_reading.build(basis, "vn-2025", "48", "*"))
    assert one.columns[-4:] == wanted
    by_section = {row[2]: row[-4:] for row in one.rows}
    assert by_section.pop("total") == (3, 1, 2, 66.67)
    assert set(by_section.values()) == {(None,) * 4}

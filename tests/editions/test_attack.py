"""Nothing small follows from public editions, and the same attack finds cells in those of the careless."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import orjson
import pytest

from lrs.editions.draft import draft
from lrs.editions.frozen import Frozen
from lrs.reports.basis import Cells
from schemas.calendar import end_of
from schemas.plan_book import PlanBook
from schemas.ruleset import Ruleset
from tests.editions.attack import attack
from tests.editions.naive import counts_only, primary_only, without
from tests.editions.nation import BOOK, Nation, Person, published, with_targets

SMALLEST = 10
OFF = 1
"""Suppression switched off: the least is one person."""


def editions(
    nation: Nation,
    days: int,
    smallest: int,
    lost: float = 0,
    linked: float = 0,
    books: Sequence[PlanBook] = (),
) -> list[dict[str, Any]]:
    made = published(nation, days, smallest, lost=lost, linked=linked, books=books)
    return [orjson.loads(it.public) for it in made]


def is_shown(found: Sequence[dict[str, Any]]) -> int:
    """How many figures of provinces and groups are shown in the last edition."""
    last = found[-1]
    return sum(row["registered"]["value"] is not None for row in last["provinces"]) + sum(
        row["trained"]["value"] is not None for row in last["groups"]
    )


@pytest.mark.parametrize(
    ("seed", "pace", "days", "shown"),
    [(1, 25, 6, 12), (2, 60, 5, 20), (3, 25, 6, 12), (4, 400, 4, 40), (5, 3_000, 4, 80)],
    ids=["small", "middle", "small again", "large", "larger"],
)
def test_nothing_small_follows_from_editions(seed: int, pace: float, days: int, shown: int) -> None:
    found = editions(Nation(seed, pace, lines=5), days, SMALLEST)
    assert is_shown(found) >= shown, "an edition that shows nothing protects everybody"
    assert attack(found, SMALLEST, monotone=True) == []


@pytest.mark.parametrize(("seed", "pace"), [(41, 60), (42, 400)])
def test_nothing_small_follows_where_plans_are_imported_and_taken_back(seed: int, pace: float) -> None:
    some = with_targets(
        ("cadres", "registered", "2025-12-30", "97"), ("adults", "trained", "2026-12-31", "1003")
    )
    # due before it was imported, on its way, and with another denominator than before
    more = with_targets(
        ("cadres", "registered", "2025-12-30", "101"),
        ("cadres", "trained", "2025-12-29", "101"),
        ("adults", "certified", "2025-12-31", "997"),
        ("adults", "confirmed", "2026-01-01", "997"),
    )
    nation = Nation(seed, pace, lines=3)
    found = editions(nation, 5, SMALLEST, books=(BOOK, some, more, some, more))
    rows = [len(it["targets"]) for it in found]
    assert rows == [rows[0], rows[0] + 4, rows[0] + 8, rows[0] + 4, rows[0] + 8]
    own = [it for edition in found for it in edition["targets"] if it["plan"] in ("p48", "p49")]
    assert {it["indicator"] for it in own if it["count"]["value"]} >= {"registered", "trained"}
    assert attack(found, SMALLEST, monotone=True) == []


def test_no_pace_is_public_which_days_would_tell() -> None:
    (edition,) = editions(Nation(1, 25, lines=3), 1, SMALLEST)
    assert edition["targets"]
    assert not any({"pace", "days"} & row.keys() for row in edition["targets"])


def drafted(*days: tuple[str, Sequence[tuple[str, str, int]]]) -> list[dict[str, Any]]:
    """Editions of Thanh Hóa: of each day who came to be known, by groups, when they learnt, and how many."""
    nation, before, found = Nation(1, 0, lines=0), None, []
    for day, those in days:
        for groups, then, count in those:
            nation.people += [Person("38~38", groups, then, trained=then, confirmed=then)] * count
            # the latest of them are taken back
            del nation.people[len(nation.people) + min(count, 0) :]
        through = end_of(date.fromisoformat(day))
        frozen = Frozen(Cells(Ruleset(number=1), through, nation.cells()), BOOK)
        before = draft(frozen, before, date.fromisoformat(day), through + 1, SMALLEST)
        found.append(orjson.loads(before.public))
    return found


def after_due() -> list[dict[str, Any]]:
    """A plan is due, batches are late, and three others are trained since."""
    cadres, adults = "adults+cadres", "adults"
    late = ((cadres, "2025-05-01", 20), (adults, "2025-05-01", 10))
    since = ((cadres, "2026-01-03", 20), (adults, "2026-01-03", 3))
    return drafted(
        ("2025-12-30", ((cadres, "2025-05-01", 100), (adults, "2025-05-01", 100))),
        ("2026-01-05", (*late, *since)),
    )


def test_a_figure_that_is_due_goes_on_as_what_it_was_until_then() -> None:
    # eight who are no adults come on the very day
    found = drafted(
        ("2025-12-30", (("adults", "2025-12-30", 18), ("pupils", "2025-12-30", 11))),
        ("2025-12-31", (("adults", "2025-12-31", 21), ("pupils", "2025-12-31", 8))),
    )
    assert attack(found, SMALLEST, monotone=True) == []


def test_a_figure_that_is_due_is_as_far_from_what_was_shown_before_it_was_hidden() -> None:
    found = drafted(
        ("2025-12-29", (("pupils", "2025-12-29", 40), ("adults", "2025-12-29", 50))),
        ("2025-12-30", (("adults", "2025-12-29", -45),)),
        ("2025-12-31", (("adults", "2025-12-29", 48),)),
    )
    counts = [
        {row["count"]["value"] for row in it["targets"] if row["code"] == "38" and row["group"] == "adults"}
        for it in found
    ]
    assert counts == [{50}, {None}, {None}]


def test_who_was_trained_since_a_plan_was_due_is_no_small_number() -> None:
    found = after_due()
    assert attack(found, SMALLEST, monotone=True) == []
    targets = [it for it in found[1]["targets"] if it["code"] == "38" and it["indicator"] == "trained"]
    due = {row["group"]: row["count"] for row in targets if not row["so_far"]}
    assert due["adults"] == {"value": 230, "edition": 2, "partial": False}
    assert due["cadres"] == {"value": 100, "edition": 1, "partial": False}


def test_who_is_in_neither_of_two_figures_is_found_where_that_is_not_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lrs.editions.draft.squares", lambda *_: ())
    corners = [it for it in attack(after_due(), SMALLEST, monotone=True) if "corner of" in it.what]
    assert any(it.low == it.high == 3 for it in corners)


@pytest.mark.parametrize("seed", [11, 12])
def test_nothing_small_follows_where_people_are_erased_too(seed: int) -> None:
    found = editions(Nation(seed, 60, lines=5), 4, SMALLEST, lost=0.05)
    assert attack(found, SMALLEST, monotone=False) == []


@pytest.mark.parametrize(("seed", "pace", "linked"), [(51, 60, 0.1), (52, 400, 0.02)])
def test_nothing_small_follows_where_accounts_are_linked_and_unlinked(
    seed: int, pace: float, linked: float
) -> None:
    nation = Nation(seed, pace, lines=4)
    found = editions(nation, 5, SMALLEST, linked=linked)
    assert sum(bool(it.accounts) for it in nation.people) > 10
    assert {it["counts"] for it in found} == {"persons"}
    assert attack(found, SMALLEST, monotone=False) == []


def test_how_many_accounts_people_have_is_in_no_edition() -> None:
    """It would tell of every few who are linked, and of who was linked from one edition to the next."""
    nation = Nation(53, 60, lines=4)
    nation.pass_day("2025-12-28")
    nation.link(0.5)
    cells = nation.cells()
    without_links = {key: n for key, n in cells.items() if key.rsplit("|", 1)[1] not in ("persons", "linked")}
    assert len(without_links) < len(cells)
    day = date(2025, 12, 29)

    def public(of: Mapping[str, int]) -> bytes:
        made = Cells(Ruleset(number=1), end_of(day), of, linked=True)
        return draft(Frozen(made, BOOK), None, day, end_of(day), OFF).public

    assert public(cells) == public(without_links)


@pytest.mark.parametrize("seed", range(31, 37))
def test_nothing_small_follows_from_an_edition_for_who_takes_groups_to_be_apart(seed: int) -> None:
    for edition in editions(Nation(seed, 400, lines=4, apart=True), 3, SMALLEST):
        assert attack([edition], SMALLEST, monotone=False, apart=True) == []


def test_what_groups_leave_of_a_union_is_found_where_small_figures_alone_are_hidden() -> None:
    (whole,) = editions(Nation(4, 600, lines=3, apart=True), 1, OFF)
    naive = without(counts_only(whole, SMALLEST), "provinces", "targets")
    found = attack([naive], SMALLEST, monotone=False, apart=True)
    assert [it for it in found if "left of" in it.what]


def test_the_least_is_a_setting() -> None:
    found = editions(Nation(21, 60, lines=4), 3, 25)
    assert attack(found, 25, monotone=True) == []


def test_with_suppression_switched_off_the_attack_finds_cells() -> None:
    found = attack(editions(Nation(1, 25, lines=3), 3, OFF), SMALLEST, monotone=True)
    assert len(found) > 100
    assert any(it.low == it.high for it in found)


@pytest.mark.parametrize(
    ("left_out", "what"),
    [
        (("groups", "targets"), "vn-2004/"),  # one scheme against the other, and what is nowhere
        (("provinces", "targets"), "What(measure='trained', group='"),  # provinces and the nation, by group
        (("provinces", "targets"), "between What"),  # groups and their unions
    ],
    ids=["schemes", "sums", "unions"],
)
def test_hiding_small_figures_alone_is_found_out(left_out: tuple[str, ...], what: str) -> None:
    whole = editions(Nation(4, 120, lines=3), 2, OFF)
    naive = [without(counts_only(it, SMALLEST), *left_out) for it in whole]
    found = attack(naive, SMALLEST, monotone=True)
    assert [it for it in found if what in it.what], found


def test_successive_editions_tell_small_changes_where_nothing_is_held() -> None:
    whole = editions(Nation(4, 120, lines=3), 3, OFF)
    naive = [without(counts_only(it, SMALLEST), "groups", "targets") for it in whole]
    found = attack(naive, SMALLEST, monotone=True)
    assert [it for it in found if " from 1 to 2" in it.what]
    # a single edition of them has no changes
    assert not [it for it in attack(naive[:1], SMALLEST, monotone=True) if " from " in it.what]


def telling(row: dict[str, Any], told: str | None) -> dict[str, Any]:
    """A target of which, beside its count, one thing that is made of it is told, or nothing."""
    gap = {name: value if name == told else None for name, value in row["gap"].items()}
    return {**row, "percent": row["percent"] if told == "percent" else None, "gap": gap}


@pytest.mark.parametrize("told", ["percent", "people", "percentage_points"])
def test_a_percentage_or_a_gap_is_a_count(told: str) -> None:
    (whole,) = editions(Nation(3, 25, lines=4), 1, OFF)
    naive = without(primary_only(whole, SMALLEST), "provinces", "groups")
    naive["targets"] = [telling(row, told) for row in naive["targets"]]
    small = [row for row in whole["targets"] if 0 < (row["count"]["value"] or 0) < SMALLEST]
    assert small, "no target of this nation is small"
    found = attack([naive], SMALLEST, monotone=True)
    for row in small:
        of = f"What(measure={row['indicator']!r}, group={row['group']!r}, due='') in 1"
        value = row["count"]["value"]
        assert [it for it in found if of in it.what and it.low == it.high == value], row
    bare = {**naive, "targets": [telling(row, None) for row in naive["targets"]]}
    assert attack([bare], SMALLEST, monotone=True) == []

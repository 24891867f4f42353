"""What may be shown of a line: each rule, and over any history whatever is shown keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.disclosure import Memory, Nest, Shown, Square, settle

K = 10
NESTS = (
    Nest("cadres", "adults", alike=True, part=True),
    Nest("farmers", "adults", alike=True, part=True),
    Nest("adults", "trained", alike=True, part=True),
    Nest("cadres", "trained", alike=True, part=True),
    Nest("farmers", "trained", alike=True, part=True),
    Nest("trained", "registered", alike=False),
    Nest("adults", "registered", alike=False),
    Nest("cadres", "registered", alike=False),
    Nest("farmers", "registered", alike=False),
)


def shown(
    *editions: Mapping[str, int],
    nests: Sequence[Nest] = NESTS,
    smallest: int = K,
    squares: Sequence[Square] = (),
) -> list[dict[str, Shown]]:
    """What successive editions show."""
    memory, found = Memory(), []
    for number, truth in enumerate(editions, 1):
        made, memory = settle(truth, nests, memory, number, smallest, squares)
        found.append(made)
    return found


def values(made: Mapping[str, Shown]) -> dict[str, int]:
    return {figure: it.value for figure, it in made.items()}


@pytest.mark.parametrize(("value", "is_there"), [(0, False), (1, False), (9, False), (10, True), (11, True)])
def test_a_figure_has_at_least_so_many_people(value: int, is_there: bool) -> None:
    (made,) = shown({"adults": value})
    assert made == ({"adults": Shown(value, 1)} if is_there else {})


@pytest.mark.parametrize(
    ("value", "is_there"), [(100, True), (99, False), (91, False), (90, True), (15, True)]
)
def test_what_lies_between_two_figures_has_as_many_or_nobody(value: int, is_there: bool) -> None:
    (made,) = shown({"trained": 100, "adults": value})
    assert ("adults" in made, made["trained"]) == (is_there, Shown(100, 1))


def test_a_figure_is_held_until_it_moved_far_enough() -> None:
    made = shown({"adults": 50}, {"adults": 59}, {"adults": 60}, {"adults": 51}, {"adults": 50})
    assert [it["adults"] for it in made] == [
        Shown(50, 1), Shown(50, 1), Shown(60, 3), Shown(60, 3), Shown(50, 5),
    ]  # fmt: skip


def test_a_figure_that_becomes_small_is_withdrawn_once_that_is_no_small_change() -> None:
    made = shown({"adults": 12}, {"adults": 8}, {"adults": 2}, {"adults": 12}, {"adults": 22})
    assert [values(it) for it in made] == [{"adults": 12}, {"adults": 12}, {}, {}, {"adults": 22}]


def test_who_came_between_two_figures_are_as_many_or_nobody() -> None:
    made = shown(
        {"trained": 100, "adults": 60},
        {"trained": 130, "adults": 85},  # five others: adults are held
        {"trained": 145, "adults": 95},  # ten others since the first
        {"trained": 165, "adults": 115},  # nobody else
    )
    assert [it["adults"] for it in made] == [Shown(60, 1), Shown(60, 1), Shown(95, 3), Shown(115, 4)]
    assert [it["trained"].value for it in made] == [100, 130, 145, 165]


def test_the_smaller_is_as_fresh_as_the_larger_at_most() -> None:
    one, two = shown({"trained": 100, "adults": 60}, {"trained": 105, "adults": 75})
    assert one == two


def test_the_larger_comes_back_only_far_from_what_was_seen_of_the_smaller() -> None:
    pairs = (("adults", "trained"), ("cadres", "adults"), ("cadres", "trained"))
    nests = [Nest(*pair, alike=True, part=True) for pair in pairs]
    made = shown(
        {"trained": 50, "adults": 45, "cadres": 40},  # five are no adults
        {"trained": 70, "adults": 48, "cadres": 40},  # adults would be eight more than the cadres were
        {"trained": 90, "adults": 60, "cadres": 45},
        nests=nests,
    )
    assert [values(it) for it in made] == [
        {"trained": 50, "cadres": 40},
        {"trained": 70, "cadres": 40},
        {"trained": 90, "adults": 60, "cadres": 40},
    ]


def test_what_a_union_has_beyond_its_parts_is_no_small_number() -> None:
    (made,) = shown({"adults": 100, "cadres": 60, "farmers": 35})
    assert values(made) == {"adults": 100, "cadres": 60}
    for cadres in (65, 55, 90):
        (made,) = shown({"adults": 100, "cadres": cadres, "farmers": 35})
        assert len(made) == 3


SCHOOLS = tuple(
    Nest(inner, outer, alike=True, part=True)
    for inner, outer in (
        ("pupils", "all"),
        ("seconds", "all"),
        ("both", "all"),
        ("both", "pupils"),
        ("both", "seconds"),
    )
)


@pytest.mark.parametrize(
    ("everybody", "is_there"), [(95, True), (96, False), (98, False), (104, False), (105, True)]
)
def test_who_is_in_two_parts_is_counted_once_in_what_is_left(everybody: int, is_there: bool) -> None:
    truth = {"all": everybody, "pupils": 60, "seconds": 50, "both": 15}
    (made,) = shown(truth, nests=SCHOOLS)
    assert (made.keys() == truth.keys()) == is_there
    assert made["all"] == Shown(everybody, 1)


def test_a_part_that_is_hidden_does_not_follow_from_parts_that_have_it_in_common() -> None:
    # whoever is in two of them is in both: at least seven
    truth = {"all": 103, "pupils": 60, "seconds": 50, "both": 8}
    (made,) = shown(truth, nests=SCHOOLS)
    assert values(made) == {"all": 103, "pupils": 60}


CROSS = Square("trained cadres", "trained", "cadres", "registered", alike=False)
CROSSING = (
    Nest("trained cadres", "trained", alike=True, part=True),
    Nest("cadres", "registered", alike=True, part=True),
    Nest("trained", "registered", alike=False),
    Nest("trained cadres", "cadres", alike=False),
    Nest("trained cadres", "registered", alike=False),
)


@pytest.mark.parametrize(
    ("together", "is_there"), [(10, True), (11, False), (12, False), (19, False), (20, True)]
)
def test_who_is_in_neither_of_two_figures_is_no_small_number(together: int, is_there: bool) -> None:
    truth = {"registered": 100, "trained": 60, "cadres": 50, "trained cadres": together}
    (made,) = shown(truth, nests=CROSSING, squares=[CROSS])
    assert ("trained cadres" in made) == is_there
    assert len(made) == 3 + is_there


DUE = Square("cadres due", "adults due", "cadres", "adults", alike=True)
DUES = tuple(
    Nest(inner, outer, alike=True, part=part)
    for inner, outer, part in (
        ("cadres", "adults", True),
        ("cadres due", "adults due", True),
        ("adults due", "adults", False),
        ("cadres due", "cadres", False),
        ("cadres due", "adults", False),
    )
)


@pytest.mark.parametrize(("since", "is_fresh"), [(0, True), (3, False), (9, False), (10, True)])
def test_who_came_in_neither_of_two_figures_is_no_small_number(since: int, is_fresh: bool) -> None:
    before = {"adults": 300, "cadres": 150, "adults due": 200, "cadres due": 100}
    # twenty cadres and ten others came late, twenty cadres since it was due, and so many others
    after = {"adults": 350 + since, "cadres": 190, "adults due": 230, "cadres due": 120}
    (_, made) = shown(before, after, nests=DUES, squares=[DUE])
    assert made["cadres due"] == (Shown(120, 2) if is_fresh else Shown(100, 1))


def test_other_measures_change_by_themselves() -> None:
    made = shown({"registered": 100, "trained": 50}, {"registered": 130, "trained": 75})
    assert made[1] == {"registered": Shown(130, 2), "trained": Shown(75, 2)}


STEP = st.integers(0, 25)
HISTORIES = st.lists(st.tuples(STEP, STEP, STEP, STEP, STEP), min_size=1, max_size=8)


def _truths(history: Sequence[tuple[int, ...]]) -> list[dict[str, int]]:
    """Each step: untrained, trained others, other adults, cadres, farmers who come, and never go."""
    found, sums = [], [0] * 5
    for step in history:
        sums = [before + came for before, came in zip(sums, step, strict=True)]
        untrained, others, adults, cadres, farmers = sums
        truth = {"cadres": cadres, "farmers": farmers, "adults": adults + cadres + farmers}
        truth["trained"] = truth["adults"] + others
        truth["registered"] = truth["trained"] + untrained
        found.append(truth)
    return found


@settings(deadline=None)
@given(HISTORIES)
def test_whatever_happens_the_rules_are_kept(history: list[tuple[int, ...]]) -> None:
    truths = _truths(history)
    made = shown(*truths)
    together: dict[Nest, int] = {}
    for number, it in enumerate(made, 1):
        for figure, (value, edition) in it.items():
            assert value >= K and truths[edition - 1][figure] == value
            before = [past[figure].value for past in made[: number - 1] if figure in past]
            assert value in before or all(abs(value - past) >= K for past in before)
        for nest in NESTS:
            if nest.inner in it and nest.outer in it:
                between = it[nest.outer].value - it[nest.inner].value
                assert between >= K or it[nest.outer] == it[nest.inner]
                if nest.alike and it[nest.outer].edition == it[nest.inner].edition == number:
                    moved = between - together.get(nest, between)
                    assert moved == 0 or moved >= K
                    together[nest] = between


@settings(deadline=None)
@given(HISTORIES)
def test_the_order_of_what_is_said_does_not_matter(history: list[tuple[int, ...]]) -> None:
    truths = _truths(history)
    backwards = [dict(reversed(it.items())) for it in truths]
    assert shown(*truths) == shown(*backwards)


@settings(deadline=None, max_examples=30)
@given(HISTORIES)
def test_large_figures_far_apart_are_all_shown(history: list[tuple[int, ...]]) -> None:
    apart = [tuple(10 * K + part for part in step) for step in history]
    truths = _truths(apart)
    assert [values(it) for it in shown(*truths)] == truths

"""Cells are the same whether they were added to or made from nothing, and their sums hold (G2, G7)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.cell import ACTIVE, STATEMENTS
from schemas.contribution import NOTHING, Contribution, Ledger, contribution, is_towards, trained_at
from schemas.fact import Fact
from schemas.figure import cells_of, figures
from schemas.learner import Learner, absorb
from schemas.reading import COURSES, Rules
from schemas.registration import Registration
from schemas.ruleset import TrainedRule
from schemas.unit import SCHEMES, Unit, gazetteer
from tests.consumers.factories import COURSE, EARNED, LAUNCH, SATISFIED, fact
from tests.consumers.strategies import RULES, Scenario, scenarios, unhurried

READY = Rules(RULES)
NEXT_DAY = "2025-04-19T08:00:00+07:00"


def added(changes: Iterable[tuple[Contribution, Contribution]]) -> dict[str, int]:
    ledger = Ledger(RULES)
    for before, after in changes:
        ledger.change(before, after)
    return ledger.cells()


def total(*many: Mapping[str, int]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for cells in many:
        found.update(cells)
    return {key: count for key, count in found.items() if count}


def negative(cells: Mapping[str, int]) -> dict[str, int]:
    return {key: -count for key, count in cells.items()}


def learners(facts: Sequence[Fact]) -> dict[str, Learner]:
    found: dict[str, Learner] = defaultdict(Learner)
    for it in facts:
        absorb(found[it.subject], it, READY.read(it))
    return found


def from_nothing(facts: Sequence[Fact]) -> dict[str, int]:
    return added((NOTHING, contribution(it, RULES)) for it in learners(facts).values())


def figures_of(*facts: Fact) -> dict[str, int]:
    return figures(from_nothing(facts))


def days(measure: str, *facts: Fact) -> set[str]:
    """The days at which a measure counts somebody in the nation's vn-2025 lines."""
    keys = (key.split("|") for key in figures_of(*facts) if key.startswith("g|vn-2025"))
    return {key[3] for key in keys if key[4] == measure and len(key[3]) == 10}


@unhurried
@given(scenarios(learners=4), st.lists(st.integers(0, 40), max_size=6))
def test_any_split_into_batches_makes_the_cells_that_are_made_from_nothing(
    scenario: Scenario, cuts: list[int]
) -> None:
    """What was repeated changes nothing either."""
    kept: dict[str, Learner] = {}
    batches: list[dict[str, int]] = []
    for start, end in pairwise([0, *sorted(cuts), len(scenario.arriving) + 40]):
        ledger = Ledger(RULES)
        by_subject: dict[str, list[Fact]] = defaultdict(list)
        for it in scenario.arriving[start:end]:
            by_subject[it.subject].append(it)
        for subject, theirs in by_subject.items():
            learner = Learner.decode(kept[subject].encode()) if subject in kept else Learner()
            before = contribution(learner, RULES)
            for it in theirs:
                absorb(learner, it, READY.read(it))
            ledger.change(before, contribution(learner, RULES))
            kept[subject] = learner
        batches.append(ledger.cells())
    assert total(*batches) == from_nothing(scenario.facts)


@unhurried
@given(scenarios(learners=2))
def test_a_change_is_the_difference_of_what_both_sides_spell_out(scenario: Scenario) -> None:
    one, other = (
        contribution(learners(scenario.some()).get("learner-0", Learner()), RULES) for _ in range(2)
    )
    spelled = total(added([(NOTHING, other)]), negative(added([(NOTHING, one)])))
    assert added([(one, other)]) == spelled
    assert added([(one, one)]) == {}
    assert added([(one, other), (other, one)]) == {}


@unhurried
@given(scenarios(learners=2))
def test_a_ledger_adds_up(scenario: Scenario) -> None:
    made = [contribution(it, RULES) for it in learners(scenario.facts).values()]
    assert added((NOTHING, it) for it in made) == total(*(added([(NOTHING, it)]) for it in made))


@unhurried
@given(scenarios(learners=5))
def test_sums_hold(scenario: Scenario) -> None:
    """Provinces with the *not stated* line make the nation, communes their province, in both schemes."""
    counting = sum(it.first is not None for it in learners(scenario.facts).values())
    volume = sum(it.first for it in scenario.facts)
    found = figures_of(*scenario.facts)
    for scheme in SCHEMES:
        provinces: Counter[tuple[str, ...]] = Counter()
        communes: Counter[tuple[str, ...]] = Counter()
        nation: Counter[tuple[str, ...]] = Counter()
        for key, count in found.items():
            kind, line, *rest = key.split("|")
            if kind != "g" or not line.startswith(scheme) or rest[2].startswith("confirmation"):
                continue
            if line.count("/") == 1:
                provinces[line, *rest] += count
                nation[tuple(rest)] += count
            else:
                communes[line.rpartition("/")[0], *rest] += count
        assert communes == provinces
        assert nation["*", "total", "registered"] == counting
        assert nation["*", "total", STATEMENTS] == volume


@unhurried
@given(scenarios(learners=5))
def test_no_figure_is_negative_and_none_is_kept_that_is_0(scenario: Scenario) -> None:
    cells = from_nothing(scenario.facts)
    assert all(count > 0 for count in cells.values())
    assert all(count > 0 for count in figures(cells).values())


@unhurried
@given(scenarios(learners=5), st.sampled_from([Unit.parse(it) for it in ("vn-2025/48", "vn-2004/44")]))
def test_a_provinces_figures_need_only_its_own_cells(scenario: Scenario, unit: Unit) -> None:
    cells = from_nothing(scenario.facts)
    for period in ("total", "2026", "2026-02"):
        prefixes = tuple(cells_of(str(unit), period))
        own = {key: count for key, count in cells.items() if key.startswith(prefixes)}
        assert _of(own, str(unit), period) == _of(cells, str(unit), period)


def _of(cells: Mapping[str, int], unit: str, period: str) -> dict[str, int]:
    """A unit's figures in a period."""
    keys = ((key.split("|"), count) for key, count in figures(cells).items())
    return {"|".join(it): n for it, n in keys if it[0] in "gc" and (it[1], it[3]) == (unit, period)}


def test_every_province_has_its_lines() -> None:
    for scheme in SCHEMES:
        for unit in gazetteer().provinces(scheme):
            assert list(cells_of(str(unit), "total"))


def test_somebody_who_only_did_what_does_not_count_is_nobody() -> None:
    found = figures_of(fact(1, "liked", unit="vn-2025/48"))
    assert not any(key.endswith("|registered") for key in found)
    assert found["g|vn-2025/48|*|2025-04|statements"] == 1


def test_registered_without_a_registration_is_inferred() -> None:
    assert days("registered", fact(1, at=NEXT_DAY), fact(2, at=LAUNCH)) == {"2025-04-18"}
    assert days("registered-inferred", fact(1, at=NEXT_DAY), fact(2, at=LAUNCH)) == {"2025-04-18"}
    assert days("registered", fact(1, "registered", at=NEXT_DAY), fact(2, at=LAUNCH)) == {"2025-04-19"}
    assert not days("registered-inferred", fact(1, "registered", at=NEXT_DAY), fact(2))


def test_a_registration_is_no_activity() -> None:
    assert not days(ACTIVE, fact(1, "registered"))
    assert days(ACTIVE, fact(1, "initialized"), fact(2, EARNED, at=NEXT_DAY)) == {"2025-04-18", "2025-04-19"}


def test_active_once_in_a_period() -> None:
    found = figures_of(fact(1, unit="vn-2025/48"), fact(2, at=NEXT_DAY, unit="vn-2025/48"))
    assert {found[f"g|vn-2025/48|*|{it}|active"] for it in ("total", "2025", "2025-04", "2025-04-18")} == {1}
    assert found["g|vn-2025/48/not-stated|*|2025-04|active"] == 1
    assert found["g|vn-2025/48|*|2025-04|statements"] == 2


def test_groups_overlap_and_everybody_is_in_all() -> None:
    found = figures_of(fact(1, groups=("enterprise-leaders",)), fact(2, learner="binh", groups=("farmers",)))
    registered = {key.split("|")[2]: n for key, n in found.items() if key.endswith("|total|registered")}
    assert registered == {
        "*": 2,
        "adults": 2,
        "enterprise-workers": 1,
        "enterprise-leaders": 1,
        "farmers": 1,
    }


@pytest.mark.parametrize(
    ("rule", "facts", "met"),
    [
        (TrainedRule(), [fact(1, topic=1)], LAUNCH),
        (TrainedRule(), [fact(1, "passed", activity="x", activity_type=COURSE)], LAUNCH),
        (TrainedRule(), [fact(1, SATISFIED, topic=1)], LAUNCH),
        (TrainedRule(), [fact(1, "attended", topic=1)], None),
        (TrainedRule(attended=True), [fact(1, "attended", topic=1)], LAUNCH),
        (TrainedRule(attended=True), [fact(1, "attended", topic=1, success=False)], None),
        (TrainedRule(), [fact(1, topic=1, completion=False)], None),
        (TrainedRule(), [fact(1, "failed", topic=1)], None),
        (TrainedRule(topics=2), [fact(1, topic=1), fact(2, topic=1, at=NEXT_DAY)], None),
        (TrainedRule(topics=2), [fact(1, topic=1, at=NEXT_DAY), fact(2, topic=2)], NEXT_DAY),
        (TrainedRule(topics=2), [fact(1, topic=1), fact(2, topic=2), fact(3, topic=1, at=NEXT_DAY)], LAUNCH),
        (TrainedRule(topics=None), [fact(1, topic=1)], None),
        (TrainedRule(topics=None, courses=None), [fact(1, topic=1)], None),
        (
            TrainedRule(topics=3),
            [fact(1, topic=1), fact(2, activity="x", activity_type=COURSE, at=NEXT_DAY)],
            NEXT_DAY,
        ),
    ],
)
def test_trained_is_dated_by_the_moment_at_which_the_rule_was_met(
    rule: TrainedRule, facts: list[Fact], met: str | None
) -> None:
    learner = learners(facts)["an"]
    assert trained_at(learner, rule) == (None if met is None else fact(0, at=met).timestamp)


@pytest.mark.parametrize(
    ("rule", "verb", "is_one"),
    [
        (TrainedRule(topics=3, courses=None), "completed", True),
        (TrainedRule(topics=3, courses=None), "attended", False),
        (TrainedRule(topics=3, courses=None, attended=True), "attended", True),
        (TrainedRule(topics=None, courses=2), "completed", False),
        (TrainedRule(topics=None, courses=None), "completed", False),
    ],
)
def test_a_completion_that_a_rule_counts_is_towards_it_also_where_it_takes_more(
    rule: TrainedRule, verb: str, is_one: bool
) -> None:
    assert is_towards(learners([fact(1, verb, topic=1)])["an"], rule) is is_one


@pytest.mark.parametrize("kind", sorted(COURSES))
def test_every_kind_of_course_trains(kind: str) -> None:
    assert days("trained", fact(1, activity="x", activity_type=kind)) == {"2025-04-18"}


def test_a_plans_own_rule_makes_its_own_measure() -> None:
    found = figures_of(fact(1, topic=1), fact(2, learner="binh", topic=1), fact(3, learner="binh", topic=2))
    assert found["g|vn-2025/not-stated|*|total|trained"] == 2
    assert found["g|vn-2025/not-stated|*|total|trained:thanh-hoa-2025-2026"] == 1


def test_confirmed_until_it_is_revoked() -> None:
    said = [
        fact(n, "progressed", at=at, confirmation=("skills", "vneid", status))
        for n, (at, status) in enumerate(((LAUNCH, "confirmed"), (NEXT_DAY, "revoked")))
    ]
    assert days("confirmed", said[0]) == {"2025-04-18"}
    for order in (said, said[::-1]):
        found = figures_of(*order)
        assert not any(key.endswith("|confirmed") for key in found if "confirmation:" not in key)
        assert found["g|vn-2025/not-stated|*|total|confirmation:revoked"] == 1
    other = fact(5, "progressed", confirmation=("other", "vneid", "confirmed"))
    assert days("confirmed", *said, other) == {"2025-04-18"}


def test_the_default_successor_is_an_option() -> None:
    split = fact(1, unit="vn-2004/01/00007")
    rules = RULES.model_copy(update={"default_successor": True})
    learner = learners([split])["an"]
    for option, line in ((RULES, "unresolved"), (rules, "00008")):
        ledger = Ledger(option)
        ledger.change(NOTHING, contribution(learner, option))
        found = figures(ledger.cells())
        assert found[f"g|vn-2025/01/{line}|*|total|registered"] == 1
        assert found[f"g|vn-2025/01/{line}|*|total|statements"] == 1


def test_a_platform_nobody_registered_may_report_nowhere() -> None:
    found = figures_of(fact(1, platform="stranger", unit="vn-2025/48"))
    assert found["p|stranger|province-not-allowed"] == 1
    assert Registration(name="stranger").provinces == frozenset()

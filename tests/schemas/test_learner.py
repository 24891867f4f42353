"""A learner is the fold of their facts, in any order (G2, G6)."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.fact import Fact
from schemas.learner import Learner, absorb, anew, count, note_void
from schemas.reading import Rules
from tests.consumers.factories import LAUNCH, fact, number
from tests.consumers.strategies import RULES, Scenario, interleaved, scenarios, unhurried

READY = Rules(RULES)


def fold(facts: Iterable[Fact], learner: Learner | None = None) -> Learner:
    found = Learner() if learner is None else learner
    for it in facts:
        absorb(found, it, READY.read(it))
    return found


def counted(facts: Iterable[Fact], voided: Iterable[str] = ()) -> Learner:
    """The learner made anew from statements, those of `voided` voided."""
    found = Learner()
    for it in facts:
        count(found, it, READY.read(it), voided=it.statement in set(voided))
    return found


@unhurried
@given(scenarios())
def test_any_interleaving_of_sources_makes_the_same(scenario: Scenario) -> None:
    assert fold(interleaved(scenario.facts, scenario.random)) == fold(scenario.facts)


@unhurried
@given(scenarios())
def test_any_order_at_all_makes_the_same_where_seen_is_not_asked(scenario: Scenario) -> None:
    assert counted(scenario.random.sample(scenario.facts, len(scenario.facts))) == counted(scenario.facts)


@unhurried
@given(scenarios())
def test_facts_repeated_from_any_place_change_nothing(scenario: Scenario) -> None:
    assert fold(scenario.arriving) == fold(scenario.facts)


@unhurried
@given(scenarios(), st.integers(0, 30))
def test_saved_and_taken_up_again_between_any_two(scenario: Scenario, cut: int) -> None:
    half = Learner.decode(fold(scenario.arriving[:cut]).encode())
    assert fold(scenario.arriving[cut:], half) == fold(scenario.facts)


@unhurried
@given(scenarios())
def test_voids_that_came_before_take_their_statement_out(scenario: Scenario) -> None:
    voided = scenario.some()
    learner = Learner()
    for it in voided:
        note_void(learner, it._replace(kind="voided"))
    fold(scenario.arriving, learner)
    assert not learner.voided
    expected = counted(scenario.facts, [it.statement for it in voided])
    expected.seen = learner.seen
    assert learner == expected


@unhurried
@given(scenarios())
def test_made_anew_up_to_a_place_it_goes_on_from_there(scenario: Scenario) -> None:
    """A repair counts what was seen or stands before the projector's positions; the rest comes by facts."""
    random, voided = scenario.random, scenario.some()
    learner = fold(scenario.arriving[: random.randint(0, len(scenario.arriving))])
    for it in voided:
        note_void(learner, it._replace(kind="voided"))
    fresh = anew(learner, {f"log/{at}": random.randint(0, 12) for at in range(3) if random.random() < 0.7})
    for it in scenario.facts:
        if it.offset <= fresh.seen.get(it.source, -1):
            count(fresh, it, READY.read(it), voided=it in voided)
    fold(scenario.arriving, fresh)
    expected = counted(scenario.facts, [it.statement for it in voided])
    expected.seen = fresh.seen
    assert fresh == expected


@unhurried
@given(scenarios())
def test_it_comes_back_as_it_was(scenario: Scenario) -> None:
    learner = fold(scenario.arriving)
    note_void(learner, fact(999, source="log/9"))
    assert Learner.decode(learner.encode()) == learner


@pytest.mark.parametrize("value", [b"[]", b"{}", b"[1]", b"", b"null", b"[2,{}]"])
def test_another_layout_is_refused(value: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Learner.decode(value)


def test_seen_is_by_source() -> None:
    learner = fold([fact(3), fact(5, source="log/1")])
    assert learner.seen == {"log/0": 3, "log/1": 5}
    assert learner.has_seen(fact(2))
    assert not learner.has_seen(fact(4))
    assert not learner.has_seen(fact(0, source="other/0"))


def test_ties_are_decided_by_the_statements_id_and_by_nothing_else() -> None:
    one = fact(7, offset=1, unit="vn-2004/49/20335", groups=("cadres",), at=LAUNCH)
    other = fact(8, offset=1, source="log/1", unit="vn-2004/49/20350", groups=("farmers",), at=LAUNCH)
    for order in ([one, other], [other, one]):
        learner = fold(order)
        assert learner.units["vn-2004/49"][2] == "20350"
        assert learner.groups == [[True, one.timestamp, number(8)], ["adults", "farmers"]]


@unhurried
@given(scenarios())
def test_a_void_of_what_was_seen_is_not_remembered(scenario: Scenario) -> None:
    learner = fold(scenario.facts)
    before = deepcopy(learner)
    for it in scenario.some():
        note_void(learner, it._replace(kind="voided"))
    assert learner == before


def test_the_earliest_is_kept() -> None:
    moments = ("2025-04-19T08:00:00+07:00", "2025-04-18T08:00:00+07:00", "2025-04-20T08:00:00+07:00")
    learner = fold(fact(n, "registered", at=moment) for n, moment in enumerate(moments))
    assert learner.registered == learner.first == fact(0, at=moments[1]).timestamp


def test_only_the_first_of_a_group_carries_the_volume() -> None:
    assert fold([fact(1, first=False)]).volume == {}
    assert fold([fact(1, first=False)]).tallies == {}
    assert sum(fold([fact(1)]).volume.values()) == 1


def test_a_voided_statement_is_volume_and_nothing_else() -> None:
    learner = counted([fact(1, unit="vn-2025/48", topic=1)], [number(1)])
    assert learner.volume == {"vn-2025/48|-|2025-04-18": 1}
    assert learner.tallies == {"onetouch|voided": 1}
    assert learner.first is None
    assert not learner.units
    assert not learner.topics

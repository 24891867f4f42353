"""Facts: what travels on `lrs.facts`."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.fact import FORMAT, Fact, decode, learner_key, partition_of, source

TEXT = st.text(max_size=8)
MOMENT = st.integers(-62_135_596_800_000, 253_402_300_799_999)

FACTS = st.builds(
    Fact,
    kind=st.sampled_from(["statement", "voided", "requeued"]),
    statement=TEXT,
    source=TEXT,
    offset=st.integers(0, 2**44),
    learner=TEXT,
    subject=TEXT,
    platform=TEXT,
    stored=MOMENT,
    timestamp=MOMENT,
    first=st.booleans(),
    person=st.booleans(),
    verb=TEXT,
    activity=st.none() | TEXT,
    activity_type=st.none() | TEXT,
    unit=st.none() | st.tuples(TEXT, TEXT, st.none() | TEXT),
    groups=st.none() | st.lists(TEXT, max_size=3).map(tuple),
    topic=st.none() | st.tuples(TEXT, TEXT),
    channel=st.none() | TEXT,
    success=st.none() | st.booleans(),
    completion=st.none() | st.booleans(),
    confirmation=st.none() | st.tuples(TEXT, TEXT, TEXT),
    malformed=st.lists(TEXT, max_size=2).map(tuple),
    identity_number=st.booleans(),
)


@given(FACTS)
def test_a_fact_comes_back_as_it_was(fact: Fact) -> None:
    assert decode(fact.encode()) == fact
    assert hash(decode(fact.encode())) == hash(fact)


@given(FACTS)
def test_the_layout_says_its_version_first(fact: Fact) -> None:
    assert orjson.loads(fact.encode())[0] == FORMAT


@pytest.mark.parametrize("value", [b"", b"null", b"{}", b"[]", b"[1]", b"[1,2,3]", b'"fact"', b"\xff"])
def test_what_is_no_fact_is_refused(value: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        decode(value)


@pytest.mark.parametrize("version", [0, 2, None, "1"])
def test_another_layout_is_refused(version: object) -> None:
    fact = Fact("statement", "id", "log/0", 0, "an", "an", "onetouch", 0)
    fields = orjson.loads(fact.encode())
    with pytest.raises(ValueError, match="layout"):
        decode(orjson.dumps([version, *fields[1:]]))
    with pytest.raises(ValueError, match="layout"):
        decode(orjson.dumps([*fields, 1]))


def test_a_learner_is_a_pseudonym_that_never_changes() -> None:
    key = learner_key("account:https://quangnam.onetouch.edu.vn|an")
    assert key == "54760badece07375717ed26d636cd3cf"
    assert key != learner_key("account:https://quangnam.onetouch.edu.vn|AN")


def test_a_partition_never_changes() -> None:
    assert [partition_of(f"learner-{n}", 64) for n in range(4)] == [58, 44, 22, 0]


@given(TEXT, st.integers(1, 64))
def test_a_subject_has_one_of_the_partitions(subject: str, partitions: int) -> None:
    assert 0 <= partition_of(subject, partitions) < partitions


def test_learners_spread_over_all_partitions() -> None:
    counts = [0] * 64
    for n in range(6400):
        counts[partition_of(learner_key(f"account:https://one.example|{n}"), 64)] += 1
    assert min(counts) > 50


def test_a_source_names_log_and_partition() -> None:
    assert source("4f1d", 3) == "4f1d/3"

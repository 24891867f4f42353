"""What is left of what names somebody who was erased."""

from __future__ import annotations

from collections.abc import Callable

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.deadletter import DeadLetter
from schemas.document import StoredStatement
from schemas.erasure import (
    NOBODY,
    Erasure,
    erasure_record,
    letter_remains,
    named,
    remains,
    same_but_erased,
    without,
)
from schemas.learner import Learner
from schemas.record import KIND, STATEMENTS
from schemas.xapi import Version, check_statement, parse_timestamp
from tests.consumers.factories import HOME, Json, agent, group, number, said, subject

STORED = "2026-03-01T00:00:00.000Z"
AN = {subject("an")}


def whole(**more: object) -> Json:
    """A statement as it is returned."""
    return said(1, learner="chi", at="2026-02-01T00:00:00.000Z") | {"stored": STORED} | more


def context(**more: object) -> Json:
    return whole(context=more)


def sub_statement(**more: object) -> Json:
    inner = {"objectType": "SubStatement", "actor": agent("chi"), "verb": {"id": "https://v.example"}}
    return whole(object={**inner, "object": {"id": "https://one.example/1"}, **more})


def context_agent(name: str) -> Json:
    return {"objectType": "contextAgent", "agent": agent(name)}


def context_group(*names: str) -> Json:
    return {"objectType": "contextGroup", "group": group(*names)}


IDENTIFIED = {"objectType": "Group", "account": {"homePage": HOME, "name": "class"}}

LEFT: list[tuple[Json, Json | None]] = [
    (whole(actor=agent("an")), None),
    (whole(actor=group("an")), None),
    (whole(actor=group("an", "an")), None),
    (whole(actor=group("an", "binh")), whole(actor=group("binh"))),
    (whole(actor=IDENTIFIED | {"member": [agent("an")]}), whole(actor=IDENTIFIED)),
    (whole(actor=IDENTIFIED | {"account": agent("an")["account"]}), None),
    (
        whole(
            actor=IDENTIFIED | {"account": agent("an")["account"], "name": "An", "member": [agent("binh")]}
        ),
        whole(actor=group("binh")),
    ),
    (whole(object=agent("an")), whole(object=NOBODY)),
    (whole(object=group("an")), whole(object=NOBODY)),
    (whole(object=group("an", "binh")), whole(object=group("binh"))),
    (sub_statement(actor=agent("an")), sub_statement(actor=NOBODY)),
    (sub_statement(object=agent("an")), sub_statement(object=NOBODY)),
    (
        sub_statement(context={"instructor": agent("an"), "platform": "one"}),
        sub_statement(context={"platform": "one"}),
    ),
    (context(instructor=agent("an"), platform="one"), context(platform="one")),
    (context(team=group("an")), context()),
    (context(team=group("an", "binh")), context(team=group("binh"))),
    (context(contextAgents=[context_agent("an")]), context()),
    (
        context(contextAgents=[context_agent("an"), context_agent("binh")]),
        context(contextAgents=[context_agent("binh")]),
    ),
    (context(contextGroups=[context_group("an")]), context()),
    (
        context(contextGroups=[context_group("an", "binh")]),
        context(contextGroups=[context_group("binh")]),
    ),
]


@pytest.mark.parametrize(("statement", "left"), LEFT)
def test_only_they_are_taken_out_whatever_their_role(statement: Json, left: Json | None) -> None:
    assert subject("an") in named(statement)
    before = orjson.dumps(statement)
    assert without(statement, AN) == left
    assert orjson.dumps(statement) == before, "the statement itself is as it was"
    if left is not None:
        assert subject("an") not in named(left)
        check_statement({name: it for name, it in left.items() if name != "stored"}, Version.V2_0_0)


@pytest.mark.parametrize("statement", [it for it, _ in LEFT])
def test_who_is_not_named_changes_nothing(statement: Json) -> None:
    assert without(statement, {subject("dung")}) == statement


def test_the_authority_is_no_learner() -> None:
    statement = whole(authority=agent("an"))
    assert subject("an") not in named(statement)
    assert without(statement, AN) == statement


@pytest.mark.parametrize(
    ("timestamp", "stored", "until", "gone"),
    [
        ("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-02-01T00:00:00Z", True),
        ("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-01-31T23:59:59.999Z", False),
        ("2030-02-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z", True),
        ("2030-02-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-02-28T00:00:00Z", False),
    ],
)
def test_the_earlier_of_timestamp_and_stored_counts(
    timestamp: str, stored: str, until: str, gone: bool
) -> None:
    statement = whole(actor=agent("an"), timestamp=timestamp, stored=stored)
    left = remains(statement, {subject("an"): parse_timestamp(until)})
    assert (left is not None) is gone


def test_several_are_taken_out_at_once_each_up_to_their_moment() -> None:
    statement = whole(actor=group("an", "binh", "chi"))
    late, early = parse_timestamp("2026-04-01T00:00:00Z"), parse_timestamp("2026-01-01T00:00:00Z")
    left = remains(statement, {subject("an"): late, subject("binh"): late, subject("chi"): early})
    assert left is not None
    assert orjson.loads(left.text)["actor"]["member"] == [agent("chi")]
    assert left.subjects == (subject("chi"),)
    assert left.removed == {subject("an"), subject("binh")}


def test_a_request_names_nobody_and_ends_when_it_is_stored() -> None:
    for until, moment in ((None, 500), (400, 400), (600, 500)):
        record = erasure_record(f"account:{HOME}|an", until)
        assert HOME.encode() not in record.value
        assert dict(record.headers)[KIND] == b"erasure"
        asked = Erasure.decode(record.value, 500)
        assert asked.learner == subject("an")
        assert asked.until == moment


SOMEWHERE = (
    {"actor": group("an", "binh"), "object": {"id": "x:1"}, "timestamp": "yesterday"},
    {"actor": group("an", "binh"), "object": {"id": "x:1"}, "timestamp": 5},
    [{"actor": group("an", "binh"), "object": {"id": "x:1"}}],
    {"actor": agent("binh"), "object": {**agent("an"), "objectType": "agent"}},
    {"actor": {"objectType": "Group", "member": [group("an", "chi")]}, "object": {"id": "x:1"}},
    {"actor": agent("binh"), "object": {"id": "x:1"}, "student": agent("an")},
    {"actor": agent("an")},
    agent("an"),
)


@pytest.mark.parametrize("value", SOMEWHERE)
def test_of_a_letter_that_nobody_can_read_nothing_is_left(value: object) -> None:
    letter = DeadLetter(STATEMENTS, "log", 0, 1, "one", "KeyError", "?", 5, orjson.dumps(value), stored=5)
    assert letter_remains(letter, {subject("an"): 10}) == b""
    assert letter_remains(letter, {subject("dung"): 10}) is None


AGENTS = st.sampled_from(["an", "binh"]).map(agent)
VALUES = st.recursive(
    st.none() | st.integers(0, 9) | st.text(max_size=3) | AGENTS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["actor", "member", "object", "context", "team", "timestamp", "objectType", "account"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(VALUES)
def test_whatever_a_letter_holds_they_are_out_of_it(value: object) -> None:
    letter = DeadLetter(STATEMENTS, "log", 0, 1, "one", "KeyError", "?", 5, orjson.dumps(value), stored=5)
    left = letter_remains(letter, {subject("an"): 10**15})
    assert orjson.dumps(agent("an")["account"]) not in (letter.value if left is None else left)


def stored(statement: Json | None) -> StoredStatement:
    """A statement that somebody was taken out of, as it is stored; None: a tombstone."""
    text = b"" if statement is None else orjson.dumps(statement)
    return StoredStatement(number(1), "log", 0, 1, 5, "one", text, not text, erased=True)


@pytest.mark.parametrize(
    ("existing", "sent", "same"),
    [
        (None, said(1, learner="chi"), True),
        (group("binh"), {"actor": group("an", "binh")}, True),
        (group("binh"), {"actor": group("an", "binh"), "verb": {"id": "x:other"}}, False),
        (group("binh"), {"actor": group("an", "chi")}, False),
        (group("binh"), {"actor": agent("an")}, False),
        (group("binh", "chi"), {"actor": group("an", "binh", "chi")}, True),
    ],
)
def test_a_retry_is_known_by_what_is_left_of_it(existing: Json | None, sent: Json, same: bool) -> None:
    """G3; `chi` was erased up to a moment before, and is still named."""
    found = stored(None if existing is None else whole(actor=existing))
    assert same_but_erased(found, whole() | sent, {subject("an"), subject("chi")}) is same


def _changed(change: Callable[[Json], object]) -> bytes:
    said = orjson.loads(erasure_record("mbox:mailto:an@example.vn").value)
    change(said)
    return orjson.dumps(said)


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"[]",
        b"null",
        _changed(lambda said: said.pop("learner")),
        _changed(lambda said: said.update(terms=["zz", "00"])),
        _changed(lambda said: said.update(terms=["00"])),
        _changed(lambda said: said.update(until="soon")),
    ],
)
def test_what_is_no_request_is_refused(value: bytes) -> None:
    with pytest.raises(ValueError):
        Erasure.decode(value, 500)


def test_a_learner_of_the_layouts_before_is_read() -> None:
    learner = Learner(seen={"log/0": 3}, registered=5, voided={number(1): ["log/0", 9]})
    fields = orjson.loads(learner.encode())
    assert Learner.decode(orjson.dumps([1, *fields[1:-2]])) == learner
    assert Learner.decode(orjson.dumps([2, *fields[1:-1]])) == learner
    assert Learner.decode(learner.encode()) == learner
    for wrong in ([2, *fields[1:]], [1, *fields[1:-1]], [3, *fields[1:-1]], [4, *fields[1:]], []):
        with pytest.raises(ValueError, match="layout"):
            Learner.decode(orjson.dumps(wrong))

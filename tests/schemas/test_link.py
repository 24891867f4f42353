"""Links: what holds, whatever was said in whatever order."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.fact import Fact
from schemas.learner import Learner, absorb, anew
from schemas.link import (
    AT_ONCE,
    Link,
    claim,
    decode,
    heard,
    holding,
    persons,
    pseudonym,
    records_of,
    said,
    subject_of,
    told,
)
from schemas.reading import Rules
from schemas.ruleset import Ruleset
from tests.consumers.factories import HOME, fact

SECRET = b"secret"
P, Q = (pseudonym(person, SECRET) for person in "pq")
ACCOUNT = f"account:{HOME}|an"


def operator(person: str | None, moment: int, offset: int) -> Link:
    account, terms, person = said(ACCOUNT, person)
    return Link(account, terms, person, moment, offset, "import-1")


links = st.one_of(
    st.builds(operator, st.sampled_from([P, Q, None]), st.integers(1, 5), st.integers(0, 3)),
    st.builds(
        claim,
        st.just(ACCOUNT),
        st.sampled_from([P, Q]),
        st.integers(1, 5),
        st.integers(0, 3),
        st.just("one"),
    ),
)


@given(st.lists(links, min_size=1), st.randoms(use_true_random=False))
def test_what_holds_is_the_same_in_any_order(said: list[Link], random: object) -> None:
    other = list(said)
    random.shuffle(other)  # type: ignore[attr-defined]
    assert persons(said) == persons(other)
    assert told(said) == told(other)


@given(st.lists(links))
def test_claims_that_are_not_heard_change_nothing(said: list[Link]) -> None:
    kept: list[Link] = []
    for link in said:
        kept += heard([link], kept) if link.claimed else [link]
    assert persons(kept) == persons(said)
    claims = [link for link in kept if link.claimed]
    assert [it.rank for it in claims] == sorted(it.rank for it in claims), "each is earlier than the last"


def test_a_claim_that_was_noted_is_heard_again_for_who_noted_it_may_have_died() -> None:
    first, later = (claim(ACCOUNT, P, moment, 0, "one") for moment in (1, 2))
    assert heard([first], [first]) == [first]
    assert heard([later], [first]) == []
    assert heard([later, first], []) == [first]


def test_an_operator_is_heard_over_a_platform() -> None:
    claimed = claim(ACCOUNT, P, 9, 0, "one")
    assert persons([claimed, operator(None, 1, 0)]) == {}
    assert persons([claimed, operator(Q, 1, 0)]) == {claimed.account: Q}


def test_records_say_what_was_said_and_nobody() -> None:
    many = [said(f"account:{HOME}|{n}", P if n % 2 else None) for n in range(2 * AT_ONCE + 1)]
    records = records_of(many, "import-1")
    assert len(records) == 3
    found = [link for n, record in enumerate(records) for link in decode(record.value, 7, n)]
    assert [(it.account, it.terms, it.person) for it in found] == [tuple(it) for it in many]
    assert {(it.moment, it.origin, it.claimed) for it in found} == {(7, "import-1", False)}
    assert not any(HOME.encode() in record.value for record in records)


@pytest.mark.parametrize(
    "value",
    [
        b"null",
        b"[]",
        b'{"links":[]}',
        b'{"origin":"x","links":[[]]}',
        b'{"origin":"x","links":[["a","","",1]]}',
    ],
)
def test_what_is_no_link_is_refused(value: bytes) -> None:
    with pytest.raises(ValueError):
        decode(value, 1, 0)


def test_a_person_is_a_pseudonym_under_the_secret() -> None:
    assert pseudonym("p", SECRET) == P != pseudonym("p", b"other")
    account = said(ACCOUNT, None).account
    for wrong in ("p", P[:-1], P.upper()):
        row = orjson.dumps({"origin": "x", "links": [[account, "", "", wrong]]})
        with pytest.raises(ValueError):
            decode(row, 1, 0)
    with pytest.raises(ValueError, match="secret"):
        pseudonym("p", b"")


def test_an_accounts_subject() -> None:
    held = holding([operator(P, 1, 0)])
    (account,) = held
    assert subject_of(account, persons(held.values())) == P
    assert subject_of("other", persons(held.values())) == "other"


def of_person(n: int, account: str) -> Fact:
    return fact(n, learner=account)._replace(subject=P)


def test_a_fact_of_one_account_says_nothing_of_anothers() -> None:
    """The one with the lower offset may have gone elsewhere, and comes later."""
    learner, rules = Learner(), Rules(Ruleset())
    for n, account in ((5, "an"), (3, "binh"), (3, "binh"), (4, "an")):
        it = of_person(n, account)
        absorb(learner, it, rules.read(it))
    assert sum(learner.volume.values()) == 2
    assert learner.seen_of("log/0", "an") == 5
    assert learner.seen_of("log/0", "binh") == 3
    fresh = anew(learner, {"log/0": 5})
    assert fresh.seen == {"log/0": 4, "log/0|an": 5}
    assert anew(learner, {"log/0": 9}).seen == {"log/0": 8}

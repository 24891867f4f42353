"""Documents as values: whose they are, their tags, and how they are merged."""

from __future__ import annotations

import hashlib
from itertools import product

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.precondition import ABSENT, ALWAYS, Precondition, only
from schemas.resource_document import ResourceName, is_json, merged, owner_digest, tag_of

RESOURCES: tuple[ResourceName, ...] = ("state", "activity-profile", "agent-profile")
NAMES = (None, "", "a", "b", '"', "a,b")


def test_each_part_of_an_owner_tells_it_from_every_other() -> None:
    owners = list(product(RESOURCES, NAMES, NAMES, NAMES))
    digests = {owner_digest(*owner) for owner in owners}
    assert len(digests) == len(owners)
    assert {len(it) for it in digests} == {16}


@given(st.binary(max_size=50))
def test_a_tag_is_the_sha_1_in_lower_case(content: bytes) -> None:
    assert tag_of(content) == hashlib.sha1(content).hexdigest()


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/json", True),
        ("Application/JSON ; charset=UTF-8", True),
        ("application/json;", True),
        ("application/jsonp", False),
        ("application/ld+json", False),
        ("text/plain; a=application/json", False),
        ("", False),
    ],
)
def test_json_is_told_by_its_media_type_alone(content_type: str, expected: bool) -> None:
    assert is_json(content_type) is expected


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.dictionaries(st.text(max_size=2), JSON_VALUES, max_size=5)


@given(OBJECTS, OBJECTS)
def test_a_merge_sets_each_posted_property_and_keeps_the_others(
    existing: dict[str, object], posted: dict[str, object]
) -> None:
    result = orjson.loads(merged(orjson.dumps(existing), orjson.dumps(posted)))
    assert result.keys() == existing.keys() | posted.keys()
    for name, value in result.items():
        assert value == (posted[name] if name in posted else existing[name])


@pytest.mark.parametrize("text", [b"", b"[]", b"1", b"null", b'{"a"', b'{"a":1}{', b"\xff", b'"{}"'])
def test_what_is_no_object_is_not_merged(text: bytes) -> None:
    for pair in ((text, b"{}"), (b"{}", text)):
        with pytest.raises(ValueError):
            merged(*pair)


def test_what_is_nested_too_deep_is_not_merged() -> None:
    deep = b'{"a":' + b"[" * 600 + b"]" * 600 + b"}"
    with pytest.raises(ValueError, match="deep"):
        merged(b"{}", deep)


TAGS = st.sampled_from("abc")
SAID = st.none() | st.just("*") | st.frozensets(TAGS)


@given(SAID, SAID, st.none() | TAGS)
def test_a_precondition_is_both_of_its_parts(
    match: frozenset[str] | None, none_match: frozenset[str] | None, tag: str | None
) -> None:
    both = Precondition(match, none_match)
    parts = (both._replace(none_match=None), both._replace(match=None))
    assert both.holds(tag) is all(part.holds(tag) for part in parts)
    if isinstance(match, frozenset):
        assert parts[0].holds(tag) is (tag in match)
    if isinstance(none_match, frozenset):
        assert parts[1].holds(tag) is (tag not in none_match)


def test_what_is_asked_of_nothing_and_of_what_was_read() -> None:
    assert ALWAYS.holds(None) and ALWAYS.holds("a")
    assert ABSENT.holds(None) and not ABSENT.holds("a")
    assert only(None) == ABSENT
    assert only("a").holds("a") and not only("a").holds("b") and not only("a").holds(None)

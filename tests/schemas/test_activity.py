"""What is known of an activity: the latest of each item, in whatever order it is told."""

from __future__ import annotations

from itertools import permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.activity import HOUR, LARGEST, MOST, Known, News, bounded, defined, definition, merged

LESSON = "https://one.example/lesson"
ITEMS = st.sampled_from(["name|vi", "name|en", "type", "interaction", "extensions|x:a|b"])
KNOWN = st.dictionaries(ITEMS, st.tuples(st.integers(0, 5), st.sampled_from("abc")).map(list)).map(
    # one statement says one thing of an item
    lambda found: {item: [rank, f"{item} {rank}"] for item, rank in found.items()}
)


def said(n: int, what: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    """A statement about the lesson."""
    target = {"id": LESSON} | ({} if what is None else {"definition": what})
    return {"id": f"id-{n}", "object": target, **more}


def told(*statements: tuple[dict[str, Any], int]) -> dict[str, Any]:
    return definition(News().of(statements).get(LESSON, {}))


@given(KNOWN, KNOWN, KNOWN)
def test_merging_has_no_order(one: Known, two: Known, three: Known) -> None:
    expected = merged(merged(one, two), three)
    for first, second, third in permutations((one, two, three)):
        assert merged(first, merged(second, third)) == expected
    assert merged(expected, two) == expected


def test_the_latest_of_each_item_is_known() -> None:
    first = said(1, {"name": {"vi": "Bài 1", "en": "Lesson"}, "type": "x:a", "extensions": {"x:e|f": 1}})
    second = said(2, {"name": {"vi": "Bài một"}, "moreInfo": "x:more", "extensions": {"x:g": None}})
    expected = {
        "name": {"vi": "Bài một", "en": "Lesson"},
        "type": "x:a",
        "moreInfo": "x:more",
        "extensions": {"x:e|f": 1, "x:g": None},
    }
    assert told((first, 1), (second, 2)) == expected
    assert told((second, 2), (first, 1)) == expected


def test_an_interaction_is_known_whole() -> None:
    choice = {"interactionType": "choice", "choices": [{"id": "a"}], "correctResponsesPattern": ["a"]}
    other = {"interactionType": "true-false", "correctResponsesPattern": ["true"]}
    assert told((said(1, choice), 1), (said(2, other), 2)) == other


def test_activities_are_found_in_every_role() -> None:
    named = {"definition": {"type": "x:a"}}
    context = {"contextActivities": {"parent": [{"id": "p", **named}], "grouping": {"id": "g", **named}}}
    inner = {"objectType": "SubStatement", "object": {"id": "o", **named}, "context": context}
    statement = {
        "id": "id",
        "object": inner,
        "context": {"contextActivities": {"other": [{"id": "x", **named}]}},
    }
    assert set(News().of([(statement, 1)])) == {"p", "g", "o", "x"}
    for kind in ("Agent", "Group", "StatementRef"):
        assert not News().of([({"id": "id", "object": {"objectType": kind, "id": "no"}}, 1)])


def test_what_is_said_again_is_no_news_for_an_hour() -> None:
    news, what = News(), {"type": "x:a"}
    assert news.of([(said(1, what), 0)])
    assert not news.of([(said(2, what), HOUR - 1)])
    assert news.of([(said(3, what), HOUR)])
    assert news.of([(said(4, {"type": "x:b"}), HOUR + 1)])
    assert news.of([(said(5, what), HOUR + 2)]), "what was said before the last is news again"
    assert not news.of([(said(6, None), 9 * HOUR), (said(7, {}), 9 * HOUR)])
    news.forget()
    assert news.of([(said(8, what), HOUR + 3)])


def test_what_is_too_much_is_left_out() -> None:
    small: Known = {"type": [[1, "id"], "x:a"]}
    assert bounded(small, merged(small, {"name|vi": [[2, "id"], "x" * MOST]})) == small


def test_an_item_that_is_large_is_left_out() -> None:
    large = said(1, {"name": {"vi": "x" * LARGEST, "en": "Lesson"}})
    assert told((large, 1)) == {"name": {"en": "Lesson"}}
    assert not News().of([(said(2, {"name": {"vi": "x" * LARGEST}}), 1)])


def test_an_activity_that_nobody_has_defined_is_its_id() -> None:
    assert defined(LESSON, None) == {"objectType": "Activity", "id": LESSON}
    assert defined(LESSON, {"type": [[1, "id"], "x:a"]})["definition"] == {"type": "x:a"}

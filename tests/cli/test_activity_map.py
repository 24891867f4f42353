"""A map of activities is read strictly, and what is wrong is found by line and column."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.cli.activity_map import parse_activity_map

ONE = "https://moodle.example/course?id=1"


@pytest.mark.parametrize(
    "text",
    [
        f"{ONE},bdhvs:01",
        f"activity,topic\n{ONE},bdhvs:01\n",
        f"\ufeffactivity,topic\r\n\r\n{ONE} , bdhvs:01\r\n",
        f'"{ONE}","bdhvs:01"\n{ONE},bdhvs:01\n',
    ],
)
def test_with_and_without_a_header(text: str) -> None:
    assert parse_activity_map(text) == {ONE: "bdhvs:01"}


def test_prefixes_and_urns() -> None:
    text = "https://a.example/1/*,bdhvs:01\nurn:course:2,bdhvs:02\n"
    assert parse_activity_map(text) == {"https://a.example/1/*": "bdhvs:01", "urn:course:2": "bdhvs:02"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{ONE},01", "line 1, column topic: '01'"),
        (f"activity,topic\n\n{ONE},bdhvs:01,x", "line 3: 3 columns"),
        (f"{ONE}\n", "line 1: 1 columns"),
        ("course 1,bdhvs:01", "line 1, column activity: 'course 1' is no IRI"),
        ("https://a.example/*/1,bdhvs:01", "line 1, column activity"),
        (",bdhvs:01", "line 1, column activity"),
        (f"{ONE},bdhvs:01\n{ONE},bdhvs:02", "line 2, column topic: .* was given bdhvs:01 before"),
        (f'{ONE},"bdhvs:01', "line 1: "),
    ],
)
def test_what_is_wrong_is_found(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("?", r"\?")):
        parse_activity_map(text)


@given(st.text())
def test_any_text_is_a_map_or_a_sentence(text: str) -> None:
    try:
        found = parse_activity_map(text)
    except ValueError as error:
        assert str(error).startswith("line ")
    else:
        assert all(":" in topic for topic in found.values())

"""Bookmarks: written and read, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.bookmark import Bookmark

SOURCES = st.tuples(st.text("0123456789abcdef", min_size=1, max_size=8), st.integers(0, 999))


@given(st.dictionaries(SOURCES, st.integers(0, 10**15 - 1), max_size=6))
def test_what_is_written_is_read(offsets: dict[tuple[str, int], int]) -> None:
    assert Bookmark.parse(str(Bookmark(offsets))) == offsets


def test_its_form_is_fit_for_an_address() -> None:
    mark = Bookmark({("b", 1): 5, ("a", 10): 3, ("a", 2): 0})
    assert str(mark) == "a.2-0.10-3~b.1-5"
    assert str(Bookmark()) == ""


@pytest.mark.parametrize("text", ["a", "a.", "a.1", "a.1-", "a.1-2~", ".1-2", "a.1-2.b", "a.-1-2", "a/b.1-2"])
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no position"):
        Bookmark.parse(text)

"""Columns line up, in Vietnamese too."""

from __future__ import annotations

import unicodedata

from lrs.cli.table import aligned


def test_figures_stand_to_the_right_and_words_to_the_left() -> None:
    assert aligned(("unit", "learners"), [("Tỉnh Quảng Nam", 3444), ("nation", None)]).splitlines() == [
        "unit            learners",
        "Tỉnh Quảng Nam     3,444",
        "nation                 -",
    ]


def test_a_name_in_decomposed_letters_is_as_wide() -> None:
    name = "Thừa Thiên Huế"
    decomposed = unicodedata.normalize("NFD", name)
    assert len(decomposed) > len(name)
    first, second = (aligned(("a", "b"), [(it, 1)]).splitlines()[1] for it in (name, decomposed))
    assert unicodedata.normalize("NFC", second) == first


def test_without_rows_there_is_the_header() -> None:
    assert aligned(("a", "b"), []) == "a  b"

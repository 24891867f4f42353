"""A platform's registration says only what exists."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from schemas.registration import Registration


@pytest.mark.parametrize("name", ["onetouch", "a", "quang-nam.onetouch", "1", "a" * 64])
def test_names(name: str) -> None:
    assert Registration(name=name).name == name


@pytest.mark.parametrize(
    "name", ["", "One", "a|b", "a/b", "-a", "a-", ".a", "a ", "a\n", "a" * 65, "quảng-nam"]
)
def test_names_that_would_break_a_cells_key_or_a_path(name: str) -> None:
    with pytest.raises(ValidationError):
        Registration(name=name)


@pytest.mark.parametrize(
    "said",
    [
        {"provinces": {"vn-2025/99"}},
        {"provinces": {"48"}},
        {"provinces": {"vn-2025/48/20194"}},
        {"unit": "vn-2025/49"},
        {"unit": "vn-2025/48/unresolved"},
        {"unit": "44"},
        {"groups": ("retirees",)},
        {"groups": ("urban-adults",)},
        {"activities": {"https://x": "01"}},
        {"activities": {"https://x": "a|b:c"}},
        {"activities": {"https://x": "bdhvs:"}},
        {"confirm": True},
    ],
)
def test_what_does_not_exist_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Registration(name="one", **said)


@pytest.mark.parametrize(
    "said",
    [
        {"provinces": None},
        {"provinces": {"vn-2004/44", "vn-2025/44"}},
        {"unit": "vn-2004/49/20335"},
        {"unit": "vn-2004/48/498"},
        {"groups": ("students", "adults")},
        {"activities": {"https://x/*": "own:topic.1"}},
    ],
)
def test_what_exists_comes_back_as_it_was(said: dict[str, Any]) -> None:
    made = Registration(name="one", **said)
    assert Registration.model_validate_json(made.model_dump_json()) == made


def test_without_anything_it_may_report_nowhere_and_confirm_nobody() -> None:
    made = Registration(name="one")
    assert (made.provinces, made.unit, made.confirms) == (frozenset(), None, False)

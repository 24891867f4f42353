"""A shell completes commands, platforms, units and groups."""

from __future__ import annotations

import pytest
from click.shell_completion import ShellComplete

from lrs.cli import main
from tests.cli.shell import Shell


def offered(*words: str) -> list[str]:
    *before, incomplete = words
    return [
        it.value for it in ShellComplete(main, {}, "lrs", "_LRS_COMPLETE").get_completions(before, incomplete)
    ]


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_the_script_is_printed(shell: Shell, name: str) -> None:
    assert "_LRS_COMPLETE" in shell("completion", name)


def test_commands() -> None:
    assert offered("plat") == ["platform"]


def test_platforms_that_are_registered(one_touch: Shell) -> None:
    assert offered("credential", "add", "one") == ["one-touch"]


def test_no_store_is_no_offer_and_no_failure(shell: Shell) -> None:
    assert offered("credential", "add", "one") == []


def test_units_and_groups_after_a_comma_too() -> None:
    assert offered("platform", "add", "x", "--unit", "vn-2025/4") == [
        f"vn-2025/{code}" for code in ("40", "42", "44", "46", "48")
    ]
    assert "vn-2025/68/24781" in offered("platform", "add", "x", "--unit", "vn-2025/68/")
    assert offered("platform", "add", "x", "--provinces", "vn-2004/49,vn-2025/48") == [
        "vn-2004/49,vn-2025/48"
    ]
    assert offered("platform", "add", "x", "--groups", "adults,cad") == ["adults,cadres"]
    assert offered("platform", "add", "x", "--groups", "urban") == []
